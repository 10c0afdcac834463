internal import Glibc
public import Ports
public import Records
public import Units

/// The append-only log of one box, on SQLite: what the bill rests on.
///
/// Nothing that ``append(_:snapshot:)`` returned from is lost at a power cut, nothing is counted
/// twice, and nothing that the fleet has not acknowledged is ever removed. Every record names the
/// hash of the one before, so that whatever was changed or taken out afterwards shows.
///
/// The file is in WAL mode with `synchronous=FULL`, which is read back at every opening. One
/// program has it open at a time. A log is used from one thread at a time.
public final class TripLog: RecordLog {
    /// What may be chosen at opening.
    public struct Options: Hashable, Sendable {
        /// How many bytes the log may take, with its write-ahead file; `nil` for no bound but the
        /// medium's. It decides ``TripLog/level``.
        public var capacity: Int64?
        /// How many pages of 4 kB the write-ahead file holds before it is copied into the log;
        /// it is made that long once and kept. At least 8.
        public var writeAheadPages: Int64
        /// What `PRAGMA synchronous` is told: anything but `FULL` is refused by the read-back.
        package var synchronous = "FULL"
        /// Whether the read-back refuses; a test of power cuts switches it off to see them bite.
        package var insistsOnSynchronous = true

        /// No bound, and a write-ahead file of a megabyte.
        public init(capacity: Int64? = nil, writeAheadPages: Int64 = 256) {
            precondition(writeAheadPages >= 8, "one transaction must fit in the write-ahead file")
            self.capacity = capacity
            self.writeAheadPages = writeAheadPages
        }
    }

    /// What a whole rental takes at the most, in bytes: with less room than this none may begin.
    public static let rentalReserve: Int64 = 65_536
    /// How many records at the end are checked at every opening.
    public static let checkedTail: Int64 = 64

    /// The box that writes it.
    public var box: BoxID { meta.box }
    /// The log epoch.
    public var epoch: UInt32 { meta.epoch }
    /// Where the chain stands.
    public private(set) var head: LogHead
    /// How full the medium is, as the last operation left it; ``recheck()`` looks again.
    public internal(set) var level: StorageLevel
    /// The last record that the fleet acknowledged; sequence 0 for none.
    public var acknowledged: LogHead {
        LogHead(sequence: meta.acknowledged, hash: meta.acknowledgedHash)
    }
    /// The last record that was removed after its time; sequence 0 for none.
    public var removed: LogHead { LogHead(sequence: meta.base, hash: meta.baseHash) }
    /// The file.
    public let path: String

    /// The record whose state the snapshot holds, once one was stored since the opening; a restart
    /// replays the records behind it, so they stay.
    private(set) var snapshotSequence: Int64 = 0
    let store: LogStore
    let hashing: any Hashing
    let options: Options
    var meta: LogMeta
    /// Whether the file is one of the system's, not of the simulated disk.
    private let isOnDisk: Bool
    /// The copy that is looked at instead of the file, where it is one.
    private let copy: PrivateCopy?

    init(
        _ opened: OpenedLog, path: String, isOnDisk: Bool, hashing: any Hashing, options: Options,
        copy: PrivateCopy?
    ) {
        self.path = path
        self.isOnDisk = isOnDisk
        self.hashing = hashing
        self.options = options
        self.copy = copy
        meta = opened.meta
        head = opened.head
        level = copy == nil ? opened.level : .readOnly
        store = opened.store
    }

    /// Appends `drafts` in order and, unless `snapshot` is `nil`, replaces it, in one durable
    /// transaction: after it returns, neither a power cut nor a crash loses any of it; if it
    /// throws, none of it is in the log. A power cut right after a throw of
    /// ``Ports/StorageError/Code/failed`` may leave all of it there, as one in the middle of an
    /// append may.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func append(_ drafts: [RecordDraft], snapshot: [UInt8]?) throws(StorageError) {
        let operation = "append \(drafts.count) records to \(path)"
        try requireWritable(operation)
        var next = head
        let sealed = drafts.map { draft in
            next.sequence += 1
            let record = StoredRecord(
                sealing: draft,
                id: RecordID(box: meta.box, epoch: meta.epoch, sequence: next.sequence),
                previous: next.hash, with: hashing)
            next.hash = hashing.sha256(record.envelope)
            return record
        }
        let first = head.sequence + 1
        try write(operation) { store throws(SQLiteFailure) in
            for (offset, record) in sealed.enumerated() {
                try store.add(record, as: first + Int64(offset))
            }
            guard let snapshot else { return }
            try store.replaceSnapshot.bind(1, blob: snapshot)
            try store.replaceSnapshot.execute()
        }
        head = next
        if snapshot != nil { snapshotSequence = next.sequence }
    }

    /// The bytes that the last ``append(_:snapshot:)`` stored; `nil` before the first.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func snapshot() throws(StorageError) -> [UInt8]? {
        try read("read the snapshot of \(path)") { store throws(SQLiteFailure) in
            try store.snapshot()
        }
    }

    /// The records whose numbers lie in `sequences` and are still kept, in order.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func records(_ sequences: ClosedRange<Int64>) throws(StorageError) -> [StoredRecord] {
        var found: [StoredRecord] = []
        try forEach(sequences) { _, record in
            found.append(record)
            return true
        }
        return found
    }
}

extension TripLog {
    func requireWritable(_ operation: String) throws(StorageError) {
        guard copy == nil else {
            throw StorageError(
                .readOnly, operation: operation,
                reason: "this is a copy opened for reading; open the log itself to write")
        }
        // A file system that was turned read-only in an emergency may let a file that is open be
        // written and synchronized, and keep none of it: ext4 does.
        var medium = statvfs()
        guard isOnDisk, unsafe statvfs(path, &medium) == 0,
            medium.f_flag & UInt(ST_RDONLY) != 0
        else { return }
        level = .readOnly
        throw StorageError(
            .readOnly, operation: operation,
            reason: "its file system is mounted read-only; check the card, then mount it writable")
    }

    /// Runs `work` in one transaction and learns from its end how full the medium is.
    func write(
        _ operation: String, _ work: (LogStore) throws(SQLiteFailure) -> Void
    ) throws(StorageError) {
        do throws(SQLiteFailure) {
            try store.transaction(work)
        } catch {
            let failure = error.storageError(operation)
            switch failure.code {
            case .full: level = .full
            case .readOnly: level = .readOnly
            case .damaged, .foreign, .failed: break
            }
            throw failure
        }
        measure()
    }

    /// What was written stays written even if this question fails: then the level stays too.
    private func measure() {
        guard options.capacity != nil else {
            level = .normal
            return
        }
        do throws(SQLiteFailure) { level = options.level(used: try store.usedBytes()) } catch {}
    }

    func read<Answer>(
        _ operation: String, _ work: (LogStore) throws(SQLiteFailure) -> Answer
    ) throws(StorageError) -> Answer {
        do throws(SQLiteFailure) { return try work(store) } catch {
            throw error.storageError(operation)
        }
    }

    /// Calls `body` with the records of `sequences` that are kept, in order, until it answers
    /// `false`.
    func forEach(
        _ sequences: ClosedRange<Int64>, _ body: (Int64, StoredRecord) -> Bool
    ) throws(StorageError) {
        let operation = "read records \(sequences.lowerBound)-\(sequences.upperBound) of \(path)"
        try read(operation) { store throws(SQLiteFailure) in
            try store.forEach(sequences, body)
        }
    }

    /// Looks again whether the medium takes writes and how full it is, by writing one page.
    ///
    /// - Throws: ``Ports/StorageError`` when it still does not; ``level`` says so too.
    public func recheck() throws(StorageError) {
        let operation = "write to \(path)"
        try requireWritable(operation)
        try write(operation) { store throws(SQLiteFailure) in try store.touch() }
    }
}

extension TripLog.Options {
    /// A frame is a page and its header; the file begins with a header of its own. A quarter more
    /// than is filled before copying, so that the last transaction before it does not grow it.
    var writeAheadBytes: Int64 { 32 + (writeAheadPages + writeAheadPages / 4) * (4096 + 24) }

    /// How full a log is whose pages take `used` bytes.
    func level(used: Int64) -> StorageLevel {
        guard let capacity else { return .normal }
        let taken = used + writeAheadBytes
        if capacity - taken < TripLog.rentalReserve { return .full }
        return taken >= capacity - capacity / 10 ? .tight : .normal
    }
}
