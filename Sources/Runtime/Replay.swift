internal import Box
internal import Ports
internal import Records
internal import Units
internal import Vehicle

/// Rebuilds a box's durable state from its log.
enum Replay {
    /// The snapshot and every record behind it; `provisioned` where the log is still empty.
    ///
    /// `snapshotAt` is the number of the last record that the stored snapshot covers.
    static func state(
        of log: any RecordLog, provisioned: DurableState
    ) throws(StorageError) -> (state: DurableState, snapshotAt: Int64) {
        precondition(
            provisioned.box == log.box && provisioned.epoch == log.epoch,
            "a log is replayed for the box and epoch that wrote it")
        let snapshot = try log.snapshot()
        let start = try damaged(log) { () throws(RecordError) in
            try snapshot.map { bytes throws(RecordError) in try DurableState(snapshot: bytes) }
        }
        let state = start ?? provisioned
        guard state.sequence < log.head.sequence else { return (state, state.sequence) }
        let records = try log.records(state.sequence + 1...log.head.sequence)
        let replayed = try damaged(log) { () throws(RecordError) in
            try replay(records, onto: state, through: log.head.sequence)
        }
        return (replayed, state.sequence)
    }

    private static func replay(
        _ records: [StoredRecord], onto start: DurableState, through last: Int64
    ) throws(RecordError) -> DurableState {
        var state = start
        for record in records {
            if let draft = try RecordDraft(record) { state.apply(draft) } else { state.skip() }
        }
        guard state.sequence == last else { throw .member("seq") }
        return state
    }

    /// Says what a damaged record means for the box.
    private static func damaged<Result>(
        _ log: any RecordLog, _ work: () throws(RecordError) -> Result
    ) throws(StorageError) -> Result {
        do throws(RecordError) { return try work() } catch {
            throw StorageError(
                .damaged, operation: "replay the log of box \(log.box)",
                reason: "\(error); restore the log, or provision the box again as a new epoch")
        }
    }
}

extension OdometerEstimate {
    /// The estimate that a record states of the odometer `pinned`: what the acceptance of new
    /// samples starts from. `nil` where the record is of another one.
    init?(_ statement: OdometerStatement?, pinned: SourceKey?, at time: BootTime) {
        guard let statement else { return nil }
        let stated = statement.source.map { SourceKey($0) }
        guard let key = pinned ?? stated, stated == nil || stated == key else { return nil }
        let source: OdometerSource
        switch statement.quality {
        case .odometer: source = .odometer
        case .odometerAndPulses: source = .odometerAndPulses
        case .odometerAndSpeed: source = .odometerAndSpeed
        case .speed, .none: return nil
        }
        self.init(
            display: statement.display ?? statement.counted, position: statement.position,
            error: statement.error, resolution: statement.resolution, source: source, key: key,
            role: statement.display == nil ? .delta : .dash, at: time)
    }
}

extension OdometerStatement {
    /// The last whole count below the position: the number of an odometer that no dashboard shows.
    var counted: Metres {
        guard resolution > .zero else { return position }
        return Metres(position.count / resolution.count * resolution.count)
    }
}
