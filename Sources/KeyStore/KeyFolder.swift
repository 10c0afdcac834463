internal import Glibc
public import Ports

/// A folder of a file system as the place of a key store: its owner alone has access to it.
public final class KeyFolder: KeyMedium {
    /// More than any file of a key store has: 64 KiB.
    static let limit = 1 << 16

    /// The folder.
    public let path: String

    /// The folder `path`, made with mode 0700 where it is not there; the folder it lies in must be.
    ///
    /// - Throws: ``Ports/KeyStoreFailure`` where it cannot be had, or others have access to it.
    public init(_ path: String) throws(KeyStoreFailure) {
        self.path = path
        if unsafe mkdir(path, 0o700) == 0 {
            try synchronizeParent()
        } else if errno != EEXIST {
            throw failure("make", "")
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw failure("open", "") }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw KeyStoreFailure(
                .storage, operation: "open", on: "the keys \(path)", reason: "it is no folder",
                wayOut: "name the folder of the keys")
        }
        guard status.st_mode & 0o077 == 0 else { throw exposed("", "700") }
    }

    /// The folder.
    public var place: String { path }

    /// The bytes of the file `name`; `nil` where there is none.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func read(_ name: String) throws(KeyStoreFailure) -> [UInt8]? {
        let file = unsafe open(full(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw failure("open", name) }
        defer { _ = Glibc.close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure("read", name) }
        guard status.st_mode & 0o077 == 0 else { throw exposed(name, "600") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= Self.limit {
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", name) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        throw KeyStoreFailure(
            .damaged, operation: "read", on: "the keys \(full(name))", reason: "it is too long",
            wayOut: "restore it from its backup")
    }

    /// Makes the file `name` anew, readable by its owner alone.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func write(_ bytes: [UInt8], to name: String) throws(KeyStoreFailure) {
        // What a power cut left of an attempt before, perhaps with another mode.
        _ = unsafe unlink(full(name))
        let file = unsafe open(
            full(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("make", name) }
        defer { _ = Glibc.close(file) }
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes[done...].withUnsafeBytes { rest in
                unsafe Glibc.write(file, rest.baseAddress, rest.count)
            }
            if put < 0, errno != EINTR { throw failure("write", name) }
            done += max(0, put)
        }
    }

    /// By fsync.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func synchronize(_ name: String) throws(KeyStoreFailure) {
        try synchronize(name, flags: O_RDONLY | O_NOFOLLOW)
    }

    /// Gives the file `name` the name `other`.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func rename(_ name: String, to other: String) throws(KeyStoreFailure) {
        guard unsafe Glibc.rename(full(name), full(other)) == 0 else {
            throw failure("rename", name)
        }
    }

    /// By fsync of the folder.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func synchronizeNames() throws(KeyStoreFailure) {
        try synchronize("", flags: O_RDONLY | O_DIRECTORY)
    }

    private func synchronizeParent() throws(KeyStoreFailure) {
        let end = path.lastIndex(of: "/")
        let parent = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("make", "") }
        defer { _ = Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw failure("make", "") }
    }

    private func synchronize(_ name: String, flags: Int32) throws(KeyStoreFailure) {
        let file = unsafe open(full(name), flags | O_CLOEXEC)
        guard file >= 0 else { throw failure("synchronize", name) }
        defer { _ = Glibc.close(file) }
        guard fsync(file) == 0 else { throw failure("synchronize", name) }
    }

    private func full(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

    private func failure(_ operation: String, _ name: String) -> KeyStoreFailure {
        let number = errno
        let text = unsafe strerror(number).map { unsafe String(cString: $0) }
        return KeyStoreFailure(
            .storage, operation: operation, on: "the keys \(full(name))",
            reason: text ?? "error \(number)",
            wayOut: "check that the folder is there, who may use it, and that there is room")
    }

    private func exposed(_ name: String, _ mode: String) -> KeyStoreFailure {
        KeyStoreFailure(
            .exposed, operation: "open", on: "the keys \(full(name))",
            reason: "others than its owner have access to it",
            wayOut: "chmod \(mode) it, and think of the keys as known to them")
    }
}
