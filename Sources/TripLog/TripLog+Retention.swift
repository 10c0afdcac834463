public import Ports
internal import Records
public import Units

/// What became of an acknowledgement.
public enum AcknowledgeResult: Hashable, Sendable {
    /// The cursor moved to here, forward or back.
    case moved
    /// The cursor stands there already.
    case unchanged
    /// The fleet knows records that this log does not have: an older copy of the log was put back,
    /// and a new epoch must begin.
    case ahead
    /// The fleet has another record under this number: a fork.
    case mismatch
    /// The record was removed after its time, so its hash can no longer be compared.
    case removed
}

extension TripLog {
    /// How long an acknowledged record is kept at least: 90 days.
    public static let retention = Milliseconds.days(90)
    /// How many records are removed in one transaction, so that it fits the write-ahead file.
    private static let batch = 256

    /// Takes the fleet's word that it has every record up to `sequence`, whose envelope hashes to
    /// `hash`. The cursor moves only where the log has that hash itself; it may move back, for a
    /// fleet that was restored from an older copy and asks again.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func acknowledge(
        through sequence: Int64, hash: Digest256
    ) throws(StorageError) -> AcknowledgeResult {
        guard sequence <= head.sequence else { return .ahead }
        guard sequence >= meta.base else { return .removed }
        guard try self.hash(at: sequence) == hash else { return .mismatch }
        guard sequence != meta.acknowledged else { return .unchanged }
        let operation = "note in \(path) that record \(sequence) was acknowledged"
        try requireWritable(operation)
        var changed = meta
        changed.acknowledged = sequence
        changed.acknowledgedHash = hash
        try write(operation) { store throws(SQLiteFailure) in try store.replace(changed) }
        meta = changed
        return .moved
    }

    /// Removes the acknowledged records at the beginning that are older than `oldest`, and answers
    /// how many. The caller passes now less ``retention``.
    ///
    /// A record without wall time is as old as the next that has one. The last record always
    /// stays, and so does every record behind the snapshot: none goes before a snapshot was stored
    /// since the opening. The chain still verifies from the first that is kept.
    ///
    /// - Throws: ``Ports/StorageError``; what was removed until then stays removed.
    public func prune(keepingSince oldest: WallTime) throws(StorageError) -> Int {
        let operation = "remove old records from \(path)"
        try requireWritable(operation)
        let last = try lastRemovable(before: oldest)
        var removed = 0
        while meta.base < last {
            var changed = meta
            changed.base = min(meta.base + Int64(Self.batch), last)
            guard let hash = try hash(at: changed.base) else { break }
            changed.baseHash = hash
            try write(operation) { store throws(SQLiteFailure) in
                try store.remove(through: changed.base)
                try store.replace(changed)
            }
            removed += Int(changed.base - meta.base)
            meta = changed
        }
        return removed
    }

    /// The last of the leading records that are all acknowledged and older than `oldest`.
    private func lastRemovable(before oldest: WallTime) throws(StorageError) -> Int64 {
        var last = meta.base
        let limit = min(meta.acknowledged, min(snapshotSequence, head.sequence - 1))
        guard limit > meta.base else { return last }
        try forEach(meta.base + 1...head.sequence) { sequence, record in
            guard let wall = record.wall else { return true }
            guard wall < oldest else { return false }
            last = min(sequence, limit)
            // Behind the limit, one record with a time is enough to judge those without.
            return sequence < limit
        }
        return last
    }

    /// Erases the bodies of the records `sequences` for good, and answers how many. Their
    /// envelopes stay, so the chain still verifies.
    ///
    /// The bytes are overwritten in the file and in its write-ahead file; what a flash medium
    /// keeps behind its controller is out of reach. The caller writes the `erase` record.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func erase(bodiesOf sequences: ClosedRange<Int64>) throws(StorageError) -> Int {
        let operation =
            "erase the bodies of records \(sequences.lowerBound)-\(sequences.upperBound) of \(path)"
        try requireWritable(operation)
        var erased: Int64 = 0
        try write(operation) { store throws(SQLiteFailure) in
            erased = try store.erase(sequences)
        }
        try read(operation) { [options] store throws(SQLiteFailure) in
            try store.connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
            try store.connection.growWriteAheadFile(to: options.writeAheadBytes)
        }
        return Int(erased)
    }
}

extension StoredRecord {
    /// The wall time in the envelope; `nil` where the box did not know it.
    fileprivate var wall: WallTime? {
        do throws(RecordError) { return try opened().stamp.wall?.time } catch { return nil }
    }
}
