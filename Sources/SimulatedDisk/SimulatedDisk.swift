public import Ports
internal import Units

/// A disk in memory that loses power: what was written since the last sync is then there in part,
/// out of order, torn, or not at all, as a seed decides.
///
/// It holds one flat folder of files, and is a file system layer of SQLite by its ``vfsName``. It
/// keeps the promises that a real disk under a journaling file system keeps, and no other: a sync
/// makes one file's data and length durable; a name is durable once the folder was synced; a write
/// that is torn spoils only the bytes it wrote.
///
/// A disk is used from one thread at a time. Any number of disks can be used at once.
public final class SimulatedDisk {
    /// What this disk can be told to do wrong.
    public struct Faults: Hashable, Sendable {
        /// How many bytes all files together may take; `nil` for no bound.
        public var capacity: Int64?
        /// Whether the disk refuses all writes, as a medium does that was remounted read-only.
        public var readOnly = false
        /// Which mutation from now on fails once, 1 for the next one; `nil` for none.
        public var failingMutation: Int?

        /// Nothing goes wrong.
        public init() {}
    }

    /// The name to open SQLite files with; no other disk of this process has it.
    public let vfsName: String
    /// What goes wrong.
    public var faults = Faults()
    /// How many writes, truncations, syncs, creations and deletions were tried.
    public private(set) var mutations = 0
    /// How many bytes were written.
    public private(set) var bytesWritten: Int64 = 0
    /// How many syncs of a file were done.
    public private(set) var syncs = 0
    /// Whether the power is off: then everything fails until ``cutPower(entropy:)``.
    public private(set) var isDead = false

    /// Counts the power cuts: what was opened before one is dead for ever.
    private(set) var generation = 0
    /// The `errno` of the last failure, as SQLite asks for it.
    var lastSystemError: Int32 = 0
    var random: SplitMix64
    private var plug: Int?
    private var folder = SimulatedFolder()
    private var registration: VFSRegistration?

    /// An empty disk; what it gives SQLite as randomness comes from `seed`.
    public init(seed: UInt64 = 0) {
        random = SplitMix64(seed: seed)
        let registration = VFSRegistration()
        vfsName = registration.name
        self.registration = registration
        registration.register(self, seed: seed)
    }

    deinit {
        registration?.unregister()
    }

    /// Pulls the plug at the `count`th mutation from now, 1 for the next one: it and everything
    /// after it fails until ``cutPower(entropy:)``.
    public func failAfter(writes count: Int) {
        precondition(count > 0, "the plug can only be pulled at a mutation still to come")
        plug = mutations + count
    }

    /// Cuts the power and gives it back: of what was not synced, `entropy` decides what is there.
    /// Files that were open stay dead; faults and a plug still to be pulled are gone.
    public func cutPower(entropy: UInt64) {
        var dice = SplitMix64(seed: entropy)
        folder.losePower(&dice)
        generation += 1
        isDead = false
        plug = nil
        faults = Faults()
    }
}

extension SimulatedDisk {
    /// The names of the files, in order.
    public var names: [String] { folder.names }

    /// What the file `name` holds; `nil` where there is none.
    ///
    /// - Throws: ``Ports/StorageError`` when the power is off.
    public func read(_ name: String) throws(StorageError) -> [UInt8]? {
        guard !isDead else { throw error(.power, "read \(name)") }
        return folder.file(name)?.contents
    }

    /// Writes `bytes` at `offset` of the file `name`, which is made if there is none.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func write(_ bytes: [UInt8], to name: String, at offset: Int = 0) throws(StorageError) {
        let operation = "write \(name)"
        let file: SimulatedFile
        if let existing = folder.file(name) {
            file = existing
        } else {
            file = try unwrap(create(name), operation)
        }
        let refusal = unsafe bytes.withUnsafeBytes { unsafe write($0, to: file, at: offset) }
        if let refusal { throw error(refusal, operation) }
    }

    /// Makes what the file `name` holds durable, and the folder with it.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func sync(_ name: String) throws(StorageError) {
        let operation = "sync \(name)"
        guard let file = folder.file(name) else { throw error(.missing, operation) }
        if let refusal = sync(file) { throw error(refusal, operation) }
        if let refusal = syncFolder() { throw error(refusal, operation) }
    }

    /// Removes the file `name`; the folder remembers it until it is synced.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func remove(_ name: String) throws(StorageError) {
        if let refusal = delete(name) { throw error(refusal, "remove \(name)") }
    }

    private func unwrap(
        _ answer: Result<SimulatedFile, DiskRefusal>, _ operation: String
    ) throws(StorageError) -> SimulatedFile {
        switch answer {
        case .success(let file): return file
        case .failure(let refusal): throw error(refusal, operation)
        }
    }

    private func error(_ refusal: DiskRefusal, _ operation: String) -> StorageError {
        StorageError(
            refusal.code, operation: "\(operation) on the simulated disk", reason: refusal.reason)
    }
}

/// Why the disk did not do what it was asked.
enum DiskRefusal: Error {
    case power, full, readOnly, broken, missing

    var code: StorageError.Code {
        switch self {
        case .full: .full
        case .readOnly: .readOnly
        case .power, .broken, .missing: .failed
        }
    }

    var reason: String {
        switch self {
        case .power: "the power is off; cut it and start again"
        case .full: "the disk is full; remove something"
        case .readOnly: "the disk takes no writes; make it writable"
        case .broken: "the disk failed once, as it was told to; try again"
        case .missing: "there is no such file; make it first"
        }
    }
}

extension SimulatedDisk {
    func file(_ name: String) -> SimulatedFile? { folder.file(name) }

    /// Counts a mutation; whatever goes wrong at this one is the answer.
    private func mutate(growingBy growth: Int = 0) -> DiskRefusal? {
        guard !isDead else { return .power }
        mutations += 1
        if let plug, mutations >= plug { isDead = true }
        if let left = faults.failingMutation {
            faults.failingMutation = left > 1 ? left - 1 : nil
            if left == 1 { return .broken }
        }
        if faults.readOnly { return .readOnly }
        if let capacity = faults.capacity, growth > 0,
            folder.size + Int64(growth) > capacity
        {
            return .full
        }
        return nil
    }

    /// What is written at the very moment the plug is pulled may be there or not.
    private var refusalOfDying: DiskRefusal? { isDead ? .power : nil }

    func write(
        _ bytes: UnsafeRawBufferPointer, to file: SimulatedFile, at offset: Int
    ) -> DiskRefusal? {
        let growth = max(0, offset + bytes.count - file.count)
        if let refusal = mutate(growingBy: growth) { return refusal }
        unsafe file.write(bytes, at: offset)
        folder.size += Int64(growth)
        bytesWritten += Int64(bytes.count)
        return refusalOfDying
    }

    func truncate(_ file: SimulatedFile, to count: Int) -> DiskRefusal? {
        if let refusal = mutate() { return refusal }
        folder.size += Int64(count - file.count)
        file.truncate(to: count)
        return refusalOfDying
    }

    func sync(_ file: SimulatedFile) -> DiskRefusal? {
        if let refusal = mutate() { return refusal }
        // The power fails during the sync: nothing is promised yet.
        if isDead { return .power }
        file.sync()
        syncs += 1
        return nil
    }

    func syncFolder() -> DiskRefusal? {
        if let refusal = mutate() { return refusal }
        if isDead { return .power }
        folder.sync()
        return nil
    }

    func create(_ name: String) -> Result<SimulatedFile, DiskRefusal> {
        if let refusal = mutate() { return .failure(refusal) }
        let file = folder.create(name)
        return isDead ? .failure(.power) : .success(file)
    }

    func delete(_ name: String) -> DiskRefusal? {
        guard folder.file(name) != nil else { return isDead ? .power : .missing }
        if let refusal = mutate() { return refusal }
        folder.delete(name)
        return refusalOfDying
    }
}
