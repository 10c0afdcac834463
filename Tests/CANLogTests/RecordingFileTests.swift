import CAN
import CANLog
import DataFiles
import FoundationEssentials
import Glibc
import Testing

@Suite struct `Recording files of every format` {
    /// Writes `text` to a file for as long as `body` needs it.
    private func withFile<Result>(
        _ text: String, _ body: (String) throws -> Result
    ) throws -> Result {
        let path = FileManager.default.temporaryDirectory.path + "/recording-\(UUID())"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private static let csv = """
        Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2
        1,00000001,false,Rx,0,0
        2,00000002,false,Rx,1,0
        3,00000003,false,Rx,1,x
        4,00000004,false,Rx,1,0
        """

    @Test func `the format is found, the size known and the way through it counted`() throws {
        try withFile(Self.csv) { path in
            var file = try RecordingFile(path)
            #expect(file.size == Self.csv.utf8.count)
            #expect(file.bytesRead == 0)
            #expect(file.format == nil)
            #expect(try file.next()?.frame.id == 1)
            #expect(file.format == .csv)
            #expect(file.bytesRead == file.size)
        }
    }

    @Test func `one channel can be had alone, and an error is stepped over`() throws {
        try withFile(Self.csv) { path in
            var file = try RecordingFile(path, channel: "1")
            #expect(try file.next()?.frame.id == 2)
            let error = #expect(throws: DataFileError.self) { try file.next() }
            #expect(error?.description.hasPrefix("\(path): 4:23: expected a length") == true)
            #expect(try file.next()?.frame.id == 4)
            #expect(try file.next() == nil)
            #expect(try file.next() == nil)
        }
    }

    @Test func `a given format is not guessed`() throws {
        try withFile(Self.csv) { path in
            var file = try RecordingFile(path, format: .candump)
            #expect(file.format == .candump)
            #expect(throws: DataFileError.self) { try file.next() }
        }
    }

    @Test func `a file of another kind says what is known, once`() throws {
        try withFile("Dear reader,\nthis is a letter.\n") { path in
            var file = try RecordingFile(path)
            let error = #expect(throws: DataFileError.self) { try file.next() }
            #expect(
                error?.description
                    == "\(path): 1:1: this is no recording in a known format; "
                    + "known are candump, ASC, CSV of python-can or SavvyCAN, and TRC")
            #expect(try file.next() == nil)
        }
    }

    @Test(arguments: ["", "\n \n"])
    func `an empty file has no frames and no error`(text: String) throws {
        try withFile(text) { path in
            var file = try RecordingFile(path)
            #expect(try file.next() == nil)
        }
    }

    @Test func `a folder can be opened but not read, and that is said once`() throws {
        var file = try RecordingFile(FileManager.default.temporaryDirectory.path)
        let error = #expect(throws: DataFileError.self) { try file.next() }
        #expect(error?.reason.hasPrefix("cannot be read") == true)
        #expect(try file.next() == nil)
    }

    @Test func `a line longer than the window is given up and the next one read`() throws {
        let long = "(1.000000) can0 " + String(repeating: "0", count: 200_000) + "\n"
        try withFile("(1.000000) can0 001#\n" + long + "(2.000000) can0 002#\n") { path in
            var file = try RecordingFile(path)
            #expect(try file.next()?.frame.id == 1)
            let error = #expect(throws: DataFileError.self) { try file.next() }
            #expect(error?.place == "2:1")
            #expect(try file.next()?.frame.id == 2)
            #expect(try file.next() == nil)
        }
    }

    @Test func `a pipe has no size and is read as it comes`() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        let text = Array("(1.000000) can0 001#\n(2.000000) can0 002#".utf8)
        let count = unsafe write(ends[1], text, text.count)
        try #require(count == text.count)
        close(ends[1])
        var file = try RecordingFile("/proc/self/fd/\(ends[0])")
        close(ends[0])
        #expect(file.size == nil)
        #expect(try file.next()?.frame.id == 1)
        #expect(try file.next()?.frame.id == 2)
        #expect(try file.next() == nil)
        #expect(file.bytesRead == text.count)
    }

    @Test func `standard input is taken for no file`() throws {
        let file = try RecordingFile("-", format: .trc)
        #expect(file.format == .trc)
    }
}
