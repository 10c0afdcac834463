public import Units

/// The first place where a chain of records does not hold.
public struct ChainDefect: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong there.
    public enum Reason: Hashable, Sendable {
        /// The bytes cannot be read as an envelope.
        case unreadable(String)
        /// The bytes are JSON, but not the one form that RFC 8785 allows.
        case notCanonical
        /// Another box wrote it.
        case otherBox(BoxID)
        /// It is of another log epoch.
        case otherEpoch(UInt32)
        /// Another number stands where the next one should.
        case gap(found: Int64)
        /// Nothing stands there, though the log goes on.
        case missing
        /// It does not name the hash of the envelope before it.
        case previous
        /// The body is not the one that the envelope commits to.
        case body
    }

    /// The number of the record that should stand there.
    public let sequence: Int64
    /// What is wrong with it.
    public let reason: Reason

    /// The record `sequence` is wrong for `reason`.
    public init(sequence: Int64, reason: Reason) {
        self.sequence = sequence
        self.reason = reason
    }

    /// `record 12: its body is not the one that the envelope commits to`
    public var description: String {
        let text =
            switch reason {
            case .unreadable(let why): "it cannot be read: \(why)"
            case .notCanonical: "it is not in canonical form (RFC 8785)"
            case .otherBox(let box): "box \(box) wrote it"
            case .otherEpoch(let epoch): "it is of epoch \(epoch)"
            case .gap(let found): "record \(found) stands in its place"
            case .missing: "it is missing"
            case .previous: "it does not continue the chain: \"prev\" is not the hash before it"
            case .body: "its body is not the one that the envelope commits to"
            }
        return "record \(sequence): \(text)"
    }
}

/// Checks records one behind the other, in constant memory: on the box and wherever a log was
/// sent or exported to.
///
/// A schema version or a kind of record that this program does not know is no defect: every
/// version has `box`, `epoch`, `seq`, `ph` and `prev`, which is all that a chain needs.
public struct ChainVerifier {
    /// The box whose chain it is.
    public let box: BoxID
    /// The log epoch.
    public let epoch: UInt32
    /// The number of the last record that was found good.
    public private(set) var sequence: Int64
    /// The hash of its envelope.
    public private(set) var hash: Digest256
    /// How many records were found good.
    public private(set) var checked: Int64 = 0
    /// How many of them have had their body erased.
    public private(set) var erased: Int64 = 0

    private let hashing: any Hashing

    /// A verifier of the chain of `box` in `epoch`, behind record `sequence` whose envelope hashes
    /// to `hash`; by default from the first record.
    public init(
        box: BoxID, epoch: UInt32, behind sequence: Int64 = 0, hash: Digest256 = .zero,
        hashing: any Hashing
    ) {
        self.box = box
        self.epoch = epoch
        self.sequence = sequence
        self.hash = hash
        self.hashing = hashing
    }

    /// Checks the record that should come next; `nil` when it is good.
    ///
    /// A defect leaves the verifier where it stood, so the right record may still follow.
    public mutating func check(_ record: StoredRecord) -> ChainDefect? {
        let expected = sequence + 1
        do throws(ChainDefect) {
            let link = try ChainLink(envelope: record.envelope, expected: expected)
            try verify(link, of: record, expected: expected)
        } catch {
            return error
        }
        sequence = expected
        hash = hashing.sha256(record.envelope)
        checked += 1
        if record.body == nil { erased += 1 }
        return nil
    }

    private func verify(
        _ link: ChainLink, of record: StoredRecord, expected: Int64
    ) throws(ChainDefect) {
        func fail(_ reason: ChainDefect.Reason) -> ChainDefect {
            ChainDefect(sequence: expected, reason: reason)
        }
        guard link.box == box else { throw fail(.otherBox(link.box)) }
        guard link.epoch == epoch else { throw fail(.otherEpoch(link.epoch)) }
        guard link.sequence == expected else { throw fail(.gap(found: link.sequence)) }
        guard link.previous == hash else { throw fail(.previous) }
        if let body = record.body {
            guard hashing.sha256(body) == link.bodyHash else { throw fail(.body) }
        }
    }
}

/// What every version of an envelope has.
private struct ChainLink {
    let box: BoxID
    let epoch: UInt32
    let sequence: Int64
    let bodyHash: Digest256
    let previous: Digest256

    init(envelope bytes: [UInt8], expected: Int64) throws(ChainDefect) {
        do throws(RecordError) {
            try self.init(envelope: bytes)
        } catch {
            let reason: ChainDefect.Reason =
                error == .notCanonical ? .notCanonical : .unreadable("\(error)")
            throw ChainDefect(sequence: expected, reason: reason)
        }
    }

    private init(envelope bytes: [UInt8]) throws(RecordError) {
        if let envelope = Envelope(canonical: bytes) {
            box = envelope.id.box
            epoch = envelope.id.epoch
            sequence = envelope.id.sequence
            bodyHash = envelope.bodyHash
            previous = envelope.previous
            return
        }
        let json: CanonicalJSON
        do throws(JSONParseError) { json = try CanonicalJSON(parsing: bytes) } catch {
            throw .notJSON(error)
        }
        guard case .object = json else { throw .notAnObject }
        guard json.bytes == bytes else { throw .notCanonical }
        let members = Members(json)
        guard !members.has("body") else { throw .member("body") }
        // What this program writes itself it must be able to read in full.
        if try members.integer("v") == Envelope.currentVersion { _ = try Envelope(json: json) }
        guard let box = BoxID(try members.string("box")) else { throw .member("box") }
        self.box = box
        epoch = try members.unsigned32("epoch")
        sequence = try members.integer("seq")
        bodyHash = try members.digest("ph")
        previous = try members.digest("prev")
    }
}
