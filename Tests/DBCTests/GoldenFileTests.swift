import CAN
import DBC
import TestData
import Testing

// The reference files are too large and too many-licensed for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of reference data"))
struct `Reference files` {
    @Test(arguments: OutsideData.names("golden/parse", ending: ".json"))
    func `every property of every signal agrees`(name: String) throws {
        let golden = try OutsideData.json(GoldenFile.self, "golden/parse/" + name)
        let file = DBCFile(parsing: try OutsideData.bytes("golden/" + golden.dbc))
        let findings = FileComparison(file, golden).findings
        #expect(findings.isEmpty, "\(findings.prefix(10))")
    }
}

/// Compares a file with what another program read, and says what differs.
struct FileComparison {
    private(set) var findings: [String] = []

    init(_ file: DBCFile, _ golden: GoldenFile) {
        compare(file.version, golden.version ?? "", "version")
        compare(file.nodes.map(\.name), golden.nodes, "nodes")
        compare(file.messages.count, golden.messages.count, "number of messages")
        for wanted in golden.messages {
            let id = wanted.ext ? CANID(extended: wanted.id) : CANID(base: wanted.id)
            guard let message = id.flatMap(file.message) else {
                findings.append("\(wanted.name) is missing")
                continue
            }
            compare(message, wanted, in: file)
        }
    }

    private mutating func compare(
        _ message: DBCMessage, _ wanted: GoldenFile.Message, in file: DBCFile
    ) {
        let place = wanted.name
        compare(message.name, wanted.name, place)
        compare(message.length, wanted.length, "\(place) length")
        compare(message.senders.sorted(), wanted.senders.sorted(), "\(place) senders")
        compare(message.cycleTime, wanted.cycleTime, "\(place) cycle time")
        // The other program read a copy without the comments that are written wrongly.
        let isMisplaced = file.warnings.contains {
            $0.kind == .commentWithoutSignal || $0.kind == .commentWithoutKeyword
        }
        if !(isMisplaced && wanted.comment == nil) {
            compareComments(message.comment, wanted.comment, "\(place) comment")
        }
        compare(message.frameFormat?.isFlexible ?? false, wanted.fd, "\(place) format")
        compare(
            message.frameFormat == .parameterGroup, wanted.protocol == "j1939",
            "\(place) protocol")
        compare(
            message.signals.map(\.name).sorted(), wanted.signals.map(\.name).sorted(),
            "\(place) signals")
        for wantedSignal in wanted.signals {
            guard let signal = message.signal(wantedSignal.name) else { continue }
            compare(signal, wantedSignal, in: message)
        }
    }

    private mutating func compare(
        _ signal: DBCSignal, _ wanted: GoldenFile.Signal, in message: DBCMessage
    ) {
        let place = "\(message.name).\(signal.name)"
        compare(signal.layout.start, wanted.start, "\(place) start")
        compare(signal.layout.length, wanted.length, "\(place) length")
        compare(
            signal.layout.byteOrder, wanted.byteOrder == "LE" ? .littleEndian : .bigEndian,
            "\(place) byte order")
        compare(signal.layout.isSigned, wanted.signed, "\(place) sign")
        compare(signal.format != .integer, wanted.float, "\(place) float")
        compare(signal.scale, wanted.scale.double, "\(place) scale")
        compare(signal.offset, wanted.offset.double, "\(place) offset")
        compare(signal.minimum, wanted.min?.double ?? 0, "\(place) minimum")
        compare(signal.maximum, wanted.max?.double ?? 0, "\(place) maximum")
        compare(signal.unit, wanted.unit ?? "", "\(place) unit")
        compare(signal.isMultiplexor, wanted.isMultiplexer, "\(place) multiplexor")
        compare(signal.receivers.sorted(), wanted.receivers.sorted(), "\(place) receivers")
        compareComments(signal.comment, wanted.comment, "\(place) comment")
        compare(signal.suspectParameterNumber ?? 0, wanted.spn ?? 0, "\(place) SPN")
        for (raw, text) in (wanted.choices ?? [:]).sorted(by: { $0.key < $1.key }) {
            compare(Int64(raw).flatMap(signal.text), text, "\(place) choice \(raw)")
        }
        let distinct = Set(signal.choices.map(\.raw))
        compare(distinct.count, wanted.choices?.count ?? 0, "\(place) number of choices")
        switch signal.presence {
        case .never: findings.append("\(place) is never there")
        case .always: compare(nil, wanted.multiplexer, "\(place) multiplexor")
        case .selected(let by, let values):
            compare(message.signals[by].name, wanted.multiplexer, "\(place) multiplexor")
            let ids = values.flatMap { Array($0) }.sorted()
            compare(ids, (wanted.multiplexerIDs ?? []).sorted(), "\(place) branches")
        }
    }

    /// Here every line of a comment ends with a line feed alone.
    private mutating func compareComments(_ found: String?, _ wanted: String?, _ place: String) {
        let wanted = wanted.map { String($0.map { $0 == "\r\n" ? "\n" : $0 }) }
        compare(found, wanted, place)
    }

    private mutating func compare<Value: Equatable>(
        _ found: Value, _ wanted: Value, _ place: @autoclosure () -> String
    ) {
        if found != wanted { findings.append("\(place()) is \(found), not \(wanted)") }
    }
}
