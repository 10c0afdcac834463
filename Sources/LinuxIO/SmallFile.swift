internal import CLinux
internal import Glibc

/// A file that is small enough to be read and made as a whole.
public struct SmallFile: Hashable, Sendable {
    /// The longest that is read: 64 KiB.
    static let limit = 1 << 16

    /// Where it is.
    public let path: String

    /// The file at `path`.
    public init(_ path: String) { self.path = path }

    /// Its bytes.
    ///
    /// - Throws: ``SystemCallFailure``.
    public func read() throws(SystemCallFailure) -> [UInt8] {
        let file = try Descriptor.open(path, flags: O_RDONLY, remedy: Self.remedy)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < Self.limit {
            switch file.read(into: &buffer) {
            case .moved(let count): bytes += buffer[..<count]
            case .ended: return bytes
            case .wouldBlock: throw failure("read", EAGAIN)
            case .failed(let code): throw failure("read", code)
            }
        }
        throw failure("read", EFBIG)
    }

    /// Makes it with `bytes` in it, durably and whole: after a power cut it is there with all of
    /// them or not at all. It must not exist yet. Its owner alone may read it, which is `owner`
    /// where one is named.
    ///
    /// - Throws: ``SystemCallFailure``.
    public func create(
        _ bytes: [UInt8], owner: (user: UInt32, group: UInt32)? = nil
    ) throws(SystemCallFailure) {
        // What a power cut left of an attempt before.
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        let result = unsafe clinux_create(draft)
        guard result >= 0 else { throw failure("make", -result) }
        defer { _ = unsafe unlink(draft) }
        if let owner, fchown(result, owner.user, owner.group) != 0 { throw failure("give", errno) }
        let code = Self.write(bytes, to: Descriptor(owning: result))
        guard code == 0 else { throw failure("write", code) }
        // A link, not a new name: that would replace what is there.
        guard unsafe link(draft, path) == 0 else { throw failure("make", errno) }
        try synchronizeFolder()
    }

    /// Puts `bytes` in the place of what it has, or makes it: after a power cut it has the old
    /// bytes or the new ones. Its owner alone may read it.
    ///
    /// - Throws: ``SystemCallFailure``.
    public func replace(_ bytes: [UInt8]) throws(SystemCallFailure) {
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        let result = unsafe clinux_create(draft)
        guard result >= 0 else { throw failure("make", -result) }
        let code = Self.write(bytes, to: Descriptor(owning: result))
        guard code == 0, unsafe rename(draft, path) == 0 else {
            let reason = code == 0 ? errno : code
            _ = unsafe unlink(draft)
            throw failure("write", reason)
        }
        try synchronizeFolder()
    }

    /// Removes it, durably; where it is not there, nothing happens.
    ///
    /// - Throws: ``SystemCallFailure``.
    public func remove() throws(SystemCallFailure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("remove", errno) }
        try synchronizeFolder()
    }

    /// Errno, or 0.
    private static func write(_ bytes: [UInt8], to file: consuming Descriptor) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch file.write(rest) {
            case .moved(let count): rest = rest.dropFirst(count)
            case .wouldBlock, .ended: return EIO
            case .failed(let code): return code
            }
        }
        return -clinux_synchronize(file.number)
    }

    private func synchronizeFolder() throws(SystemCallFailure) {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let file = try Descriptor.open(folder, flags: O_RDONLY | O_DIRECTORY, remedy: Self.remedy)
        let result = clinux_synchronize(file.number)
        guard result == 0 else { throw failure("synchronize the folder of", -result) }
    }

    private static let remedy = "check that the folder is there, and who may use it"

    private func failure(_ operation: String, _ code: Int32) -> SystemCallFailure {
        SystemCallFailure(operation, on: path, code: code, remedy: Self.remedy)
    }
}
