import AccessCode
import Fleet
import FleetStore
import Foundation
import KeyStore
import Ports
import Records
import TestPrograms
import Testing
import Units

@testable import cityzenbox_fleet

/// A fleet that the program made, and a real key store that asks it for keys.
final class EnrolStage {
    let stage: FleetStage
    let store: SealedKeyStore
    let box = FleetStage.first

    init() throws {
        stage = try FleetStage(hasFleet: false)
        store = try SealedKeyStore(
            making: try KeyFolder(stage.folder + "/box"),
            holder: FileKeyHolder(MachineFacts(machine: "a", serial: "b")), box: box)
        try run(["init", "--cold", "cold.key"])
        try run(["technician", "add", "7", "--name", "Ada", "--pin-file", "pin"])
    }

    /// Runs a command that must succeed.
    @discardableResult
    func run(_ arguments: [String]) throws -> CanonicalJSON {
        let outcome = try stage.run(arguments + ["--json"])
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return try CanonicalJSON(parsing: outcome.output.utf8.dropLast())
    }

    func claim() throws {
        let fingerprint = try run(["show"])["fingerprint"]?.string ?? ""
        let key = try run(["technician", "key", "7", "--box", "\(box)"])["key"]?.string ?? ""
        let technician = try #require(TechnicianID(7))
        let secret = try #require(Hex.decode(key))
        let fleet = try #require(Digest256(hex: fingerprint))
        let claim = try #require(
            BoxClaim(technician: technician, key: secret, pin: "987654", fleet: fleet))
        try #require(try store.claim(claim) == .claimed)
    }

    /// Writes a request of the box into `name`.
    func request(_ name: String, logEpoch: UInt32) throws {
        let text = try store.request(EnrolmentData(logEpoch: logEpoch, firmware: "0.1.0"))
        try text.write(toFile: "\(stage.folder)/\(name)", atomically: true, encoding: .utf8)
    }

    func install(_ name: String) throws -> BundleOutcome {
        try store.install(
            bundle: try String(contentsOfFile: "\(stage.folder)/\(name)", encoding: .utf8),
            at: CivilTime.utc(2026, 6, 12, 21))
    }

    /// What the box makes of `code` in `keyEpoch`.
    func verdict(_ code: String, _ keyEpoch: UInt16) throws -> CodeVerdict {
        let now = CivilTime.utc(2026, 6, 13, 8)
        let text = try #require(CodeText(code))
        let check = CodeCheck(
            entry: try #require(CodeEntry(digits: text.digits)),
            book: CodeBook(box: box, keyEpoch: KeyEpoch(keyEpoch), hasColdSpare: true),
            interval: now...now, floor: now)
        return check.judge(try check.run(with: store), moving: false)
    }

    var booking: [String] {
        [
            "booking", "add", "--box", "\(box)", "--from", "2026-06-13T08:00Z", "--to",
            "2026-06-13T16:00Z", "--driver", "+33",
        ]
    }
}

@Suite struct `The enrolment of a box by the program` {
    @Test func `codes of the fleet open the box, before and after each change of keys`() throws {
        let fleet = try EnrolStage()
        try fleet.claim()
        try fleet.request("one.pem", logEpoch: 1)
        let made = try fleet.run([
            "enrol", "one.pem", "--car", "renault_broadcast", "--plate", "AB-123-CD", "--place",
            "Nantes", "--out", "one.bundle",
        ])
        #expect(made["reason"] == "new")
        let first = InstalledKeys(keyEpoch: KeyEpoch(0), hasSpare: true, hasOwner: true)
        #expect(try fleet.install("one.bundle") == .installed(first))
        let booked = try fleet.run(fleet.booking)["code"]?.string ?? ""
        guard case .granted(.opened(let rental)) = try fleet.verdict(booked, 0) else {
            Issue.record("the first code")
            return
        }

        // KEYSWITCH: the box knows the code by its spare, and the code of the booking is another.
        let word = try fleet.run(["code", "keyswitch", "--box", "\(fleet.box)"])
        #expect(word["bookings"] == [1])
        #expect(
            try fleet.verdict(word["code"]?.string ?? "", 0)
                == .granted(.keySwitched(to: KeyEpoch(1))))
        try fleet.store.switchOver(to: KeyEpoch(1))
        #expect(try fleet.verdict(booked, 1) == .refused(.wrong))
        let again = ["code", "issue", "--box", "\(fleet.box)", "--booking", "1"]
        let second = try fleet.run(again)["code"]?.string ?? ""
        #expect(try fleet.verdict(second, 1) == .granted(.opened(rental)))

        // Back to the hot master.
        try fleet.request("two.pem", logEpoch: 1)
        let back = try fleet.run(["enrol", "two.pem", "--out", "two.bundle"])
        #expect(back["reason"] == "afterKeySwitch" && back["reissue"] == [1])
        guard case .installed(let keys) = try fleet.install("two.bundle") else {
            Issue.record("the second bundle")
            return
        }
        #expect(keys.keyEpoch == KeyEpoch(2))
        #expect(try fleet.verdict(second, 2) == .refused(.wrong))
        let third = try fleet.run(again)["code"]?.string ?? ""
        #expect(try fleet.verdict(third, 2) == .granted(.opened(rental)))

        // A new card: what was redeemed is forgotten, so nothing of before may open.
        try fleet.request("three.pem", logEpoch: 2)
        let lost = try fleet.run(["enrol", "three.pem", "--out", "three.bundle"])
        #expect(lost["reason"] == "newLog" && lost["reissue"] == [1])
        _ = try fleet.install("three.bundle")
        #expect(try fleet.verdict(third, 3) == .refused(.wrong))
        #expect(
            try fleet.verdict(try fleet.run(again)["code"]?.string ?? "", 3)
                == .granted(.opened(rental)))
    }

    @Test func `an owner's password opens the box without a visit after the enrolment`() throws {
        let fleet = try EnrolStage()
        try fleet.claim()
        try fleet.request("one.pem", logEpoch: 1)
        try fleet.run(["enrol", "one.pem", "--out", "one.bundle"])
        _ = try fleet.install("one.bundle")
        let uri = try fleet.run(["owner", "enrol", "--box", "\(fleet.box)"])["uri"]?.string ?? ""
        let secret = try #require(uri.firstMatch(of: /secret=([A-Z2-7]{52})&/)?.output.1)
        let phone = SoftwareCodeKeys()
        phone.install(SecretBytes(Self.base32(secret)), as: .owner)
        for step: Int64 in [0, 59_000_000] {
            #expect(
                try OneTimePassword.password(step: step, with: phone)
                    == OneTimePassword.password(step: step, with: fleet.store))
        }
    }

    /// RFC 4648 section 6, as an authenticator reads it.
    static func base32(_ text: Substring) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = text.flatMap { character in
            let value = alphabet.firstIndex(of: character) ?? 0
            return (0..<5).map { value >> (4 - $0) & 1 }
        }
        return (0..<bits.count / 8).map { index in
            bits[index * 8..<index * 8 + 8].reduce(0) { $0 << 1 | UInt8($1) }
        }
    }

    @Test func `old requests, old logs and a missing cold master are refused in one line`() throws {
        let fleet = try EnrolStage()
        for (name, epoch) in [("one.pem", 2), ("two.pem", 2), ("old.pem", 1)] as [(String, UInt32)]
        {
            try fleet.request(name, logEpoch: epoch)
        }
        try fleet.run(["enrol", "one.pem"])
        try fleet.run(["enrol", "two.pem"])
        #expect(try fleet.run(["enrol", "two.pem"])["reason"] == "again")
        for (arguments, status, words) in [
            (["enrol", "one.pem"], 1, "made a later request"),
            (["enrol", "old.pem"], 1, "old copy"),
            (["enrol", "two.pem", "--cold", "nowhere"], 66, "plug in its medium"),
            (["enrol", "two.pem", "--car", "nothing"], 66, "known are"),
        ] as [([String], Int32, String)] {
            let outcome = try fleet.stage.run(arguments)
            #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
        let enrolments = try fleet.run(["box", "show", "\(fleet.box)"])["enrolments"]?.array
        #expect(enrolments?.count == 3)
    }

    @Test func `a fleet without a technician enrols nobody`() throws {
        let fleet = try EnrolStage()
        try fleet.run(["technician", "remove", "7"])
        try fleet.request("one.pem", logEpoch: 1)
        let outcome = try fleet.stage.run(["enrol", "one.pem"])
        #expect(outcome.status == 1 && outcome.errors.contains("technician add"))
        #expect(try fleet.run(["box", "list"])["boxes"] == [])
    }

    @Test func `programs that book at once wait for each other`() throws {
        let stage = try FleetStage(hasFleet: true)
        let program = BuiltProgram("cityzenbox-fleet")
        let processes = (0..<6).map { day in
            program.process(
                [
                    "booking", "add", "--box", "\(FleetStage.first)", "--driver", "+33", "--from",
                    "2026-06-1\(day + 3)T08:00Z", "--to", "2026-06-1\(day + 3)T16:00Z", "--now",
                    "2026-06-12T20:30Z",
                ], in: stage.folder, environment: ["CITYZENBOX_FLEET": "fleet"])
        }
        for process in processes {
            process.standardOutput = FileHandle.nullDevice
            try process.run()
        }
        for process in processes {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        let fleet = FleetFolder(path: stage.folder + "/fleet")
        let book = try fleet.opened().begin(writes: false).book(of: FleetStage.first)
        #expect(book.bookings.map(\.number) == Array(1...6))
    }
}
