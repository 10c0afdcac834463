internal import CSQLite
internal import Glibc
internal import Units

/// The bytes of one file: what programs see, what a sync made durable, and what was written since.
final class SimulatedFile {
    /// The unit in which a disk keeps or loses what it was given.
    static let sector = 512

    /// Something done to the file since the last sync.
    private enum Change {
        /// `count` bytes at `offset`; they stand in ``pending`` from `start` on.
        case write(offset: Int, count: Int, start: Int)
        case truncate(count: Int)
    }

    private var live = ByteStore()
    private var durable = ByteStore()
    private var changes: [Change] = []
    private var pending = ByteStore()
    /// Who holds a lock on it. Closing gives a lock back, so nothing is kept alive for longer.
    private var holders: [OpenFile] = []

    /// The length in bytes.
    var count: Int { live.count }

    var contents: [UInt8] { unsafe Array(live.bytes) }

    /// Copies what stands at `offset` into `target`, fills the rest with zeros, and answers how
    /// much there was.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        guard let base = target.baseAddress else { return 0 }
        let available = max(0, min(target.count, live.count - offset))
        if available > 0 {
            unsafe live.copy(from: offset, to: base, count: available)
        }
        _ = unsafe memset(base + available, 0, target.count - available)
        return available
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        changes.append(.write(offset: offset, count: bytes.count, start: pending.count))
        unsafe pending.put(bytes, at: pending.count)
        unsafe live.put(bytes, at: offset)
    }

    func truncate(to count: Int) {
        changes.append(.truncate(count: count))
        live.resize(to: count)
    }

    func sync() {
        for change in changes {
            switch change {
            case .write(let offset, let count, let start):
                unsafe durable.put(slice(start, count), at: offset)
            case .truncate(let count): durable.resize(to: count)
            }
        }
        forget()
    }

    /// What was written and stands in ``pending`` from `start` on.
    private func slice(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: pending.bytes[start..<start + count])
    }

    private func forget() {
        changes.removeAll(keepingCapacity: true)
        // A large write is rare: its room is given back.
        pending.removeAll(keepingRoomUpTo: 262_144)
    }
}

extension SimulatedFile {
    /// What becomes of a sector that was not synced.
    private enum Fate {
        case kept, lost
        /// The first bytes are new.
        case half
        /// The bytes are neither old nor new.
        case garbage

        init(_ dice: inout SplitMix64) {
            switch dice.next(below: 8) {
            case 0..<3: self = .kept
            case 3..<6: self = .lost
            case 6: self = .half
            default: self = .garbage
            }
        }
    }

    /// Leaves of each write since the last sync, sector by sector, what `dice` decide.
    func losePower(_ dice: inout SplitMix64) {
        for change in changes {
            switch change {
            case .truncate(let count):
                if dice.flip() { durable.resize(to: count) }
            case .write(let offset, let count, let start):
                var done = 0
                while done < count {
                    let left = Self.sector - (offset + done) % Self.sector
                    let length = min(left, count - done)
                    unsafe keep(
                        Fate(&dice), of: slice(start + done, length), at: offset + done, &dice)
                    done += length
                }
            }
        }
        live.resize(to: 0)
        unsafe live.put(durable.bytes, at: 0)
        holders = []
        forget()
    }

    private func keep(
        _ fate: Fate, of bytes: UnsafeRawBufferPointer, at offset: Int, _ dice: inout SplitMix64
    ) {
        switch fate {
        case .lost: break
        case .kept: unsafe durable.put(bytes, at: offset)
        case .half:
            let count = Int(dice.next(below: UInt64(bytes.count)))
            unsafe durable.put(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
        case .garbage:
            let garbage = bytes.indices.map { _ in UInt8(truncatingIfNeeded: dice.next()) }
            unsafe garbage.withUnsafeBytes { unsafe durable.put($0, at: offset) }
        }
    }
}

extension SimulatedFile {
    /// Whether `asker` may have a lock of `level` (SQLite's five, in order) beside the others.
    func grants(_ level: Int32, to asker: OpenFile) -> Bool {
        for other in holders where other !== asker {
            if level >= SQLITE_LOCK_EXCLUSIVE || other.lock >= SQLITE_LOCK_PENDING { return false }
            if level >= SQLITE_LOCK_RESERVED, other.lock >= SQLITE_LOCK_RESERVED { return false }
        }
        return true
    }

    /// Remembers who holds a lock.
    func noteLock(_ level: Int32, of holder: OpenFile) {
        holders.removeAll { $0 === holder }
        if level > SQLITE_LOCK_NONE { holders.append(holder) }
    }
}
