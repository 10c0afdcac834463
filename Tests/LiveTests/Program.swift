import Glibc

/// The program under test, and a run of it without a terminal.
struct Program {
    /// What it printed on standard output.
    let output: String
    /// What it printed on standard error.
    let complaint: String
    /// Its exit status.
    let status: Int32

    /// Beside the tests: both are built into one folder.
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let link = String(
            decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = link.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/cityzenbox-sim"
    }()

    /// Runs `cityzenbox-sim` with `arguments`, typing `input` into a pipe.
    init(_ arguments: [String], input: String = "") throws {
        var name = Array("/tmp/cityzenbox-live-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else {
            throw PseudoTerminal.Broken(description: "no folder in /tmp, errno \(errno)")
        }
        let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for file in ["in", "out", "err"] { _ = unsafe unlink("\(folder)/\(file)") }
            _ = unsafe rmdir(folder)
        }
        try TextFile.write(input, to: "\(folder)/in")
        let words = ([Self.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let wait = unsafe system(
            "\(words) <'\(folder)/in' >'\(folder)/out' 2>'\(folder)/err'")
        status = (wait >> 8) & 0xFF
        output = try TextFile.read("\(folder)/out")
        complaint = try TextFile.read("\(folder)/err")
    }
}

/// Small files of text.
enum TextFile {
    static func write(_ text: String, to path: String) throws {
        guard let file = unsafe fopen(path, "w") else {
            throw PseudoTerminal.Broken(description: "\(path) cannot be written, errno \(errno)")
        }
        unsafe fputs(text, file)
        unsafe fclose(file)
    }

    static func read(_ path: String) throws -> String {
        guard let file = unsafe fopen(path, "r") else {
            throw PseudoTerminal.Broken(description: "\(path) cannot be read, errno \(errno)")
        }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
