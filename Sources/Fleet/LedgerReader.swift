internal import KeyStore
internal import Records
internal import Tariff
internal import Units

/// Takes a log's lines one behind the other, and keeps what the checkpoint vouches for.
struct LedgerReader {
    private(set) var records: [LoggedRecord] = []
    private(set) var erased: [RecordID] = []
    private(set) var unknown: [RecordID] = []
    private(set) var unsigned = 0
    /// Whether the log reached the checkpoint, with its hash.
    private(set) var isCovered = false
    private let checkpoint: Checkpoint
    private var chain: ChainVerifier

    init(checkpoint: Checkpoint, behind anchor: Checkpoint?) {
        self.checkpoint = checkpoint
        chain = ChainVerifier(
            box: checkpoint.box, epoch: checkpoint.epoch, behind: anchor?.sequence ?? 0,
            hash: anchor?.hash ?? .zero, hashing: OpenSSLHashing())
        isCovered = chain.sequence == checkpoint.sequence && chain.hash == checkpoint.hash
    }

    /// The number of the last record that was taken.
    var sequence: Int64 { chain.sequence }

    mutating func take(_ line: ArraySlice<UInt8>, number: Int) throws(LedgerError) {
        let record: StoredRecord
        do throws(RecordError) { record = try StoredRecord(line: line) } catch {
            throw .line(number, error)
        }
        if let defect = chain.check(record) { throw .chain(number, defect) }
        guard chain.sequence <= checkpoint.sequence else {
            unsigned += 1
            return
        }
        if chain.sequence == checkpoint.sequence {
            guard chain.hash == checkpoint.hash else { throw .checkpoint(.otherHash) }
            isCovered = true
        }
        try keep(record, number: number)
    }

    private mutating func keep(_ record: StoredRecord, number: Int) throws(LedgerError) {
        let id = RecordID(
            box: checkpoint.box, epoch: checkpoint.epoch, sequence: chain.sequence)
        guard record.body != nil else {
            erased.append(id)
            return
        }
        let draft: RecordDraft?
        do throws(RecordError) { draft = try RecordDraft(record) } catch {
            throw .line(number, error)
        }
        if let draft {
            records.append(LoggedRecord(id: id, body: draft.body))
        } else {
            unknown.append(id)
        }
    }
}

/// Sorts a log's trips into those that can be billed, those that cannot, and those still open.
struct TripSort {
    private(set) var trips: [BilledTrip] = []
    private(set) var doubts: [TripDoubt] = []
    private(set) var open: [TripID] = []

    private var openings: [TripID: TripOpenBody] = [:]
    private var places: Set<TripID> = []
    private var closed: Set<TripID> = []
    private var extensions: [LoggedRecord] = []

    init(_ records: [LoggedRecord]) {
        for record in records {
            let place = TripID(epoch: record.id.epoch, sequence: record.id.sequence)
            places.insert(place)
            switch record.body {
            case .tripOpen(let body):
                // A trip is named after the place of its opening: no other record can open it.
                guard body.trip == place else { continue }
                openings[place] = body
                open.append(place)
            case .tripClose(let body): close(record, body)
            case .codeAccepted(.extended): extensions.append(record)
            case .boot, .clockStep, .codeAccepted, .codeRefused, .lock, .inhibit, .door, .power,
                .odometerAnomaly, .odometerGap, .technician, .config, .update, .erase, .tripMark:
                break
            }
        }
    }

    private mutating func close(_ record: LoggedRecord, _ body: TripCloseBody) {
        let trip = body.open.trip
        open.removeAll { $0 == trip }
        guard closed.insert(trip).inserted else { return doubt(record, trip, .closedTwice) }
        // Its opening may lie before this log, or be erased, but not say something else in it.
        guard openings[trip] == body.open || !places.contains(trip) else {
            return doubt(record, trip, .otherOpening)
        }
        // Extensions stand before the close of their rental.
        switch BilledTrip.find(record.id, in: extensions + [record]) {
        case .success(let billed): trips.append(billed)
        case .failure(let refusal): doubt(record, trip, .refused(refusal.reason))
        }
    }

    private mutating func doubt(
        _ record: LoggedRecord, _ trip: TripID, _ reason: TripDoubt.Reason
    ) {
        doubts.append(TripDoubt(record: record.id, trip: trip, reason: reason))
    }
}
