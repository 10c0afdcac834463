internal import Glibc

/// A file open for reading, or standard input; a file is closed when it goes out of use.
struct OpenFile: ~Copyable {
    /// The path that stands for standard input.
    static let standardInput = "-"
    /// What errors call the file.
    let name: String
    private let descriptor: Int32
    private let isOwned: Bool

    /// Opens the file at `path`; ``standardInput`` is open already.
    init(_ path: String) throws(DataFileError) {
        guard path != Self.standardInput else {
            name = "standard input"
            descriptor = STDIN_FILENO
            isOwned = false
            return
        }
        name = path
        isOwned = true
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DataFileError(
                file: path, reason: "cannot be opened: \(Self.reason(errno))",
                remedy: "check the path and who may read it")
        }
    }

    deinit {
        if isOwned, descriptor >= 0 { _ = close(descriptor) }
    }

    /// How many bytes the file has; `nil` for a pipe, a terminal or a device.
    var size: Int? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Int(status.st_size)
    }

    /// Reads up to the end of `buffer` from `start` on; how many bytes, 0 at the end of the file.
    func read(into buffer: inout [UInt8], from start: Int) throws(DataFileError) -> Int {
        precondition(buffer.indices.contains(start), "The buffer must have room.")
        while true {
            let room = buffer.count - start
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + start }, room)
            }
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw DataFileError(
                    file: name, reason: "cannot be read: \(Self.reason(errno))",
                    remedy: "check that it is a file on a sound disk")
            }
        }
    }

    private static func reason(_ code: Int32) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

/// A small file as a whole.
enum WholeFile {
    /// The largest file that is read: 16 MiB.
    static let limit = 16 << 20

    static func read(_ path: String) throws(DataFileError) -> [UInt8] {
        let file = try OpenFile(path)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try file.read(into: &buffer, from: 0)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw DataFileError(
                    file: path, reason: "is larger than 16 MiB", remedy: "check the path")
            }
        }
    }
}
