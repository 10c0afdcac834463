import Foundation
import Glibc
import TestPrograms
import Testing

/// A `cityzenboxd` at work, without any of its devices; it is ended with the test.
final class RunningBox {
    let process: Process
    let listener: ServiceListener
    private let errors = Pipe()
    private let box: ProvisionedBox

    init(_ box: ProvisionedBox) throws {
        self.box = box
        listener = try ServiceListener(in: box.folder)
        process = DaemonProgram.process(
            ["run", "--config", box.configuration], in: box.folder,
            environment: ["NOTIFY_SOCKET": listener.address])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        try listener.wait(for: "READY=1")
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: listener.address)
    }

    /// Sends SIGTERM and waits; what the journal was told.
    func end() throws -> String {
        process.terminate()
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }

    func status() throws -> [String: Any] {
        let asked = try box.run(["status", "--json", "--socket", box.socket])
        try #require(asked.status == 0, "\(asked.errors)")
        let value = try JSONSerialization.jsonObject(with: Data(asked.output.utf8))
        return try #require(value as? [String: Any])
    }

    func faults() throws -> [String] {
        let list = try #require(try status()["faults"] as? [[String: Any]])
        return list.compactMap { $0["fault"] as? String }
    }

    /// Asks until `isRight`: the box does what it does on its own time. Bounded.
    func wait(until isRight: ([String]) -> Bool) throws -> [String] {
        for _ in 0..<600 {
            let now = try faults()
            if isRight(now) { return now }
            usleep(50_000)
        }
        return try faults()
    }
}

@Suite struct `A box without its devices` {
    @Test func `is ready, says what is missing, and ends in order`() throws {
        let box = try ProvisionedBox()
        let running = try RunningBox(box)
        let faults = try running.faults()
        #expect(
            faults == [
                "board.absent", "keypad.absent", "bus.down", "clock.lost", "rtc.failed",
                "odometer.unconfirmed",
            ])
        let told = try running.end()
        #expect(running.process.terminationStatus == 0)
        #expect(told.contains("<5>started: box \(ProvisionedBox.id) is at work"))
        #expect(told.contains("<5>stopped: stopped in order"))
        try running.listener.wait(for: "STOPPING=1")
        let log = try box.run(["log", "verify", "\(box.state)/trip.db"], program: "cityzenbox-sim")
        #expect(log.status == 0 && log.output.contains("3 records from 1 hold together"))
    }

    @Test func `says each fault once when it comes`() throws {
        let running = try RunningBox(try ProvisionedBox())
        _ = try running.status()
        _ = try running.status()
        let told = try running.end()
        let lines = told.split(separator: "\n").filter { $0.hasPrefix("<4>fault.begin: bus.down:") }
        #expect(lines.count == 1)
    }

    @Test func `answers people in words`() throws {
        let box = try ProvisionedBox()
        let running = try RunningBox(box)
        let answer = try box.run(["status", "--socket", box.socket])
        #expect(answer.status == 0)
        #expect(answer.output.hasPrefix("box       \(ProvisionedBox.id), firmware "))
        #expect(answer.output.contains("\nstate     6 faults, see below\n"))
        #expect(answer.output.contains("\nfault     keypad.absent: "))
        _ = try running.end()
    }

    @Test func `counts its starts and goes on where its log ends`() throws {
        let box = try ProvisionedBox()
        _ = try RunningBox(box).end()
        let running = try RunningBox(box)
        let work = try #require(try running.status()["work"] as? [String: Any])
        #expect(work["boots"] as? Int == 2)
        #expect(work["logEpoch"] as? Int == 1)
        _ = try running.end()
    }

    @Test func `loses nothing of its log when it is killed`() throws {
        let box = try ProvisionedBox()
        let killed = try RunningBox(box)
        kill(killed.process.processIdentifier, SIGKILL)
        killed.process.waitUntilExit()
        let log = try box.run(["log", "verify", "\(box.state)/trip.db"], program: "cityzenbox-sim")
        #expect(log.status == 0 && log.output.contains("2 records from 1 hold together"))
    }
}

@Suite struct `Reloading` {
    @Test func `takes over what can change, and names what waits for a restart`() throws {
        let box = try ProvisionedBox()
        let running = try RunningBox(box)
        try box.write(keypad: "\(box.folder)/other", "log: { capacity_mb: 64 },")
        kill(running.process.processIdentifier, SIGHUP)
        let faults = try running.wait { $0.contains("configuration.stale") }
        #expect(faults.contains("configuration.stale"))
        let list = try #require(try running.status()["faults"] as? [[String: Any]])
        let details = list.compactMap { $0["detail"] as? String }
        #expect(details.contains { $0.hasPrefix("open \(box.folder)/other: ") })
        #expect(details.contains("changed, and waiting for a restart: log"))
        _ = try running.end()
    }

    @Test func `changes nothing where the file is wrong, and says where`() throws {
        let box = try ProvisionedBox()
        let running = try RunningBox(box)
        try box.write(keypad: "\(box.folder)/other", "logs: {},")
        kill(running.process.processIdentifier, SIGHUP)
        let faults = try running.wait { $0.contains("configuration.stale") }
        #expect(faults.contains("configuration.stale"))
        let told = try running.end()
        #expect(told.contains("<3>configuration.refused: \(box.configuration): 4:"))
        #expect(told.contains("there is no key 'logs' here; did you mean 'log'?"))
        #expect(!told.contains("\(box.folder)/other"))
    }
}

@Suite struct `A log that does not open` {
    @Test func `leaves the box up, saying so`() throws {
        let box = try ProvisionedBox()
        // The write-ahead file alone would bring it back.
        try FileManager.default.removeItem(atPath: "\(box.state)/trip.db-wal")
        try Data("no database".utf8).write(to: URL(filePath: "\(box.state)/trip.db"))
        let running = try RunningBox(box)
        #expect(try running.faults().first { $0.hasPrefix("log.") } == "log.absent")
        #expect(try running.status()["work"] is NSNull)
        _ = try running.end()
        #expect(running.process.terminationStatus == 0)
    }

    @Test func `of another epoch is not taken`() throws {
        let box = try ProvisionedBox()
        let identity = "\(box.state)/box.json"
        let text = try String(contentsOfFile: identity, encoding: .utf8)
        try text.replacing("\"logEpoch\":1", with: "\"logEpoch\":2").write(
            toFile: identity, atomically: true, encoding: .utf8)
        let running = try RunningBox(box)
        #expect(try running.faults().contains("log.absent"))
        _ = try running.end()
    }
}

@Suite struct `A box that cannot be started` {
    @Test func `was not provisioned`() throws {
        let box = try ProvisionedBox(provisions: false)
        let outcome = try box.run(["run", "--config", box.configuration])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("cityzenboxd provision"))
    }

    @Test func `has lost its keys`() throws {
        let box = try ProvisionedBox()
        try FileManager.default.removeItem(atPath: "\(box.state)/keys/keys")
        let outcome = try box.run(["run", "--config", box.configuration])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("\(box.state)/keys: there are no keys"))
    }

    @Test func `has an identity that says nothing`() throws {
        let box = try ProvisionedBox()
        for text in ["", "{}", "[1]", "{\"box\":\"0b0c00010000002a\"}"] {
            try text.write(
                toFile: "\(box.state)/box.json", atomically: true, encoding: .utf8)
            let outcome = try box.run(["run", "--config", box.configuration])
            #expect(outcome.status == 78)
            #expect(outcome.errors.contains("it does not say who the box is"))
        }
    }
}

@Suite struct `Provisioning` {
    @Test func `never overwrites a box`() throws {
        let box = try ProvisionedBox()
        let before = try Data(contentsOf: URL(filePath: "\(box.state)/keys/keys"))
        let again = try box.provision()
        #expect(again.status == 73)
        #expect(again.errors.contains("lives there in log epoch 1; move its files away first"))
        #expect(
            try Data(contentsOf: URL(filePath: "\(box.state)/keys/keys")) == before)
    }

    @Test func `that was cut short is taken up by the same command`() throws {
        let box = try ProvisionedBox()
        try FileManager.default.removeItem(atPath: "\(box.state)/box.json")
        #expect(try box.provision().status == 0)
        try FileManager.default.removeItem(atPath: "\(box.state)/box.json")
        try FileManager.default.removeItem(atPath: "\(box.state)/trip.db-wal")
        try FileManager.default.removeItem(atPath: "\(box.state)/trip.db")
        #expect(try box.provision().status == 0)
        _ = try RunningBox(box).end()
    }

    @Test func `takes neither another key nor a log with records for its own`() throws {
        let box = try ProvisionedBox()
        _ = try RunningBox(box).end()
        try FileManager.default.removeItem(atPath: "\(box.state)/box.json")
        let withRecords = try box.provision()
        #expect(withRecords.status == 73)
        #expect(withRecords.errors.contains("with 3 records lies there; move it away first"))
        let other = String(repeating: "5a", count: 32) + "\n"
        try other.write(
            toFile: "\(box.folder)/keys/epoch-0.key", atomically: false, encoding: .utf8)
        let withKey = try box.provision()
        #expect(withKey.status == 73)
        #expect(withKey.errors.contains("the box has other keys already"))
    }

    @Test func `keeps its folder and its keys to itself`() throws {
        let box = try ProvisionedBox()
        for (path, mode) in [
            ("", 0o700), ("/keys", 0o700), ("/keys/keys", 0o600), ("/keys/anchor", 0o600),
        ] {
            let found = try FileManager.default.attributesOfItem(atPath: box.state + path)
            #expect(found[.posixPermissions] as? Int == mode)
        }
    }
}
