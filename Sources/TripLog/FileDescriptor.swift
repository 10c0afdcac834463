internal import Glibc

/// The one owner of an open file. What fails leaves its reason in `errno`.
struct FileDescriptor: ~Copyable {
    private let number: Int32

    /// Takes what `open` answered, which may be no file at all.
    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        if number >= 0 { _ = close(number) }
    }

    var isOpen: Bool { number >= 0 }

    /// At most `count` bytes from `offset`, fewer only at the end of the file; `nil` on failure.
    func read(count: Int, at offset: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    number, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    offset + filled)
            }
            if got < 0 {
                if errno == EINTR { continue }
                return nil
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: [UInt8], at offset: Int) -> Bool {
        var written = 0
        while written < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    number, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written,
                    offset + written)
            }
            if put < 0 {
                if errno == EINTR { continue }
                return false
            }
            written += put
        }
        return true
    }

    /// Waits until what was written is on the medium.
    func synchronize() -> Bool { fdatasync(number) == 0 }

    /// Waits until the file and its name are on the medium.
    func synchronizeAll() -> Bool { fsync(number) == 0 }
}
