public import KeyStore
public import Records
public import Tariff
public import Units

/// What a box's exported log says for billing, once chain and signature were found good.
public struct TripLedger: Hashable, Sendable {
    /// The statement of the box, signed by it, up to which records count.
    public let checkpoint: Checkpoint
    /// The records that this program can read, up to the checkpoint, in order.
    public let records: [LoggedRecord]
    /// Records up to the checkpoint whose body was erased.
    public let erased: [RecordID]
    /// Records up to the checkpoint of a kind or version that this program does not know.
    public let unknown: [RecordID]
    /// Records behind the checkpoint: in the chain, but not signed for yet.
    public let unsigned: Int
    /// Trips that can be billed, in the order of their ends.
    public let trips: [BilledTrip]
    /// Trips that are closed and cannot be billed, and why.
    public let doubts: [TripDoubt]
    /// Trips that are open at the checkpoint.
    public let open: [TripID]

    /// Reads a log as boxes export it: one canonical JSON object a line, without gaps, of one box
    /// and epoch, and the box's signed checkpoint for a place in it.
    ///
    /// `anchor` is an earlier checkpoint that was verified, where the log begins behind it and not
    /// with the first record.
    ///
    /// - Throws: ``LedgerError``: nothing of a log is taken that does not hold as a whole.
    public init(
        log bytes: [UInt8], checkpoint jws: String, key: VerifyingKey, box: BoxID,
        behind anchor: Checkpoint? = nil
    ) throws(LedgerError) {
        let checkpoint = try Self.checkpoint(jws, key: key, box: box)
        if let anchor {
            guard anchor.box == box, anchor.epoch == checkpoint.epoch else {
                throw .checkpoint(.otherLog)
            }
        }
        var reader = LedgerReader(checkpoint: checkpoint, behind: anchor)
        var number = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            number += 1
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest.dropFirst(line.count + 1)
            try reader.take(line, number: number)
        }
        guard reader.isCovered else { throw .checkpoint(.beyondLog(reader.sequence)) }
        self.init(reader, checkpoint)
    }

    private init(_ reader: LedgerReader, _ checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
        records = reader.records
        erased = reader.erased
        unknown = reader.unknown
        unsigned = reader.unsigned
        let sorted = TripSort(reader.records)
        trips = sorted.trips
        doubts = sorted.doubts
        open = sorted.open
    }

    private static func checkpoint(
        _ jws: String, key: VerifyingKey, box: BoxID
    ) throws(LedgerError) -> Checkpoint {
        guard let payload = key.payload(ofJWS: jws) else { throw .checkpoint(.signature) }
        let checkpoint: Checkpoint
        do throws(RecordError) { checkpoint = try Checkpoint(payload: payload) } catch {
            throw .checkpoint(.unreadable(error))
        }
        guard checkpoint.box == box else { throw .checkpoint(.otherLog) }
        return checkpoint
    }
}

/// Why a log is not taken.
public enum LedgerError: Error, Equatable, CustomStringConvertible {
    /// What is wrong with the checkpoint.
    public enum Fault: Equatable, Sendable {
        /// The key did not sign it.
        case signature
        /// What was signed is no checkpoint.
        case unreadable(RecordError)
        /// It is of another box or epoch.
        case otherLog
        /// The log has another envelope at its place.
        case otherHash
        /// It is for a record outside the log, which ends here.
        case beyondLog(Int64)
    }

    /// This line, counted from 1, is no record.
    case line(Int, RecordError)
    /// The chain breaks in this line.
    case chain(Int, ChainDefect)
    /// The checkpoint does not vouch for the log.
    case checkpoint(Fault)

    /// One line for people: where, why, what to do.
    public var description: String {
        switch self {
        case .line(let number, let error): "line \(number) of the log: \(error); export it again"
        case .chain(let number, let defect):
            "line \(number) of the log: \(defect); export it again, and if it stays look at the box"
        case .checkpoint(let fault):
            switch fault {
            case .signature:
                "the checkpoint is not signed with this box's key; check which box it is of"
            case .unreadable(let error): "the checkpoint's payload: \(error)"
            case .otherLog: "the checkpoint is of another box or log epoch; take its own"
            case .otherHash:
                "the checkpoint vouches for another record at its place; the log was changed or "
                    + "forked, keep both and look at the box"
            case .beyondLog(let last):
                "the checkpoint is for a record outside the log, which ends with \(last); pull it "
                    + "as far as the checkpoint"
            }
        }
    }
}
