import CAN
import DBC
import TestData
import Testing

// The reference decodes are too large and too many-licensed for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of reference data"))
struct `Reference decodes` {
    @Test(arguments: OutsideData.names("golden/dbc", ending: ".json"))
    func `all signals of all frames agree`(name: String) throws {
        let golden = try OutsideData.json(GoldenDecodes.self, "golden/dbc/" + name)
        let file = DBCFile(parsing: try OutsideData.bytes("golden/" + golden.dbc))
        let decoder = DBCDecoder(file)
        for frame in golden.frames {
            let id = frame.ext ? CANID(extended: frame.id) : CANID(base: frame.id)
            let message = try #require(id.flatMap(file.message))
            for example in frame.cases {
                let found = GoldenComparison(decoder, message, example).findings
                if !found.isEmpty {
                    Issue.record("\(message.name) \(example.data): \(found)")
                    return
                }
            }
        }
    }
}

/// Decodes one reference case and says what differs.
struct GoldenComparison {
    private(set) var findings: [String] = []

    init(_ decoder: DBCDecoder, _ message: DBCMessage, _ example: GoldenDecodes.Case) {
        guard let frame = Self.frame(message.id, example.bytes) else {
            findings.append("no frame can be that long")
            return
        }
        var decoded: [String: DecodedSignal] = [:]
        decoder.decode(frame) { decoded[decoder.signal($0).name] = $0 }
        if example.phys == nil {
            checkError(message, frame, decoded)
            return
        }
        for (name, wanted) in (example.raw ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let found = decoded[name] else { continue }
            if !wanted.equals(found.raw) { findings.append("\(name) is \(found.raw)") }
            let text = decoder.text(found)
            if text != example.text?[name] { findings.append("\(name) means \(text ?? "?")") }
        }
        for (name, wanted) in (example.phys ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let found = decoded[name] else {
                let fits = message.signal(name).map { $0.layout.bytesNeeded <= frame.length }
                if fits != false { findings.append("\(name) is missing") }
                continue
            }
            if !wanted.isNear(found.physical) { findings.append("\(name) is \(found.physical)") }
        }
        for name in decoded.keys.sorted() where example.phys?[name] == nil {
            findings.append("\(name) should not be there")
        }
    }

    /// The other program gives up where a signal does not fit or a branch does not exist; here
    /// at least what is always there and fits is given.
    private mutating func checkError(
        _ message: DBCMessage, _ frame: BusFrame, _ decoded: [String: DecodedSignal]
    ) {
        for signal in message.signals where signal.presence == .always {
            let fits = signal.layout.bytesNeeded <= frame.length
            if fits != (decoded[signal.name] != nil) { findings.append("\(signal.name): \(fits)") }
        }
    }

    /// Some data is as long as no frame can be: then the longest that fits holds the front of it.
    private static func frame(_ id: CANID, _ bytes: [UInt8]) -> BusFrame? {
        if let frame = CANFrame(id: id, bytes: bytes) { return .classic(frame) }
        let length = [64, 48, 32, 24, 20, 16, 12, 8].first { $0 <= bytes.count } ?? 8
        return CANFDFrame(id: id, bytes: bytes.prefix(length)).map { .flexible($0) }
    }
}
