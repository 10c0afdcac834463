import AccessCode
import Foundation
import KeyStore
import TestPrograms
import Testing
import Units

@Suite struct `The console of a new box on its serial line` {
    private static let key = String(repeating: "5a", count: 32)

    /// A box that was made and not claimed, whose console is on `port`.
    private static func newBox(on port: SerialPort) throws -> ProvisionedBox {
        let box = try ProvisionedBox(provisions: false)
        try """
        {
          version: 1, board: "bench", car: { bench: true }, state: "\(box.state)",
          keypad: "\(box.folder)/keypad", rtc: "\(box.folder)/rtc", battery: { sensor: null },
          status_socket: "\(box.socket)", console: { device: "\(port.path)" },
        }
        """.write(toFile: box.configuration, atomically: true, encoding: .utf8)
        let made = try box.run(["provision", "--config", box.configuration])
        try #require(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("claim it at its console"))
        return box
    }

    private static func claim(_ port: SerialPort) throws {
        _ = try port.read(until: "box> ")
        try port.say("json on", until: "}\r\n")
        try port.say("claim 7", until: "\"ask\":\"key\"")
        try port.say(key, until: "\"ask\":\"pin\"")
        try port.say("4711", until: "\"ask\":\"fleet\"")
        try port.say(String(repeating: "0f", count: 32), until: "claimed: log in now")
    }

    private static func logIn(_ port: SerialPort) throws {
        let asked = try port.say("login 7", until: "\"ask\":\"answer\"")
        let challenge = try #require(asked.firstMatch(of: /"challenge":"([0-9]{8})"/)?.output.1)
        let technician = try #require(TechnicianID(7))
        let laptop = SoftwareTechnicianKeys()
        laptop.install(SecretBytes(try #require(Hex.decode(key))), pin: "4711", for: technician)
        let answer = try TechnicianLogin.answer(to: "\(challenge)", by: technician, with: laptop)
        try port.say(try #require(answer), until: "logged in")
    }

    @Test func `claims, asks to be enrolled and pairs the car; the session survives the restart`()
        throws
    {
        let port = try SerialPort()
        let running = try RunningBox(try Self.newBox(on: port))
        #expect(try running.faults().contains("keys.missing"))
        #expect(try running.faults().contains("car.unpaired"))
        try Self.claim(port)
        try Self.logIn(port)
        let request = try port.say("keys request", until: "\"ok\":true")
        #expect(request.contains("-----BEGIN CERTIFICATE REQUEST-----"))
        try port.say("car pair toyota_611", until: "toyota_611@")
        let profile = try port.say("car profile", until: "\"ok\":true")
        #expect(profile.contains("toyota_611@"))
        #expect(!(try running.faults().contains("car.unpaired")))
        let told = try running.end()
        #expect(running.process.terminationStatus == 0)
        for secret in [Self.key, "4711"] { #expect(!told.contains(secret)) }
    }

    @Test func `remembers its technician and its car, and refuses what is no bundle`() throws {
        let port = try SerialPort()
        let box = try Self.newBox(on: port)
        var running: RunningBox? = try RunningBox(box)
        try Self.claim(port)
        try Self.logIn(port)
        try port.say("car pair renault_broadcast", until: "renault_broadcast@")
        try port.say("keys install", until: "\"ask\":\"bundle\"")
        try port.say("-----BEGIN CMS-----\r-----END CMS-----", until: "\"badBundle\"")
        try port.say("car pair ../../etc/passwd", until: "\"unknownProfile\"")
        _ = try running?.end()
        running = nil
        let second = try RunningBox(box)
        _ = try port.read(until: "box> ")
        try port.say("json on", until: "}\r\n")
        try Self.logIn(port)
        let profile = try port.say("car profile", until: "\"ok\":true")
        #expect(profile.contains("renault_broadcast@"))
        #expect(!(try second.faults().contains("car.unpaired")))
        _ = try second.end()
    }

    @Test func `noise, a megabyte without an end, and a line that comes and goes harm nothing`()
        throws
    {
        let port = try SerialPort()
        let running = try RunningBox(try Self.newBox(on: port))
        _ = try port.read(until: "box> ")
        try port.say(String(repeating: "x", count: 3000), until: "(lineTooLong)")
        // Longer than one look at the line: the rest comes while the beginning is being answered.
        for _ in 0..<50 {
            try port.say(String(repeating: "y", count: 9000), until: "(lineTooLong)")
        }
        try port.say("\u{1}\u{7}\u{1b}[[[", until: "box> ")
        #expect(try port.say("version", until: "firmware").contains("box"))
        _ = try running.end()
        #expect(running.process.terminationStatus == 0)
    }
}
