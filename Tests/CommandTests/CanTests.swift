import CAN
import DBC
import Foundation
import FoundationXML
import TestData
import TestPrograms
import Testing

@testable import cityzenbox_sim

@Suite("Commands on a car's bus")
struct CanTests {
    private static let dbc = "../../Profiles/dbc/psa_2004.dbc"

    @Test func `lines appear as they come, before the recording ends`() throws {
        let process = SimulatorProgram.process(["can", "decode", "-", "--dbc", Self.dbc])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var shown: [String] = []
        for time in 1...3 {
            let line = "(\(time).000000) can0 161#0000003D000000\n"
            try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
            // Waits for the answer to this line; the next one has not been written yet.
            shown.append(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self))
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(
            shown == (1...3).map { "\($0).000000 can0 161 GAUGES_161  FUEL_LEVEL=61\n" })
    }

    @Test func `the first interrupt ends what writes into the pipe, not the reading`() throws {
        let process = SimulatorProgram.process(["can", "decode", "-", "--dbc", Self.dbc])
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let line = Data("(1.000000) can0 161#0000003D000000\n".utf8)
        try input.fileHandleForWriting.write(contentsOf: line)
        #expect(!output.fileHandleForReading.availableData.isEmpty)
        process.interrupt()
        try input.fileHandleForWriting.write(contentsOf: line)
        #expect(!output.fileHandleForReading.availableData.isEmpty)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(String(decoding: said, as: UTF8.self) == "2 frames, 2 of them in the DBC\n")
    }

    @Test func `a reader that has had enough ends the command quietly`() throws {
        let process = SimulatorProgram.process(["can", "decode", "-", "--dbc", Self.dbc])
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try output.fileHandleForReading.close()
        try? output.fileHandleForWriting.close()
        let line = "(1.000000) can0 161#0000003D000000\n"
        try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        #expect(process.terminationStatus == 0)
        #expect(process.terminationReason == .exit)
        #expect(String(decoding: said, as: UTF8.self) == "")
    }

    @Test(arguments: [("toyota", "toyota_611"), ("psa", "psa_2004")])
    func `a plot is well-formed, and is not drawn in another place`(
        log: String, profile: String
    ) throws {
        let path = FileManager.default.temporaryDirectory.path + "/drive-\(UUID()).svg"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let outcome = try SimulatorProgram.run([
            "can", "odometer", "Files/\(log).log", "--profile", profile, "--svg", path,
        ])
        #expect(outcome.status == 0)
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(XMLParser(data: bytes).parse())
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\(log).log, profile \(profile)@"))
        #expect(text.contains(log == "psa" ? "nothing heard" : "reading not believed"))
    }

    @Test func `every line of JSON is an object`() throws {
        for arguments in [
            ["can", "decode", "Files/psa.log", "--dbc", Self.dbc, "--json"],
            ["can", "odometer", "Files/psa.log", "--profile", "psa_2004", "--json"],
        ] {
            let outcome = try SimulatorProgram.run(arguments)
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count > 3)
            for line in lines {
                let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
                #expect(value is [String: Any], "\(line)")
            }
        }
    }
}

@Suite("Values of signals as text")
struct SignalTextTests {
    private func written(_ raw: UInt64, scale: String, offset: String = "0") throws -> String {
        let text = """
            BO_ 256 A: 8 B
             SG_ S : 0|64@1+ (\(scale),\(offset)) [0|0] "" B
            """
        let decoder = DBCDecoder(DBCFile(parsing: Array(text.utf8)))
        let signal = try #require(decoder.file.messages.first?.signals.first)
        var bytes: [UInt8] = []
        var payload = raw
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: payload))
            payload >>= 8
        }
        let frame = try #require(CANFrame(id: 0x100, bytes: bytes))
        var out: [UInt8] = []
        decoder.decode(frame) { SignalNumber(signal).append($0, .text, to: &out) }
        return String(decoding: out, as: UTF8.self)
    }

    @Test(
        arguments: [
            (0, "1", "0", "0"), (5, "0.01", "0", "0.05"), (5, "0.01", "-1", "-0.95"),
            (100, "0.01", "0", "1.00"), (3, "0.015625", "0", "0.046875"), (7, "2", "-40", "-26"),
            (UInt64(Int64.max), "1", "0", "9223372036854775807"),
            (UInt64(Int64.max), "2", "0", "1.8446744073709552e+19"),
            (.max, "1", "0", "1.8446744073709552e+19"), (1, "1e-12", "0", "1e-12"),
        ] as [(UInt64, String, String, String)])
    func `are exact where the scale is a decimal number, and never overflow`(
        raw: UInt64, scale: String, offset: String, text: String
    ) throws {
        #expect(try written(raw, scale: scale, offset: offset) == text)
    }

    @Test(arguments: [
        ("a", #""a""#), ("a\"b\\", #""a\"b\\""#), ("\u{1}\n", #""\u0001\u000a""#), ("é", #""é""#),
    ])
    func `are strings of JSON`(text: String, quoted: String) {
        var out: [UInt8] = []
        ByteText.quoted(text, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == quoted)
    }
}

/// The page on new cars shows what the commands really say.
@Suite("Bringing a new car in")
struct NewCarPageTests {
    private static let root =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    private static let page = root + "/docs/new-car.md"

    /// With `UPDATE=1` in the environment the page is written anew.
    @Test func `every command on the page says what the page says`() throws {
        let text = try String(contentsOfFile: Self.page, encoding: .utf8)
        var made: [String] = []
        var commands = 0
        var isOutput = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```" { isOutput = false }
            if !isOutput { made.append(String(line)) }
            guard line.hasPrefix(Transcript.prompt) else { continue }
            commands += 1
            isOutput = true
            let arguments = line.dropFirst(Transcript.prompt.count).split(separator: " ")
            let outcome = try SimulatorProgram.run(
                arguments.map(String.init), in: SimulatorProgram.folder + "/Files")
            #expect(outcome.status == 0, "\(line)")
            let output = Transcript.masked(outcome.output).split(
                separator: "\n", omittingEmptySubsequences: false)
            made += output.dropLast().map(String.init)
        }
        #expect(commands >= 4)
        let current = made.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["UPDATE"] == "1" {
            try current.write(toFile: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(current == text, "if this is right: UPDATE=1 swift test --filter CommandTests")
        }
    }
}

// The recordings are too large for the repository.
@Suite(
    "Commands on recordings of real cars",
    .enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct OutsideCanTests {
    private static let kona = "kona_ev_cc0/230112-7-2019-pcan-ccan-power-off-on-ready-off.csv"

    @Test(
        arguments: [
            ("probe rav4_comma2k19/can0.log", "toyota_611: fits"),
            ("probe j1939_css/truck_odometer_jump.log", "j1939: may fit"),
            ("probe \(kona) --channel 1", "hyundai_kia: may fit"),
            ("probe \(kona) --channel 1 --dash 26716", "hyundai_kia: fits"),
            ("odometer rav4_comma2k19/can0.log --profile toyota_611", "ticks         1"),
            ("odometer \(kona) --channel 1 --profile hyundai_kia", "26 716.5 km"),
        ])
    func `say what is known of them`(command: String, line: String) throws {
        var arguments = ["can"] + command.split(separator: " ").map(String.init)
        arguments[2] = "\(OutsideData.folder ?? "")/recordings/\(arguments[2])"
        let outcome = try SimulatorProgram.run(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(line), "\(outcome.output)")
    }
}
