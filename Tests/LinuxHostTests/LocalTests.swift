import FoundationEssentials
import Glibc
import LinuxIO
import Testing
import Units

@testable import LinuxHost

/// A folder that goes with the test.
private final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/host-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}

@Suite struct `A local server` {
    @Test func `listens for its owner and its group`() throws {
        let folder = try Folder()
        let server = try LocalServer(path: folder.path + "/socket")
        var status = stat()
        #expect(unsafe stat(server.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
    }

    @Test func `replaces a socket that was left, and never a file`() throws {
        let folder = try Folder()
        do { _ = try LocalServer(path: folder.path + "/socket") }
        _ = try LocalServer(path: folder.path + "/socket")
        try folder.write("kept", to: "file")
        let error = #expect(throws: SystemCallFailure.self) {
            _ = try LocalServer(path: folder.path + "/file")
        }
        #expect(error?.code == EADDRINUSE)
        #expect(try String(contentsOfFile: folder.path + "/file", encoding: .utf8) == "kept")
    }

    @Test func `makes its answer only for who asks`() throws {
        let folder = try Folder()
        let server = try LocalServer(path: folder.path + "/socket")
        var made = 0
        server.answer {
            made += 1
            return ""
        }
        #expect(made == 0)
    }

    @Test func `that is not there is an error with a way out`() throws {
        let folder = try Folder()
        let path = folder.path + "/socket"
        let error = #expect(throws: SystemCallFailure.self) { _ = try LocalClient.ask(path) }
        #expect(error?.code == ENOENT)
        #expect(error?.description.contains("systemctl start cityzenboxd") == true)
    }
}

@Suite struct `The journal` {
    @Test func `takes a field a line`() {
        let bytes = Journal.message([
            Journal.Field("MESSAGE", "the door"), Journal.Field("PRIORITY", "5"),
        ])
        #expect(String(decoding: bytes, as: UTF8.self) == "MESSAGE=the door\nPRIORITY=5\n")
    }

    @Test func `takes a value with lines by its length, so that it cannot forge a field`() {
        let bytes = Journal.message([Journal.Field("MESSAGE", "a\nPRIORITY=0")])
        let length: [UInt8] = [12, 0, 0, 0, 0, 0, 0, 0]
        #expect(bytes == Array("MESSAGE\n".utf8) + length + Array("a\nPRIORITY=0\n".utf8))
    }

    @Test func `orders priorities as syslog does`() {
        #expect(JournalPriority.allCases.map(\.rawValue) == [3, 4, 5, 6, 7])
        #expect(JournalPriority.error < .debug)
    }
}

@Suite struct `The battery monitor` {
    @Test func `is found by its name among the sensors`() throws {
        let folder = try Folder()
        try folder.write("cpu_thermal\n", to: "hwmon0/name")
        try folder.write("ina226\n", to: "hwmon2/name")
        try folder.write("12643\n", to: "hwmon2/in1_input")
        try folder.write("87\n", to: "hwmon2/curr1_input")
        let measured = try BatteryMonitor(name: "ina226", folder: folder.path).read()
        #expect(measured.voltage == Millivolts(12_643))
        #expect(measured.current == 87)
    }

    @Test func `needs no current`() throws {
        let folder = try Folder()
        try folder.write("ina226\n", to: "hwmon0/name")
        try folder.write("11999\n", to: "hwmon0/in1_input")
        let measured = try BatteryMonitor(name: "ina226", folder: folder.path).read()
        #expect(measured.voltage == Millivolts(11_999))
        #expect(measured.current == nil)
    }

    @Test(arguments: ["", "-\n", "12.6\n", "volts\n"])
    func `that shows no number is an error`(shown: String) throws {
        let folder = try Folder()
        try folder.write("ina226\n", to: "hwmon0/name")
        try folder.write(shown, to: "hwmon0/in1_input")
        #expect(throws: SystemCallFailure.self) {
            _ = try BatteryMonitor(name: "ina226", folder: folder.path).read()
        }
    }

    @Test func `that is not there is an error that names it`() throws {
        let folder = try Folder()
        let error = #expect(throws: SystemCallFailure.self) {
            _ = try BatteryMonitor(name: "ina226", folder: folder.path).read()
        }
        #expect(error?.subject == "the sensor ina226 in \(folder.path)")
    }
}

@Suite struct `A small file` {
    @Test func `is read as it was made, and its owner alone may read it`() throws {
        let folder = try Folder()
        let file = SmallFile(folder.path + "/identity")
        try file.create(Array("box".utf8))
        #expect(try file.read() == Array("box".utf8))
        var status = stat()
        #expect(unsafe stat(file.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `is never overwritten`() throws {
        let folder = try Folder()
        let file = SmallFile(folder.path + "/identity")
        try file.create([1])
        let error = #expect(throws: SystemCallFailure.self) { try file.create([2]) }
        #expect(error?.code == EEXIST)
        #expect(try file.read() == [1])
    }

    @Test func `that is too long to be one is refused`() throws {
        let folder = try Folder()
        let file = SmallFile(folder.path + "/identity")
        try file.create(Array(repeating: 0, count: 1 << 16))
        let error = #expect(throws: SystemCallFailure.self) { _ = try file.read() }
        #expect(error?.code == EFBIG)
    }
}
