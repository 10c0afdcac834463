import Foundation
import TestPrograms
import Testing

/// `cityzenbox-sim live` with a new box and nothing but its console.
private final class SimulatedDesk {
    /// Where its console is.
    let path: String
    private let process: Process

    init() throws {
        process = BuiltProgram("cityzenbox-sim").process(
            ["live", "--only-console", "--unclaimed", "--at", "2026-06-12T20:30Z"],
            in: BuiltProgram.root, environment: [:])
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        while !said.contains("\n") {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "the simulator ended")
            said += String(decoding: data, as: UTF8.self)
        }
        let words = said.split(whereSeparator: \.isWhitespace)
        path = String(try #require(words.dropFirst().first))
    }

    deinit {
        if process.isRunning { process.terminate() }
    }
}

@Suite struct `The installation of a simulated box` {
    private static func arguments(_ desk: SimulatedDesk) -> [String] {
        [
            "provision", "--port", desk.path, "--car", "toyota_611", "--pin-file", "pin",
            "--now", "2026-06-12T20:30Z", "--report", "report.jws",
        ]
    }

    private static func fleet() throws -> FleetStage {
        let stage = try FleetStage(hasFleet: false)
        for arguments in [
            ["init"], ["technician", "add", "7", "--name", "Ada", "--pin-file", "pin"],
        ] {
            try #require(try stage.run(arguments).status == 0)
        }
        return stage
    }

    /// Runs the program and kills it as soon as it has said `word`; what it said.
    private static func installed(
        _ stage: FleetStage, _ desk: SimulatedDesk, killedBehind word: String?
    ) throws -> (status: Int32, output: String) {
        let process = BuiltProgram("cityzenbox-fleet").process(
            arguments(desk), in: stage.folder, environment: ["CITYZENBOX_FLEET": "fleet"])
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // It ends by itself; if it does not, the test fails and hangs nobody.
        let identifier = process.processIdentifier
        let watch = DispatchWorkItem { kill(identifier, SIGTERM) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 600, execute: watch)
        defer { watch.cancel() }
        var said = ""
        while true {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            said += String(decoding: data, as: UTF8.self)
            if let word, said.contains(word), process.isRunning {
                kill(process.processIdentifier, SIGKILL)
            }
        }
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    @Test func `goes on where it was, however often laptop and cable are taken away`() throws {
        let desk = try SimulatedDesk()
        let stage = try Self.fleet()
        for word in ["box 0b0c", "[x] claimed", "is enrolled", "[x] keys", "[x] profile"] {
            _ = try Self.installed(stage, desk, killedBehind: word)
        }
        let done = try Self.installed(stage, desk, killedBehind: nil)
        // Nobody is at the car: what wants a person is left for later.
        #expect(done.status == 1, "\(done.output)")
        for step in ["keys", "profile", "clock"] {
            #expect(done.output.contains("[x] \(step)"), "\(done.output)")
        }
        #expect(done.output.contains("left for later: relays, keypad, code"))
        let report = try String(contentsOfFile: stage.folder + "/report.jws", encoding: .utf8)
        #expect(report.split(separator: ".").count == 3)
        #expect(!done.output.contains("4711"))
    }
}
