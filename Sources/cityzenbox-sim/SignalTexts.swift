import CAN
import DBC

/// What stands around the values of signals, laid out once as bytes.
struct SignalTexts {
    struct Signal {
        var isWanted: Bool
        /// `  NAME=`
        let name: [UInt8]
        /// ` km/h`, or nothing.
        let unit: [UInt8]
        /// ` "text"`, for each line of the value table.
        let choices: [[UInt8]]
        let nameJSON: [UInt8]
        let unitJSON: [UInt8]
        let choicesJSON: [[UInt8]]
        let number: SignalNumber

        init(_ signal: DBCSignal, isWanted: Bool) {
            self.isWanted = isWanted
            name = Array("  \(signal.name)=".utf8)
            unit = Array((signal.unit.isEmpty ? "" : " \(signal.unit)").utf8)
            choices = signal.choices.map { Array(" \"\($0.text)\"".utf8) }
            var head: [UInt8] = []
            ByteText.quoted(signal.name, to: &head)
            head.append(contentsOf: #":{"value":"#.utf8)
            nameJSON = head
            var tail: [UInt8] = []
            if !signal.unit.isEmpty {
                tail.append(contentsOf: #","unit":"#.utf8)
                ByteText.quoted(signal.unit, to: &tail)
            }
            unitJSON = tail
            choicesJSON = signal.choices.map { choice in
                var text = Array(#","text":"#.utf8)
                ByteText.quoted(choice.text, to: &text)
                return text
            }
            number = SignalNumber(signal)
        }
    }

    private(set) var signals: [Signal] = []
    /// Where the signals of each message begin, by decoder and message.
    private var bases: [[Int]] = []
    private var messages: [[[UInt8]]] = []
    private var messagesJSON: [[[UInt8]]] = []

    init(_ decoders: [DBCDecoder], wanted: [String]) throws {
        var found: Set<String> = []
        for decoder in decoders {
            var bases: [Int] = []
            for message in decoder.file.messages {
                bases.append(signals.count)
                for signal in message.signals {
                    let names = [signal.name, "\(message.name).\(signal.name)"]
                    let matches = names.filter { wanted.contains($0) }
                    found.formUnion(matches)
                    signals.append(
                        Signal(signal, isWanted: wanted.isEmpty || !matches.isEmpty))
                }
            }
            self.bases.append(bases)
            messages.append(decoder.file.messages.map { Array($0.name.utf8) })
            messagesJSON.append(
                decoder.file.messages.map { message in
                    var bytes: [UInt8] = []
                    ByteText.quoted(message.name, to: &bytes)
                    return bytes
                })
        }
        for name in wanted where !found.contains(name) {
            throw Failure(
                "--signal \(name): no DBC file has it; without --signal all are printed",
                status: .wrongData)
        }
    }

    func index(_ decoder: Int, _ message: Int, _ signal: Int) -> Int {
        bases[decoder][message] + signal
    }

    func message(_ decoder: Int, _ message: Int) -> [UInt8] { messages[decoder][message] }
    func messageJSON(_ decoder: Int, _ message: Int) -> [UInt8] { messagesJSON[decoder][message] }
}

/// How the value of a signal is written: exactly where its scale is a decimal number.
struct SignalNumber {
    private let decimals: Int
    private let scale: Int64
    private let offset: Int64
    private let isExact: Bool

    init(_ signal: DBCSignal) {
        var decimals = 0
        var power = 1.0
        while decimals < 9, !Self.isWhole(signal.scale * power, signal.offset * power) {
            decimals += 1
            power *= 10
        }
        let (scale, offset) = (signal.scale * power, signal.offset * power)
        let fits = scale.magnitude < 1e15 && offset.magnitude < 1e15
        isExact = fits && Self.isWhole(scale, offset) && signal.format == .integer
        self.decimals = decimals
        self.scale = fits ? Int64(scale.rounded()) : 0
        self.offset = fits ? Int64(offset.rounded()) : 0
    }

    private static func isWhole(_ scale: Double, _ offset: Double) -> Bool {
        for value in [scale, offset] {
            guard value.isFinite, (value - value.rounded()).magnitude <= value.magnitude * 1e-12
            else { return false }
        }
        return true
    }

    func append(_ signal: DecodedSignal, _ form: SignalLines.Form, to out: inout [UInt8]) {
        if isExact, let raw = signal.raw.whole {
            let (product, isTooLarge) = raw.multipliedReportingOverflow(by: scale)
            let (value, isBeyond) = product.addingReportingOverflow(offset)
            if !isTooLarge, !isBeyond {
                return ByteText.decimal(value, decimals: decimals, to: &out)
            }
        }
        guard signal.physical.isFinite || form == .text else {
            return out.append(contentsOf: "null".utf8)
        }
        out.append(contentsOf: "\(signal.physical)".utf8)
    }
}

/// Numbers and texts as bytes.
enum ByteText {
    /// Microseconds as seconds with six decimals.
    static func seconds(_ microseconds: Int64, to out: inout [UInt8]) {
        decimal(microseconds, decimals: 6, to: &out)
    }

    /// `value`, of which so many digits are decimals.
    static func decimal(_ value: Int64, decimals: Int, to out: inout [UInt8]) {
        if value < 0 { out.append(UInt8(ascii: "-")) }
        let start = out.count
        var rest = value.magnitude
        var digits = 0
        repeat {
            if digits == decimals, decimals > 0 { out.append(UInt8(ascii: ".")) }
            let (next, digit) = rest.quotientAndRemainder(dividingBy: 10)
            out.append(UInt8(ascii: "0") + UInt8(digit))
            rest = next
            digits += 1
        } while rest > 0 || digits <= decimals
        var (low, high) = (start, out.count - 1)
        while low < high {
            out.swapAt(low, high)
            low += 1
            high -= 1
        }
    }

    /// Three or eight hexadecimal digits.
    static func identifier(_ id: CANID, to out: inout [UInt8]) {
        var shift: UInt32 = id.isExtended ? 32 : 12
        while shift > 0 {
            shift -= 4
            let digit = UInt8(id.number >> shift & 0xF)
            out.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
    }

    /// A JSON string.
    static func quoted(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                out.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
                out.append(contentsOf: digits.utf8)
            case _: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
