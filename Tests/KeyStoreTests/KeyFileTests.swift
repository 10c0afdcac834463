import Glibc
import KeyStore
import Testing
import Units

/// A folder that goes away with the test.
private final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/fleet-test-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template).map { unsafe String(cString: $0) }
        path = try #require(made)
    }

    deinit {
        for name in ["hot", "cold"] { _ = unsafe unlink("\(path)/\(name)") }
        _ = unsafe rmdir(path)
    }

    func file(_ name: String) -> KeyFile { KeyFile(path: "\(path)/\(name)") }

    func put(_ text: String, in name: String, mode: mode_t = 0o600) throws {
        let file = unsafe fopen("\(path)/\(name)", "wb")
        let bytes = Array(text.utf8)
        let written = unsafe file.map { unsafe fwrite(bytes, 1, bytes.count, $0) }
        _ = unsafe file.map { unsafe fclose($0) }
        try #require(written == bytes.count)
        try #require(unsafe chmod("\(path)/\(name)", mode) == 0)
    }

    /// The file's text; `nil` when there is no file.
    func text(_ name: String) -> String? {
        guard let file = unsafe fopen("\(path)/\(name)", "rb") else { return nil }
        defer { _ = unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    func mode(_ name: String) throws -> mode_t {
        var status = stat()
        try #require(unsafe stat("\(path)/\(name)", &status) == 0)
        return status.st_mode & 0o777
    }
}

@Suite struct `Master key files` {
    @Test func `a new key is the owner's alone and reads back`() throws {
        let folder = try Folder()
        let key = try folder.file("hot").create()
        #expect(try folder.mode("hot") == 0o600)
        let text = try #require(folder.text("hot"))
        #expect(text.utf8.count == 65)
        #expect(text.last == "\n")
        #expect(try folder.file("hot").load().description == key.description)
        #expect(try folder.file("cold").create().description != key.description)
        let master = try FleetMaster(hot: folder.file("hot"), cold: folder.file("cold"))
        #expect(master.hot.description == key.description)
    }

    @Test func `a key that exists is never overwritten`() throws {
        let folder = try Folder()
        try folder.put("precious", in: "hot")
        let error = try #require(throws: KeyFileError.self) {
            _ = try folder.file("hot").create()
        }
        #expect(error.reason == "it exists already")
        #expect(folder.text("hot") == "precious")
    }

    static let digits = String(repeating: "4f", count: 32)

    @Test(arguments: [
        "", "\n", digits, String(digits.dropLast()) + "\n", digits + "0\n", digits + "\n\n",
        digits.dropLast() + "g\n", digits + " ", "0x" + digits.dropLast(2) + "\n",
    ])
    func `what is no key is refused in one line that shows nothing of it`(text: String) throws {
        let folder = try Folder()
        try folder.put(text, in: "hot")
        let error = try #require(throws: KeyFileError.self) {
            _ = try folder.file("hot").load()
        }
        #expect(error.description.contains(folder.file("hot").path))
        #expect(error.description.contains("64 hexadecimal digits"))
        #expect(!error.description.contains("\n"))
        #expect(!error.description.contains("4f4f"))
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)])
    func `a key that others have access to is refused`(mode: UInt32, isGood: Bool) throws {
        let folder = try Folder()
        try folder.put(Self.digits + "\n", in: "hot", mode: mode)
        #expect(((try? folder.file("hot").load()) != nil) == isGood)
    }

    @Test func `a missing file and a folder are named as what they are`() throws {
        let folder = try Folder()
        let missing = try #require(throws: KeyFileError.self) {
            _ = try FleetMaster(hot: folder.file("hot"), cold: folder.file("cold"))
        }
        #expect(missing.path == folder.file("hot").path)
        #expect(missing.reason == "No such file or directory")
        let directory = try #require(throws: KeyFileError.self) {
            _ = try KeyFile(path: folder.path).load()
        }
        #expect(directory.reason == "it is no regular file")
    }
}
