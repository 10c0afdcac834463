internal import Glibc
internal import Units

/// A key in a file: 64 hexadecimal digits and a line end, readable by its owner alone.
public struct KeyFile: Hashable, Sendable {
    /// The file.
    public let path: String

    /// The key file at `path`.
    public init(path: String) {
        self.path = path
    }

    /// Whether there is a file of this name, whatever is in it.
    var exists: Bool { unsafe access(path, F_OK) == 0 }

    /// Draws a new key and writes it, durably, into a file that must not exist yet.
    ///
    /// - Throws: ``KeyFileError``. Where writing failed, no file is left behind.
    public func create() throws(KeyFileError) -> SecretBytes {
        let bytes: [UInt8]
        do throws(KeyError) { bytes = try SystemRandom.bytes(FleetMaster.length) } catch {
            throw failure("create", "\(error)", "check the machine's OpenSSL")
        }
        let secret = SecretBytes(bytes)
        try create(holding: secret)
        return secret
    }

    /// Writes `secret`, of 32 bytes, durably, into a file that must not exist yet.
    ///
    /// - Throws: ``KeyFileError``. Where writing failed, no file is left behind.
    public func create(holding secret: SecretBytes) throws(KeyFileError) {
        precondition(secret.count == FleetMaster.length, "A key has 32 bytes.")
        // What a power cut left of an attempt before.
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        let file = unsafe open(
            draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw systemFailure("create", "check that the folder is there and writable")
        }
        defer { _ = unsafe unlink(draft) }
        let text = unsafe secret.withBytes { unsafe Hex.encode($0) + "\n" }
        let written = write(Array(text.utf8), to: file)
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

    /// Reads the key.
    ///
    /// - Throws: ``KeyFileError`` when the file is not there, others may read it or write it,
    ///   or it does not hold a key.
    public func load() throws(KeyFileError) -> SecretBytes {
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
        // One byte more than a key has, so that a longer file is noticed.
        var text = [UInt8](repeating: 0, count: FleetMaster.length * 2 + 2)
        let count = unsafe text.withUnsafeMutableBytes { buffer in
            unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        }
        guard count >= 0 else { throw systemFailure("load", "check the disk") }
        guard count == FleetMaster.length * 2 + 1, text[count - 1] == UInt8(ascii: "\n"),
            let bytes = Hex.decode(String(decoding: text[..<(count - 1)], as: UTF8.self))
        else {
            throw failure(
                "load", "it is not 64 hexadecimal digits and a line end",
                "restore it from its backup")
        }
        return SecretBytes(bytes)
    }

    private func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes[done...].withUnsafeBytes { rest in
                unsafe Glibc.write(file, rest.baseAddress, rest.count)
            }
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

    private func failure(
        _ operation: String, _ reason: String, _ wayOut: String
    ) -> KeyFileError {
        KeyFileError(operation: operation, path: path, reason: reason, wayOut: wayOut)
    }

    private func systemFailure(_ operation: String, _ wayOut: String) -> KeyFileError {
        let number = errno
        let text = unsafe strerror(number).map { unsafe String(cString: $0) }
        var error = failure(operation, text ?? "error \(number)", wayOut)
        error.mayPass = ![ENOENT, ENOTDIR, EACCES, EPERM, ELOOP].contains(number)
        return error
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

    /// `load the key file k.hex: No such file or directory; check the path, or …`
    public var description: String { "\(operation) the key file \(path): \(reason); \(wayOut)" }
}

extension FleetMaster {
    /// The masters in two key files.
    ///
    /// - Throws: ``KeyFileError`` naming the file that cannot be used.
    public init(hot: KeyFile, cold: KeyFile) throws(KeyFileError) {
        let keys = (try hot.load(), try cold.load())
        do throws(KeyError) { try self.init(hot: keys.0, cold: keys.1) } catch {
            throw KeyFileError(
                operation: "use", path: hot.path, reason: "\(error)",
                wayOut: "restore it from its backup")
        }
    }
}
