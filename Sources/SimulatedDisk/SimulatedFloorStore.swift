public import Ports
internal import Records
public import Units

/// The time floor in a small file of two blocks on a simulated disk, written in turn.
public final class SimulatedFloorStore: FloorStore {
    private let disk: SimulatedDisk
    private let name: String
    /// What the file holds, once it was read: one store writes it.
    private var slots: FloorSlots?

    /// A store in the file `name` of `disk`, which is made at the first ``store(_:)``.
    public init(on disk: SimulatedDisk, name: String = "floor") {
        self.disk = disk
        self.name = name
    }

    /// The time that was stored last and survived; `nil` if none did.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func load() throws(StorageError) -> WallTime? {
        try read().newest?.floor
    }

    /// Stores `floor`; durable when it returns.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func store(_ floor: WallTime) throws(StorageError) {
        var slots = try read()
        let next = slots.next(floor)
        self.slots = nil
        try disk.write(next.slot.bytes, to: name, at: next.offset)
        try disk.sync(name)
        slots.replace(with: next)
        self.slots = slots
    }

    private func read() throws(StorageError) -> FloorSlots {
        if let slots { return slots }
        let read = FloorSlots(bytes: try disk.read(name) ?? [])
        slots = read
        return read
    }
}
