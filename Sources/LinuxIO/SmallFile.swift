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

    /// Makes it with `bytes` in it, durably; it must not exist yet. Its owner alone may read it.
    ///
    /// - Throws: ``SystemCallFailure``. Where writing failed, no file is left behind.
    public func create(_ bytes: [UInt8]) throws(SystemCallFailure) {
        let result = unsafe clinux_create(path)
        guard result >= 0 else { throw failure("make", -result) }
        let code = Self.write(bytes, to: Descriptor(owning: result))
        guard code == 0 else {
            _ = unsafe unlink(path)
            throw failure("write", code)
        }
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
