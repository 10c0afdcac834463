public import Units

/// Where the box's idea of UTC came from, best last.
public enum WallQuality: String, CaseIterable, Sendable, Comparable {
    /// Never set, or lost: there is no wall time.
    case unset
    /// Carried on by the boot clock alone since the source below was lost.
    case held
    /// The battery-backed clock.
    case rtc
    /// A satellite receiver: a hint, forward only.
    case gnss
    /// The fleet, by signed answer or TIME code.
    case server
    /// A logged-in technician.
    case technician

    /// Less trusted first.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// UTC as the box knew it: the time lies within `error` of `time`.
public struct WallReading: Hashable, Sendable {
    /// The middle of the interval.
    public var time: WallTime
    /// Half the width of the interval.
    public var error: Milliseconds
    /// The source.
    public var quality: WallQuality

    /// A reading of `time` ± `error` from a source of `quality`.
    public init(time: WallTime, error: Milliseconds, quality: WallQuality) {
        self.time = time
        self.error = error
        self.quality = quality
    }
}

/// When something was recorded, on the clocks of the box.
public struct Stamp: Hashable, Sendable {
    /// How many times the box has started.
    public var boot: UInt32
    /// The boot clock.
    public var mono: BootTime
    /// UTC, where the box knows it. Absent, never guessed.
    public var wall: WallReading?

    /// A stamp of these clocks.
    public init(boot: UInt32, mono: BootTime, wall: WallReading?) {
        self.boot = boot
        self.mono = mono
        self.wall = wall
    }
}

/// What the Box wants written: everything but the place in the chain, which the log gives.
public struct RecordDraft: Hashable, Sendable {
    /// When it happened.
    public var stamp: Stamp
    /// What happened.
    public var body: RecordBody

    /// A draft of `body` at `stamp`.
    public init(stamp: Stamp, body: RecordBody) {
        self.stamp = stamp
        self.body = body
    }
}

/// The digest that chains records. SHA-256 comes in through here, so this module computes nothing.
public protocol Hashing {
    /// SHA-256 (FIPS 180-4) of `bytes`.
    func sha256(_ bytes: [UInt8]) -> Digest256
}

/// The signed-over part of a record: all but the body, which it commits to by `bodyHash`, so that
/// a body can be erased (GDPR) and the chain still verifies.
///
/// The wire form is one JSON object, RFC 8785, whose members are these and `body`:
/// `jq -cS 'del(.body)'` of a line gives exactly the bytes that the next record's `prev` hashes.
public struct Envelope: Hashable, Sendable {
    /// The version of this schema.
    public static let currentVersion: Int64 = 1

    /// `v`: schema version.
    public var version: Int64
    /// `box`, `epoch` and `seq`: the identity.
    public var id: RecordID
    /// `boot`, `mono` and, where known, `wall`, `wallErr`, `wallQ`.
    public var stamp: Stamp
    /// `kind`: the name of the body's kind.
    public var kind: String
    /// `ph`: SHA-256 of the canonical body.
    public var bodyHash: Digest256
    /// `prev`: SHA-256 of the previous envelope's canonical bytes; zeros before the first.
    public var previous: Digest256

    /// An envelope with these members.
    public init(
        version: Int64 = Envelope.currentVersion, id: RecordID, stamp: Stamp, kind: String,
        bodyHash: Digest256, previous: Digest256
    ) {
        self.version = version
        self.id = id
        self.stamp = stamp
        self.kind = kind
        self.bodyHash = bodyHash
        self.previous = previous
    }

    /// The canonical form without the body: these bytes are hashed into the chain.
    public var json: CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "boot": .integer(Int64(stamp.boot)),
            "box": .string(id.box.description),
            "epoch": .integer(Int64(id.epoch)),
            "kind": .string(kind),
            "mono": .integer(stamp.mono.milliseconds),
            "ph": .string(bodyHash.hex),
            "prev": .string(previous.hex),
            "seq": .integer(id.sequence),
            "v": .integer(version),
            "wallQ": .string((stamp.wall?.quality ?? .unset).rawValue),
        ]
        if let wall = stamp.wall {
            members["wall"] = .integer(wall.time.milliseconds)
            members["wallErr"] = .integer(wall.error.count)
        }
        return .object(members)
    }

    /// Reads the members of an envelope; others, and `body`, are left alone.
    ///
    /// - Throws: ``RecordError`` naming the member that is missing or of the wrong type.
    public init(json: CanonicalJSON) throws(RecordError) {
        let members = Members(json)
        version = try members.integer("v")
        guard let box = BoxID(try members.string("box")) else { throw .member("box") }
        id = RecordID(
            box: box, epoch: try members.unsigned32("epoch"), sequence: try members.integer("seq"))
        guard id.sequence > 0 else { throw .member("seq") }
        guard let quality = WallQuality(rawValue: try members.string("wallQ")) else {
            throw .member("wallQ")
        }
        var wall: WallReading?
        if let time = try members.optionalInteger("wall") {
            wall = WallReading(
                time: WallTime(milliseconds: time),
                error: Milliseconds(try members.integer("wallErr")), quality: quality)
        }
        stamp = Stamp(
            boot: try members.unsigned32("boot"),
            mono: BootTime(milliseconds: try members.integer("mono")), wall: wall)
        kind = try members.string("kind")
        bodyHash = try members.digest("ph")
        previous = try members.digest("prev")
    }
}

/// A record as it lies in the log: the bytes that were hashed, and the body unless it was erased.
public struct StoredRecord: Hashable, Sendable {
    /// The canonical envelope.
    public let envelope: [UInt8]
    /// The canonical body; `nil` after erasure.
    public let body: [UInt8]?

    /// A record of these canonical bytes.
    public init(envelope: [UInt8], body: [UInt8]?) {
        self.envelope = envelope
        self.body = body
    }

    /// The line that is sent and exported: one canonical JSON object, without a line end.
    ///
    /// `body` sorts before every other member, so the line is put together, not parsed again.
    public var line: [UInt8] {
        guard let body else { return envelope }
        var entry = Array("{\"body\":".utf8)
        entry += body
        entry.append(UInt8(ascii: ","))
        entry += envelope.dropFirst()
        return entry
    }

    /// Seals `draft` into the chain as `id`, behind the envelope whose hash is `previous`.
    public init(
        sealing draft: RecordDraft, id: RecordID, previous: Digest256, with hashing: some Hashing
    ) {
        let body = draft.body.json.bytes
        let envelope = Envelope(
            id: id, stamp: draft.stamp, kind: draft.body.kind.rawValue,
            bodyHash: hashing.sha256(body), previous: previous)
        self.init(envelope: envelope.bytes, body: body)
    }

    /// Reads a line as ``line`` writes it.
    ///
    /// - Throws: ``RecordError`` when the line is not JSON, not canonical or not an envelope.
    public init(line: some Collection<UInt8>) throws(RecordError) {
        let json: CanonicalJSON
        do throws(JSONParseError) { json = try CanonicalJSON(parsing: line) } catch {
            throw .notJSON(error)
        }
        guard case .object(var members) = json else { throw .notAnObject }
        guard json.bytes.elementsEqual(line) else { throw .notCanonical }
        let body = members.removeValue(forKey: "body")
        let envelope = CanonicalJSON.object(members)
        _ = try Envelope(json: envelope)
        self.init(envelope: envelope.bytes, body: body?.bytes)
    }

    /// The envelope's members.
    ///
    /// - Throws: ``RecordError`` when the stored bytes are damaged.
    public func opened() throws(RecordError) -> Envelope {
        if let envelope = Envelope(canonical: envelope) { return envelope }
        let json: CanonicalJSON
        do throws(JSONParseError) { json = try CanonicalJSON(parsing: envelope) } catch {
            throw .notJSON(error)
        }
        return try Envelope(json: json)
    }
}
