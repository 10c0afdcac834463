import KeyStore
import Ports
import Records
import Testing
import Units
import Vehicle

@testable import Box

/// Blocks of `records.md`.
enum RecordsPage {
    static let blocks = [
        Block("records", "envelope") { try envelope() },
        Block("records", "wall qualities") {
            try Table.cases(of: WallQuality.self, named: "WallQuality", in: "Records")
        },
        Block("records", "kinds") { try kinds() },
        Block("records", "bodies") { try RecordKind.allCases.flatMap(body) },
        Block("records", "clock causes") {
            try Table.cases(
                of: ClockStepBody.Cause.self, named: "ClockStepBody.Cause", in: "Records",
                head: "why")
        },
        Block("records", "close causes") {
            try Table.cases(
                of: TripCloseBody.Cause.self, named: "TripCloseBody.Cause", in: "Records",
                head: "why")
        },
        Block("records", "flags") { try flags() },
        Block("records", "qualities") {
            try Table.cases(of: DistanceQuality.self, named: "DistanceQuality", in: "Records")
        },
        Block("records", "anomalies") { try anomalies() },
        Block("records", "odometer refusals") {
            try Table.cases(
                of: OdometerRefusal.self, named: "OdometerRefusal", in: "Box", head: "refusal")
        },
        Block("records", "levels") {
            try Table.cases(
                of: StorageLevel.self, named: "StorageLevel", in: "Ports", head: "level")
        },
        Block("records", "storage errors") {
            try Table.cases(of: StorageError.Code.self, named: "StorageError.Code", in: "Ports")
        },
        Block("records", "example") { example },
    ]

    private static let envelopeMembers = [
        RecordMember("v", "", "version of this schema"),
        RecordMember("box", "", "the box: 16 hexadecimal digits"),
        RecordMember("epoch", "", "the log epoch: one more whenever a log begins anew"),
        RecordMember("seq", "", "number in the epoch, from 1, without a gap"),
        RecordMember("boot", "", "how many times the box has started"),
        RecordMember("mono", "ms", "the boot clock: since this start, never steps"),
        RecordMember("wall", "ms since 1970", "UTC; absent where the box did not know it"),
        RecordMember("wallErr", "ms", "UTC lies within this of `wall`"),
        RecordMember("wallQ", "", "where UTC came from, see below"),
        RecordMember("kind", "", "the kind of the body"),
        RecordMember("ph", "", "SHA-256 of the canonical body, 64 hexadecimal digits"),
        RecordMember("prev", "", "SHA-256 of the envelope before; zeros in the first"),
        RecordMember("body", "", "what happened; absent where it was erased"),
    ]

    private static func envelope() throws -> [String] {
        let hashing = OpenSSLHashing()
        let id = RecordID(box: CodeFigures.box, epoch: 1, sequence: 1)
        var stamp = RecordSamples.stamp
        let full = StoredRecord(
            sealing: RecordDraft(stamp: stamp, body: .door(DoorBody(open: true))), id: id,
            previous: .zero, with: hashing)
        stamp.wall = nil
        let bare = StoredRecord(
            sealing: RecordDraft(stamp: stamp, body: .door(DoorBody(open: true))), id: id,
            previous: .zero, with: hashing)
        let erased = StoredRecord(envelope: bare.envelope, body: nil)
        return try table(
            envelopeMembers, named: "envelope",
            full: [try CanonicalJSON(parsing: full.line)],
            bare: [try CanonicalJSON(parsing: erased.line)], leaving: ["body"])
    }

    private static func kinds() throws -> [String] {
        let declared = try SourceTree.declarations(of: "Records")
        let box = try SourceTree.code(of: "Box")
        return Table.lines(
            ["kind", "meaning", "the Box writes it"],
            try RecordKind.allCases.map { kind in
                let name = "\(kind)"
                let body = name.prefix(1).uppercased() + name.dropFirst() + "Body("
                let isWritten = box.contains(body) || box.contains("record(.\(name)(")
                return [
                    Table.code(kind.rawValue), try declared.comment("RecordKind", name),
                    isWritten ? "yes" : "no",
                ]
            })
    }

    private static func flags() throws -> [String] {
        let declared = try SourceTree.declarations(of: "Records")
        let box = try SourceTree.code(of: "Box")
        return Table.lines(
            ["flag", "meaning", "the Box sets it"],
            try TripFlag.allCases.map { flag in
                let forms = ["insert(.\(flag))", "self = .\(flag)", "[.\(flag)]"]
                return [
                    Table.code(flag.rawValue), try declared.comment("TripFlag", "\(flag)"),
                    forms.contains { box.contains($0) } ? "yes" : "no",
                ]
            })
    }

    private static func body(_ kind: RecordKind) throws -> [String] {
        let full = RecordSamples.full(kind).map(\.json)
        let leaving: Set<String> = kind == .tripClose ? ["open"] : []
        let members = try table(
            RecordMembers.of(kind), named: kind.rawValue, full: full,
            bare: RecordSamples.bare(kind).map(\.json), leaving: leaving)
        return ["### `\(kind.rawValue)`", ""] + members + ["", "```json"] + full.map(\.text) + [
            "```", "",
        ]
    }

    /// The table of `members`, which must be exactly those that the samples have.
    private static func table(
        _ members: [RecordMember], named name: String, full: [CanonicalJSON],
        bare: [CanonicalJSON], leaving: Set<String>
    ) throws -> [String] {
        let all = full.map { types(of: $0, leaving: leaving) }
        let least = (full + bare).map { Set(types(of: $0, leaving: leaving).map(\.path)) }
        let written = Set(all.flatMap { $0.map(\.path) })
        let named = members.map(\.name)
        let unnamed = written.subtracting(named).sorted()
        guard unnamed.isEmpty else { throw Missing(what: "meaning of \(unnamed) of \(name)") }
        guard written.count == named.count else {
            throw Missing(what: "member \(Set(named).subtracting(written).sorted()) in \(name)")
        }
        return Table.lines(
            ["member", "type", "unit", "always", "meaning"],
            members.map { member in
                let type = all.joined().first { $0.path == member.name }?.type ?? ""
                let isAlways = least.allSatisfy { $0.contains(member.name) }
                return [
                    Table.code(member.name), type, member.unit, isAlways ? "yes" : "no",
                    member.meaning,
                ]
            })
    }

    /// Every member with its path and its JSON type; what stands in `leaving` is not looked into.
    private static func types(
        of json: CanonicalJSON, leaving: Set<String>, at path: String = ""
    ) -> [(path: String, type: String)] {
        guard case .object(let members) = json else { return [] }
        return members.sorted { $0.key < $1.key }.flatMap { name, value in
            let here = path.isEmpty ? name : "\(path).\(name)"
            let inner = leaving.contains(here) ? [] : types(of: value, leaving: leaving, at: here)
            return [(here, type(of: value))] + inner
        }
    }

    private static func type(of json: CanonicalJSON) -> String {
        switch json {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .string: "string"
        case .array(let values): values.first.map { "array of \(type(of: $0))" } ?? "array"
        case .object: "object"
        }
    }

    private static func anomalies() throws -> [String] {
        let declared = try SourceTree.declarations(of: "Vehicle")
        return Table.lines(
            ["what", "meaning", "flag on the open trip"],
            try OdometerAnomaly.Kind.allCases.map { kind in
                [
                    Table.code(kind.rawValue),
                    try declared.comment("OdometerAnomaly.Kind", "\(kind)"),
                    TripFlag(anomaly: kind.rawValue).map { Table.code($0.rawValue) } ?? "-",
                ]
            })
    }

    /// Three records as they are exported.
    private static var example: [String] {
        var previous = Digest256.zero
        let bodies = [RecordKind.boot, .lock, .tripOpen].compactMap { RecordSamples.full($0).first }
        let lines = bodies.enumerated().map { index, body in
            let record = StoredRecord(
                sealing: RecordDraft(stamp: RecordSamples.stamp, body: body),
                id: RecordID(box: CodeFigures.box, epoch: 1, sequence: Int64(index) + 1),
                previous: previous, with: OpenSSLHashing())
            previous = OpenSSLHashing().sha256(record.envelope)
            return String(decoding: record.line, as: UTF8.self)
        }
        return ["```json"] + lines + ["```"]
    }
}

@Suite struct `The page of records` {
    @Test(arguments: RecordKind.allCases)
    func `the full sample of a kind leaves nothing out`(kind: RecordKind) {
        let samples = RecordSamples.full(kind)
        #expect(!samples.isEmpty)
        for sample in samples {
            #expect(sample.kind == kind)
            #expect(Self.holes(in: sample, at: kind.rawValue) == [])
        }
    }

    @Test func `every form of an accepted code has a sample`() throws {
        let forms = try SourceTree.declarations(of: "Records")
            .filter { $0.type == "CodeAcceptedBody" && $0.keyword == "case" }.map(\.name)
        let samples = RecordSamples.full(.codeAccepted).compactMap { body -> String? in
            guard case .codeAccepted(let accepted) = body else { return nil }
            return String("\(accepted)".prefix { $0 != "(" })
        }
        #expect(samples == forms)
    }

    @Test(arguments: RecordKind.allCases)
    func `every sample is read back as it was`(kind: RecordKind) throws {
        for sample in RecordSamples.full(kind) + RecordSamples.bare(kind) {
            #expect(try RecordBody(kind: kind, json: sample.json) == sample)
        }
    }

    /// Where `value` holds `nil` or an empty collection.
    private static func holes(in value: Any, at path: String) -> [String] {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional, .collection, .set, .dictionary:
            if mirror.children.isEmpty { return [path] }
        default: break
        }
        return mirror.children.flatMap { holes(in: $0.value, at: "\(path).\($0.label ?? "")") }
    }
}
