import CAN
import CANLog
import DBC
import DataFiles

/// Turns frames into lines of signals. Names are laid out once, numbers are written as bytes.
struct SignalLines {
    enum Form {
        case text, json
    }

    private let decoders: [DBCDecoder]
    private let texts: SignalTexts
    private let form: Form
    private let isPerSignal: Bool
    private let onlyChanges: Bool
    private var channels: [Channel] = []
    private var current: [UInt8] = []

    /// A channel, and the last value of each signal on it.
    private struct Channel {
        let name: String
        var last: [SignalRaw?]
    }

    private(set) var frames = 0
    private(set) var decoded = 0
    private var unknown: [CANID: Int] = [:]

    /// Lines by `decoders`, of which the first that knows an identifier counts.
    ///
    /// - Throws: ``Failure`` for a wanted signal that there is not.
    init(
        _ decoders: [DBCDecoder], wanted: [String], onlyChanges: Bool, form: Form
    ) throws {
        self.decoders = decoders
        texts = try SignalTexts(decoders, wanted: wanted)
        self.form = form
        self.onlyChanges = onlyChanges
        isPerSignal = !wanted.isEmpty
    }

    /// Appends the lines of a frame.
    mutating func add(_ entry: LogEntry, to out: inout [UInt8]) {
        frames += 1
        let id = entry.frame.id
        guard entry.frame.kind == .data,
            let place = decoders.firstIndex(where: { $0.message(for: id) != nil })
        else {
            if entry.frame.kind == .data { unknown[id, default: 0] += 1 }
            return
        }
        decoded += 1
        let channel = channel(entry.channel)
        let start = out.count
        var count = 0
        let message = decoders[place].message(for: id) ?? 0
        if !isPerSignal { begin(entry, place, message, &out) }
        let decoder = decoders[place]
        decoder.decode(entry.frame) { signal in
            let index = texts.index(place, signal.message, signal.signal)
            guard texts.signals[index].isWanted else { return }
            if onlyChanges {
                if channels[channel].last[index] == signal.raw { return }
                channels[channel].last[index] = signal.raw
            }
            if isPerSignal { begin(entry, place, message, &out) }
            value(signal, texts.signals[index], isFirst: isPerSignal || count == 0, &out)
            if isPerSignal { end(&out) }
            count += 1
        }
        if isPerSignal { return }
        if onlyChanges, count == 0 {
            out.removeLast(out.count - start)
        } else {
            end(&out)
        }
    }

    private mutating func channel(_ name: String) -> Int {
        guard onlyChanges else { return 0 }
        for index in channels.indices where channels[index].name == name { return index }
        channels.append(
            Channel(name: name, last: [SignalRaw?](repeating: nil, count: texts.signals.count)))
        return channels.count - 1
    }

    private func begin(
        _ entry: LogEntry, _ place: Int, _ message: Int, _ out: inout [UInt8]
    ) {
        switch form {
        case .text:
            ByteText.seconds(entry.microseconds, to: &out)
            out.append(UInt8(ascii: " "))
            if entry.channel.isEmpty {
                out.append(UInt8(ascii: "-"))
            } else {
                out.append(contentsOf: entry.channel.utf8)
            }
            out.append(UInt8(ascii: " "))
            ByteText.identifier(entry.frame.id, to: &out)
            out.append(UInt8(ascii: " "))
            out.append(contentsOf: texts.message(place, message))
        case .json:
            out.append(contentsOf: #"{"time":"#.utf8)
            ByteText.seconds(entry.microseconds, to: &out)
            out.append(contentsOf: #","channel":"#.utf8)
            ByteText.quoted(entry.channel, to: &out)
            out.append(contentsOf: #","id":""#.utf8)
            ByteText.identifier(entry.frame.id, to: &out)
            out.append(contentsOf: #"","message":"#.utf8)
            out.append(contentsOf: texts.messageJSON(place, message))
            out.append(contentsOf: #","signals":{"#.utf8)
        }
    }

    private func end(_ out: inout [UInt8]) {
        if form == .json { out.append(contentsOf: "}}".utf8) }
        out.append(UInt8(ascii: "\n"))
    }

    private func value(
        _ signal: DecodedSignal, _ text: SignalTexts.Signal, isFirst: Bool, _ out: inout [UInt8]
    ) {
        switch form {
        case .text:
            out.append(contentsOf: text.name)
            text.number.append(signal, form, to: &out)
            out.append(contentsOf: text.unit)
            if let choice = signal.choice { out.append(contentsOf: text.choices[choice]) }
        case .json:
            if !isFirst { out.append(UInt8(ascii: ",")) }
            out.append(contentsOf: text.nameJSON)
            text.number.append(signal, form, to: &out)
            out.append(contentsOf: text.unitJSON)
            if let choice = signal.choice { out.append(contentsOf: text.choicesJSON[choice]) }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// What was not in the DBC files.
    var summary: [String] {
        let known = "\(frames) frames, \(decoded) of them in the DBC"
        guard !unknown.isEmpty else { return [known] }
        let sorted = unknown.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(8).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        let rest = sorted.count > 8 ? " and \(sorted.count - 8) more" : ""
        let count = sorted.count == 1 ? "1 identifier" : "\(sorted.count) identifiers"
        return [known, "\(count) not in the DBC: \(shown)\(rest)"]
    }
}
