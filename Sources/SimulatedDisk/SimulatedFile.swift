internal import CSQLite
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

    private var live: [UInt8] = []
    private var durable: [UInt8] = []
    private var changes: [Change] = []
    private var pending: [UInt8] = []
    /// Who holds a lock on it. Closing gives a lock back, so nothing is kept alive for longer.
    private var holders: [OpenFile] = []

    /// The length in bytes.
    var count: Int { live.count }

    var contents: [UInt8] { live }

    /// Copies what stands at `offset` into `target`, and answers how much there was.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        let available = max(0, min(target.count, live.count - offset))
        guard available > 0 else { return 0 }
        unsafe live.withUnsafeBytes { source in
            unsafe target.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + available]))
        }
        return available
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        unsafe changes.append(.write(offset: offset, count: bytes.count, start: pending.count))
        unsafe pending.append(contentsOf: bytes)
        unsafe Self.put(bytes, into: &live, at: offset)
    }

    func truncate(to count: Int) {
        changes.append(.truncate(count: count))
        Self.resize(&live, to: count)
    }

    func sync() {
        guard !changes.isEmpty else { return }
        unsafe pending.withUnsafeBytes { source in
            for change in changes {
                switch change {
                case .write(let offset, let count, let start):
                    let bytes = unsafe UnsafeRawBufferPointer(
                        rebasing: source[start..<start + count])
                    unsafe Self.put(bytes, into: &durable, at: offset)
                case .truncate(let count): Self.resize(&durable, to: count)
                }
            }
        }
        forget()
    }

    private func forget() {
        changes.removeAll(keepingCapacity: true)
        // A large write is rare: its room is given back.
        pending.removeAll(keepingCapacity: pending.capacity <= 262_144)
    }

    private static func put(
        _ bytes: UnsafeRawBufferPointer, into target: inout [UInt8], at offset: Int
    ) {
        let end = offset + bytes.count
        if end > target.count { resize(&target, to: end) }
        unsafe target.withUnsafeMutableBytes { buffer in
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<end])
                .copyMemory(from: bytes)
        }
    }

    private static func resize(_ target: inout [UInt8], to count: Int) {
        if count < target.count {
            target.removeLast(target.count - count)
        } else {
            target.append(contentsOf: repeatElement(0, count: count - target.count))
        }
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
        var after = durable
        for change in changes {
            switch change {
            case .truncate(let count):
                if dice.flip() { Self.resize(&after, to: count) }
            case .write(let offset, let count, let start):
                var from = offset
                while from < offset + count {
                    let sectorEnd = (from / Self.sector + 1) * Self.sector
                    let end = min(offset + count, sectorEnd)
                    let bytes = pending[start + from - offset..<start + end - offset]
                    Self.apply(Fate(&dice), bytes, to: &after, at: from, &dice)
                    from = end
                }
            }
        }
        durable = after
        live = after
        holders = []
        forget()
    }

    private static func apply(
        _ fate: Fate, _ bytes: ArraySlice<UInt8>, to target: inout [UInt8], at offset: Int,
        _ dice: inout SplitMix64
    ) {
        let kept: [UInt8]
        switch fate {
        case .lost: return
        case .kept: kept = Array(bytes)
        case .half: kept = Array(bytes.prefix(Int(dice.next(below: UInt64(bytes.count)))))
        case .garbage: kept = bytes.map { _ in UInt8(truncatingIfNeeded: dice.next()) }
        }
        unsafe kept.withUnsafeBytes { unsafe put($0, into: &target, at: offset) }
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
