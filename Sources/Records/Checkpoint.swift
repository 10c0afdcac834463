public import Units

/// A statement of where a log stands, small enough to sign: it fixes every record up to it.
///
/// Its payload is what the box signs, as a compact JWS (RFC 7515, ES256).
public struct Checkpoint: Hashable, Sendable {
    /// The box that wrote the log.
    public let box: BoxID
    /// The log epoch.
    public let epoch: UInt32
    /// The number of the last record that is covered; 0 for an empty log.
    public let sequence: Int64
    /// The hash of that record's envelope; zeros for an empty log.
    public let hash: Digest256

    /// The log of `box` in `epoch` has an envelope with this `hash` at `sequence`.
    public init(box: BoxID, epoch: UInt32, sequence: Int64, hash: Digest256) {
        self.box = box
        self.epoch = epoch
        self.sequence = sequence
        self.hash = hash
    }

    /// The canonical JSON (RFC 8785) that is signed: `box`, `epoch`, `hash`, `seq`.
    public var payload: [UInt8] {
        write { writer in
            writer.put("box", box.description)
            writer.put("epoch", epoch)
            writer.put("hash", hash.hex)
            writer.put("seq", sequence)
        }.bytes
    }

    /// Reads a ``payload``; members that this version does not know are left alone.
    ///
    /// - Throws: ``RecordError`` when the bytes are not JSON, or name the member that is missing
    ///   or wrong.
    public init(payload: some Collection<UInt8>) throws(RecordError) {
        let json: CanonicalJSON
        do throws(JSONParseError) { json = try CanonicalJSON(parsing: payload) } catch {
            throw .notJSON(error)
        }
        guard case .object = json else { throw .notAnObject }
        let members = Members(json)
        guard let box = BoxID(try members.string("box")) else { throw .member("box") }
        let sequence = try members.integer("seq")
        guard sequence >= 0 else { throw .member("seq") }
        self.init(
            box: box, epoch: try members.unsigned32("epoch"), sequence: sequence,
            hash: try members.digest("hash"))
    }
}
