internal import CLinux
internal import Glibc

/// What came of moving bytes through a descriptor that never blocks.
public enum Transfer: Hashable, Sendable {
    /// So many bytes, at least one.
    case moved(Int)
    /// None now; ``PollSource`` tells when.
    case wouldBlock
    /// The other end is gone in order, and nothing is left.
    case ended
    /// The kernel refuses, with this reason (errno).
    case failed(Int32)

    /// What a call means that answers with a count, or with minus errno.
    public init(_ result: Int, zeroIsEnd: Bool = false) {
        if result > 0 {
            self = .moved(result)
        } else if result == 0 {
            self = zeroIsEnd ? .ended : .wouldBlock
        } else if result == -Int(EAGAIN) {
            self = .wouldBlock
        } else {
            self = .failed(Int32(clamping: -result))
        }
    }
}

/// The one owner of an open descriptor, which is closed when the owner goes.
///
/// Calls are repeated when a signal interrupts them.
public struct Descriptor: ~Copyable {
    /// The number that the kernel knows it by; of use to calls of C and to ``PollSource`` only.
    public let number: Int32

    /// Takes over an open descriptor. Traps for a number that can be none.
    public init(owning number: Int32) {
        precondition(number >= 0, "A descriptor that failed to open has no owner.")
        self.number = number
    }

    deinit { _ = clinux_close(number) }

    /// Opens the file `path` with flags of `open`; it is not passed on to programs that are
    /// started.
    ///
    /// - Throws: ``SystemCallFailure``, with `remedy` as what to do.
    public static func open(
        _ path: String, flags: Int32, remedy: String
    ) throws(SystemCallFailure) -> Descriptor {
        let result = unsafe clinux_open(path, flags)
        guard result >= 0 else {
            throw SystemCallFailure("open", on: path, code: -result, remedy: remedy)
        }
        return Descriptor(owning: result)
    }

    /// Reads at most `buffer.count` bytes to the beginning of `buffer`.
    public borrowing func read(into buffer: inout [UInt8]) -> Transfer {
        let result = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe clinux_read(number, bytes.baseAddress, bytes.count)
        }
        return Transfer(result, zeroIsEnd: true)
    }

    /// Writes as much of `bytes` as goes without waiting.
    public borrowing func write(_ bytes: ArraySlice<UInt8>) -> Transfer {
        let result = unsafe bytes.withUnsafeBytes { bytes in
            unsafe clinux_write(number, bytes.baseAddress, bytes.count)
        }
        return Transfer(result)
    }
}
