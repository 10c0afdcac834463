public import Ports
public import Records
public import Units

/// What a check of a whole log found.
public struct LogVerification: Hashable, Sendable {
    /// How many records hold together, from the first that is kept.
    public let checked: Int64
    /// How many of them have had their body erased.
    public let erased: Int64
    /// The number of the first record that is kept, or should be.
    public let first: Int64
    /// The last record that holds.
    public let last: LogHead
    /// The first place that does not hold; `nil` when all do.
    public let defect: ChainDefect?
}

extension TripLog {
    /// Checks the whole chain from the first record that is kept, in constant memory.
    ///
    /// - Throws: ``Ports/StorageError`` when the log cannot be read; a chain that does not hold is
    ///   an answer.
    public func verify() throws(StorageError) -> LogVerification {
        var verifier = ChainVerifier(
            box: box, epoch: epoch, behind: meta.base, hash: meta.baseHash, hashing: hashing)
        var defect: ChainDefect?
        try forEach(0...Int64.max) { sequence, record in
            defect = verifier.check(record, storedAs: sequence)
            return defect == nil
        }
        if defect == nil, verifier.sequence != head.sequence {
            defect = ChainDefect(sequence: verifier.sequence + 1, reason: .missing)
        }
        return LogVerification(
            checked: verifier.checked, erased: verifier.erased, first: meta.base + 1,
            last: LogHead(sequence: verifier.sequence, hash: verifier.hash), defect: defect)
    }

    /// Calls `body` with each kept line from record `first` on, without a line end, in order, until
    /// it answers `false`. The log must not be read or written meanwhile.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func export(
        from first: Int64 = 1, _ body: (_ line: [UInt8]) -> Bool
    ) throws(StorageError) {
        try forEach(first...Int64.max) { _, record in body(record.line) }
    }

    /// Where the chain stands, to be signed.
    public var checkpoint: Checkpoint {
        Checkpoint(box: box, epoch: epoch, sequence: head.sequence, hash: head.hash)
    }

    /// The hash of the envelope of record `sequence`; `nil` when it was removed or never was.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func hash(at sequence: Int64) throws(StorageError) -> Digest256? {
        if sequence == meta.base { return meta.baseHash }
        if sequence == head.sequence { return head.hash }
        let envelope = try read("read record \(sequence) of \(path)") {
            store throws(SQLiteFailure) in try store.envelope(sequence)
        }
        return envelope.map { hashing.sha256($0) }
    }
}
