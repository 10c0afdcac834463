internal import Glibc
public import Ports
internal import Records
public import Units

/// The time floor in a small file of two blocks, written in turn.
public final class FileFloorStore: FloorStore {
    /// The file.
    public let path: String

    /// A store in the file `path`, which is made at the first ``store(_:)``.
    public init(path: String) {
        self.path = path
    }

    /// The time that was stored last and survived; `nil` if none did.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func load() throws(StorageError) -> WallTime? {
        let operation = "read the time floor \(path)"
        let file = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
        guard file.isOpen else {
            if errno == ENOENT { return nil }
            throw failure(operation)
        }
        guard let bytes = file.read(count: FloorSlots.length, at: 0) else {
            throw failure(operation)
        }
        return FloorSlots(bytes: bytes).newest?.floor
    }

    /// Stores `floor`; durable when it returns.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func store(_ floor: WallTime) throws(StorageError) {
        let operation = "store the time floor in \(path)"
        let file = FileDescriptor(unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
        guard file.isOpen, let bytes = file.read(count: FloorSlots.length, at: 0) else {
            throw failure(operation)
        }
        let next = FloorSlots(bytes: bytes).next(floor)
        guard file.write(next.slot.bytes, at: next.offset), file.synchronize() else {
            throw failure(operation)
        }
        // A file that was just made is only there once its folder says so.
        if bytes.count < FloorSlots.length { try synchronizeFolder(operation) }
    }

    private func synchronizeFolder(_ operation: String) throws(StorageError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let directory = FileDescriptor(unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard directory.isOpen, directory.synchronizeAll() else { throw failure(operation) }
    }

    private func failure(_ operation: String) -> StorageError {
        StorageError(
            systemError: errno, operation: operation,
            wayOut: "check that the folder is there and writable, and that there is room")
    }
}
