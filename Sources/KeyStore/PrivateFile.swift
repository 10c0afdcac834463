internal import Glibc

/// A small file that its owner alone has access to, made once as a whole and never overwritten.
struct PrivateFile {
    let path: String
    /// What it is, in messages: `the key file`.
    let noun: String

    /// Whether there is a file of this name, whatever is in it.
    var exists: Bool { unsafe access(path, F_OK) == 0 }

    /// Writes `content`, durably, into a file that must not exist yet.
    func create(_ content: SecretBytes) throws(KeyFileError) {
        // What a power cut left of an attempt before.
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        let file = unsafe open(
            draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw systemFailure("create", "check that the folder is there and writable")
        }
        defer { _ = unsafe unlink(draft) }
        let written = unsafe content.withBytes { unsafe Self.write($0, to: file) }
        let reason = written ? 0 : errno
        _ = Glibc.close(file)
        guard written else {
            errno = reason
            throw systemFailure("create", "check that there is room on the disk")
        }
        // A link takes no other file's place: a key that exists is never overwritten, every box's
        // codes hang on it.
        guard unsafe link(draft, path) == 0 else {
            if errno == EEXIST {
                throw failure(
                    "create", "it exists already",
                    "load it, or name another file; a key in use must not be replaced")
            }
            throw systemFailure("create", "check that the folder is writable, and no FAT")
        }
        guard synchronizeFolder() else {
            throw systemFailure("create", "check that there is room on the disk")
        }
    }

    /// Reads a file of at most `limit` bytes. A longer one is cut off one byte behind.
    func load(limit: Int) throws(KeyFileError) -> SecretBytes {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw systemFailure("load", "check the path, or create the key first")
        }
        defer { _ = Glibc.close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else {
            throw systemFailure("load", "check the disk")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw failure("load", "it is no regular file", "name the key file itself")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw failure(
                "load", "others than its owner have access to it",
                "chmod 600 it, and think of the key as known to them")
        }
        let size = min(limit + 1, Int(status.st_size))
        var count = 0
        let content = unsafe SecretBytes(count: size) { buffer in
            count = unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        }
        guard count >= 0 else { throw systemFailure("load", "check the disk") }
        guard count == size else { throw failure("load", "it is being changed", "try again") }
        return content
    }

    func failure(
        _ operation: String, _ reason: String, _ wayOut: String
    ) -> KeyFileError {
        KeyFileError(operation: operation, path: path, reason: reason, wayOut: wayOut, noun: noun)
    }

    private func systemFailure(_ operation: String, _ wayOut: String) -> KeyFileError {
        let number = errno
        let text = unsafe strerror(number).map { unsafe String(cString: $0) }
        var error = failure(operation, text ?? "error \(number)", wayOut)
        error.mayPass = ![ENOENT, ENOTDIR, EACCES, EPERM, ELOOP].contains(number)
        return error
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let put = unsafe Glibc.write(
                file, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
            if put < 0, errno != EINTR { return false }
            done += max(0, put)
        }
        return fsync(file) == 0
    }

    private func synchronizeFolder() -> Bool {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return false }
        defer { _ = Glibc.close(directory) }
        return fsync(directory) == 0
    }
}

/// A key file could not be made or read. Never holds a part of a key.
public struct KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `create` or `load`
    public let operation: String
    /// The file.
    public let path: String
    /// Why it failed.
    public let reason: String
    /// What to do.
    public let wayOut: String
    /// Whether the system failed in a way that may be over the next time, such as a read error.
    public var mayPass = false
    /// What the file is.
    var noun = "the key file"

    /// `load the key file k.hex: No such file or directory; check the path, or …`
    public var description: String { "\(operation) \(noun) \(path): \(reason); \(wayOut)" }
}
