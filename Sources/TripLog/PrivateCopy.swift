internal import Glibc
internal import Ports

/// A copy of a log and its write-ahead file in a folder of its own, removed at the end.
final class PrivateCopy {
    /// The copied log.
    let path: String
    private let folder: String

    init(of source: String, in parent: String, operation: String) throws(StorageError) {
        folder = try Self.makeFolder(in: parent, operation: operation)
        path = folder + "/log"
        let found = try Self.copy(source, to: path, operation: operation)
        guard found else {
            throw StorageError(
                .failed, operation: operation,
                reason: "there is no file \(source); give the path of a log")
        }
        _ = try Self.copy(source + "-wal", to: path + "-wal", operation: operation)
    }

    deinit {
        for name in [path, path + "-wal", path + "-journal"] { _ = unsafe unlink(name) }
        _ = unsafe rmdir(folder)
    }

    private static func makeFolder(
        in parent: String, operation: String
    ) throws(StorageError) -> String {
        var template = Array("\(parent)/cityzenbox-log-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }
                .map { unsafe String(cString: $0) }
        }
        guard let made else {
            throw StorageError(
                systemError: errno, operation: operation,
                wayOut: "the copy needs a writable folder, and \(parent) is none")
        }
        return made
    }

    /// Copies a file; `false` where there is none.
    private static func copy(
        _ source: String, to target: String, operation: String
    ) throws(StorageError) -> Bool {
        let input = FileDescriptor(unsafe open(source, O_RDONLY | O_CLOEXEC))
        guard input.isOpen else {
            if errno == ENOENT { return false }
            throw StorageError(
                systemError: errno, operation: operation, wayOut: "\(source) must be readable")
        }
        let output = FileDescriptor(
            unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        guard output.isOpen else {
            throw StorageError(
                systemError: errno, operation: operation, wayOut: "make room for the copy")
        }
        var offset = 0
        while true {
            guard let block = input.read(count: 65_536, at: offset) else {
                throw StorageError(
                    systemError: errno, operation: operation, wayOut: "check the medium")
            }
            guard !block.isEmpty else { return true }
            guard output.write(block, at: offset) else {
                throw StorageError(
                    systemError: errno, operation: operation, wayOut: "make room for the copy")
            }
            offset += block.count
        }
    }
}
