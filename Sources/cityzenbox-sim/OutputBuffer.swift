import ArgumentParser
import Glibc

/// Standard output for many short lines: written a block at a time, and at once where asked.
///
/// A reader that has had enough, such as `head`, ends the command quietly.
struct OutputBuffer {
    private static let blockSize = 1 << 16
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(2 * Self.blockSize)
        // Whoever closes the pipe is told from a full disk by the write itself.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Adds what `write` appends, and writes a block where there is one.
    @inline(__always)
    mutating func append(_ write: (inout [UInt8]) -> Void) throws {
        write(&bytes)
        if bytes.count >= Self.blockSize { try flush() }
    }

    /// Adds a line.
    mutating func say(_ line: String) throws {
        try append { bytes in
            bytes.append(contentsOf: line.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// Writes all that waits.
    mutating func flush() throws {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(
                    STDOUT_FILENO, all.baseAddress.map { unsafe $0 + start },
                    all.count - start)
            }
            if count > 0 {
                start += count
            } else if errno == EPIPE {
                throw ExitCode.success
            } else if errno != EINTR {
                throw Failure(
                    "standard output: not all of it was written; make room, or write elsewhere",
                    status: .storage)
            }
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
