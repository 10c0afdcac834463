import DeskScreen
import Glibc

/// The file of a script, or standard input.
enum LiveScriptFile {
    /// The largest script: 1 MiB.
    private static let limit = 1 << 20

    /// The script in the file at `path`; `-` is standard input.
    ///
    /// - Throws: ``Failure`` with the file and, where it is known, the line.
    static func load(_ path: String) throws -> LiveScript {
        let name = path == "-" ? "standard input" : path
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure("script \(name): cannot be opened, \(SystemError.reason(errno))")
        }
        defer { if descriptor != STDIN_FILENO { _ = close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Failure("script \(name): cannot be read, \(SystemError.reason(errno))")
            }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw Failure("script \(name): is larger than 1 MiB; check the path")
            }
        }
        do {
            return try LiveScript(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Failure("script \(name), \(error)")
        }
    }
}

/// The file that the records go to at the end. It is opened at the beginning, so that a wrong path
/// is told before, not after, the work.
final class LiveLogFile {
    let path: String
    private let descriptor: Int32
    private var failure: Int32?

    init(_ path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure("log \(path): cannot be written, \(SystemError.reason(errno))")
        }
    }

    /// Writes `line` and its end; whether that worked.
    func write(_ line: [UInt8]) -> Bool {
        let bytes = line + [UInt8(ascii: "\n")]
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
            }
            if count >= 0 {
                start += count
            } else if errno != EINTR {
                failure = errno
                return false
            }
        }
        return true
    }

    func close() throws {
        if failure == nil, fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            failure = errno
        }
        if Glibc.close(descriptor) != 0, failure == nil { failure = errno }
        if let failure {
            throw Failure("log \(path): was not written whole, \(SystemError.reason(failure))")
        }
    }
}

/// What the system calls an error.
enum SystemError {
    static func reason(_ code: Int32) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

/// Variables of the environment.
enum Environment {
    static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
