import CAllocations
import COpenSSL
import Glibc

/// Ends the bench with one clear line.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// `what` did not work, for the reason that the system gave last.
    static func system(_ what: String) -> Failure {
        let reason = errno
        let text = unsafe strerror(reason).map { unsafe String(cString: $0) }
        return Failure("\(what): \(text ?? "error \(reason)")")
    }
}

/// What is measured on.
enum Machine {
    /// Processor, kernel, libraries: a figure means nothing without them.
    static var description: String {
        let processor =
            value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
        let kernel = text(of: "/proc/sys/kernel/osrelease") ?? "unknown kernel"
        let library = unsafe OpenSSL_version(OPENSSL_VERSION_STRING)
            .map { unsafe String(cString: $0) }
        return "\(processor), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, "
            + "Linux \(trimmed(kernel)), OpenSSL \(library ?? "?")"
    }

    /// Kilobytes of this process's `field` in `/proc/self/status`, such as `VmRSS`.
    static func kilobytes(_ field: String) -> Int64? {
        value(of: field, in: "/proc/self/status")
            .flatMap { Int64($0.prefix { $0.isNumber }) }
    }

    /// Bytes that this process caused to be written to a medium so far.
    static var bytesWritten: Int64? {
        value(of: "write_bytes", in: "/proc/self/io").flatMap { Int64($0) }
    }

    /// The path of this program.
    static func executable() throws(Failure) -> String {
        var path = [UInt8](repeating: 0, count: 4096)
        let length = unsafe path.withUnsafeMutableBytes { buffer in
            unsafe buffer.bindMemory(to: CChar.self).baseAddress.map {
                unsafe readlink("/proc/self/exe", $0, buffer.count)
            } ?? 0
        }
        guard length > 0 else { throw .system("find this program") }
        return String(decoding: path.prefix(length), as: UTF8.self)
    }

    /// The text behind `name:` in the first such line of the file `path`.
    private static func value(of name: String, in path: String) -> String? {
        guard let text = text(of: path) else { return nil }
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), trimmed(line[..<colon]) == name
            else { continue }
            return trimmed(line[line.index(after: colon)...])
        }
        return nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let rest = text.drop(while: isSpace)
        return String(rest.prefix(rest.count - rest.reversed().prefix(while: isSpace).count))
    }

    /// How often this process has asked for heap memory so far.
    static var allocations: UInt64 { cityzenbox_allocations() }

    /// The value of an environment variable.
    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The whole of a text file; `nil` where it cannot be read.
    static func text(of path: String) -> String? {
        (try? bytes(of: path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The whole of a file.
    static func bytes(of path: String) throws(Failure) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("read \(path)") }
        defer { _ = close(file) }
        return try rest(of: file, path)
    }

    /// What a program says on standard output; it must end with status 0.
    static func output(of command: [String]) throws(Failure) -> [UInt8] {
        let quoted = command.map { "'" + $0.replacing("'", with: "'\\''") + "'" }
        guard let pipe = unsafe popen(quoted.joined(separator: " "), "re") else {
            throw .system("start \(command[0])")
        }
        let found = Result { () throws(Failure) in
            try unsafe rest(of: fileno(pipe), command[0])
        }
        guard unsafe pclose(pipe) == 0 else { throw Failure("\(command[0]) did not end well") }
        return try found.get()
    }

    private static func rest(of file: Int32, _ name: String) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = unsafe read(file, &block, block.count)
            if got == 0 { return bytes }
            guard got > 0 else { throw .system("read \(name)") }
            bytes += block.prefix(got)
        }
    }

    /// Progress, beside the table.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Replaces the text file `path`.
    static func write(_ text: String, to path: String) throws(Failure) {
        try write(bytes: Array(text.utf8), to: path)
    }

    /// Replaces the file `path`.
    static func write(bytes: [UInt8], to path: String) throws(Failure) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system("write \(path)") }
        defer { _ = close(file) }
        guard unsafe Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw .system("write \(path)")
        }
    }
}

/// A folder for the bench's files in the current one, removed with everything in it at the end.
final class WorkFolder {
    let path: String

    init() throws(Failure) {
        var template = Array("cityzenbox-bench-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }
                .map { unsafe String(cString: $0) }
        }
        guard let made else {
            throw .system("make a folder in the current one, whose disk is measured")
        }
        path = made
    }

    deinit {
        guard let directory = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name.0) {
                unsafe String(cString: $0)
            }
            if name != ".", name != ".." { _ = unsafe unlink("\(path)/\(name)") }
        }
        unsafe closedir(directory)
        _ = unsafe rmdir(path)
    }
}
