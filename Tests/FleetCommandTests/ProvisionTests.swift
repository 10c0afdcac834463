import AccessCode
import Fleet
import FleetStore
import Foundation
import KeyStore
import Ports
import Records
import ScriptedConsole
import TestPrograms
import Testing
import Units

@testable import cityzenbox_fleet

/// A scripted box with a real key store behind it, and the real program at the other end.
final class BoxOnCable {
    let stage: FleetStage
    let console = ScriptedConsole(box: "\(FleetStage.first)")
    let store: SealedKeyStore
    /// The code that the technician was told to type.
    private(set) var code: CodeText?
    private(set) var opened: RentalID?

    init() throws {
        stage = try FleetStage(hasFleet: false)
        let folder = try KeyFolder(stage.folder + "/box")
        store = try SealedKeyStore(
            making: folder, holder: FileKeyHolder(MachineFacts(machine: "a", serial: "b")),
            box: FleetStage.first)
        let store = store
        console.claim = { technician, key, pin, fleet in
            guard let id = TechnicianID(Int64(technician) ?? 0), let key = Hex.decode(key),
                let fleet = Digest256(hex: fleet),
                let claim = BoxClaim(technician: id, key: key, pin: pin, fleet: fleet)
            else { return (false, "no claim") }
            return ((try? store.claim(claim)) == .claimed, "claimed before")
        }
        console.login = { technician, challenge, answer in
            guard let id = TechnicianID(Int64(technician) ?? 0) else { return false }
            let login = TechnicianLogin(technician: id, challenge: challenge, answer: answer)
            return (try? login.run(with: store)) == true
        }
        console.request = {
            (try? store.request(EnrolmentData(logEpoch: 1, firmware: "1.0.0"))) ?? "none"
        }
        console.install = { bundle in
            switch try? store.install(bundle: bundle, at: nil) {
            case .installed: (true, "")
            case .refused(let refusal): (false, refusal.rawValue)
            case .none: (false, "storage")
            }
        }
        for arguments in [
            ["init"], ["technician", "add", "7", "--name", "Ada", "--pin-file", "pin"],
        ] {
            try #require(try stage.run(arguments).status == 0)
        }
    }

    /// Runs the program until it ends; the cable is pulled after so many lines.
    func provision(
        pulledAfter lines: Int? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        let cable = try Cable()
        var left = lines
        let process = BuiltProgram("cityzenbox-fleet").process(
            [
                "provision", "--port", cable.path, "--car", "renault_broadcast", "--pin-file",
                "pin", "--km", "48210", "--yes", "--now", "2026-06-12T20:30Z",
            ], in: stage.folder, environment: ["CITYZENBOX_FLEET": "fleet"])
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        var rest: [UInt8] = []
        while process.isRunning, !cable.isPulled {
            for byte in cable.read() {
                rest.append(byte)
                guard byte == 0x0D || byte == 0x03 else { continue }
                let line = String(decoding: rest, as: UTF8.self).filter { $0 != "\r" }
                rest = []
                if left == 0 { cable.pull() }
                left = left.map { $0 - 1 }
                guard !cable.isPulled else { break }
                try answer(line, cable)
            }
        }
        process.waitUntilExit()
        let out = try output.fileHandleForReading.readToEnd() ?? Data()
        let err = try errors.fileHandleForReading.readToEnd() ?? Data()
        return (
            process.terminationStatus, String(decoding: out, as: UTF8.self),
            String(decoding: err, as: UTF8.self)
        )
    }

    private func answer(_ line: String, _ cable: Cable) throws {
        // Somebody is at the car: the keypad is pressed, and the test code that is out is typed.
        if line == "provision", console.done.contains("relays") {
            if console.done.contains("keypad") { try typeCode() }
            console.act("keypad")
        }
        for line in console.take(line) { cable.write(line + "\r\n") }
    }

    /// Types the code that the fleet has disclosed last, as the box would check it.
    private func typeCode() throws {
        let fleet = FleetFolder(path: stage.folder + "/fleet")
        let action = try fleet.opened().begin(writes: false)
        guard let rental = try action.book(of: FleetStage.first).bookings.last?.rental else {
            return
        }
        let issuer = CodeIssuer(box: FleetStage.first, keyEpoch: KeyEpoch(0))
        let code = try issuer.rental(rental, with: store)
        let now = CivilTime.utc(2026, 6, 12, 20, 30)
        let check = CodeCheck(
            entry: try #require(CodeEntry(digits: code.digits)),
            book: CodeBook(box: FleetStage.first, keyEpoch: KeyEpoch(0), hasColdSpare: true),
            interval: now...now, floor: now)
        guard
            case .granted(.opened(let opened)) = check.judge(
                try check.run(with: store), moving: false)
        else { return }
        self.code = code
        self.opened = opened
        console.act("code")
    }
}

@Suite struct `The installation of a box over a cable` {
    @Test func `a new box is claimed, enrolled and tested in one go`() throws {
        let box = try BoxOnCable()
        let outcome = try box.provision()
        try #require(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        #expect(outcome.output.contains("all steps are done"))
        // What the technician was told to type is what the box took.
        let code = try #require(box.code)
        #expect(outcome.errors.contains("\(code)"))
        #expect(box.store.isClaimed && box.store.keyEpoch == KeyEpoch(0))
        #expect(box.store.holds(.epoch(KeyEpoch(0))) && box.store.holds(.coldSpare(KeyEpoch(1))))
        #expect(box.store.holds(.owner))
        let fleet = FleetFolder(path: box.stage.folder + "/fleet")
        let action = try fleet.opened().begin(writes: false)
        let enrolments = try action.enrolments(of: FleetStage.first)
        #expect(enrolments.count == 1)
        #expect(enrolments.first?.certificate == box.store.certificate)
        let test = try #require(try action.book(of: FleetStage.first).bookings.last)
        #expect(test.state == .returned && test.isRedeemed && test.rental == box.opened)
    }

    @Test func `the report is signed by the fleet's acknowledgement key`() throws {
        let box = try BoxOnCable()
        _ = try box.provision()
        let folder = box.stage.folder
        let jws = try String(
            contentsOfFile: "\(folder)/\(FleetStage.first).provisioning.jws", encoding: .utf8)
        let pem = try #require(box.store.acknowledgementKey)
        #expect(
            try pem
                == String(
                    contentsOfFile: folder + "/fleet/acknowledgement.pub.pem", encoding: .utf8))
        let key = try VerifyingKey(pem: pem)
        let payload = try #require(key.payload(ofJWS: String(jws.dropLast())))
        let report = try CanonicalJSON(parsing: payload)
        #expect(report["done"] == true && report["box"] == .string("\(FleetStage.first)"))
    }

    @Test(arguments: [0, 3, 5, 8, 12, 16, 30, 60, 70, 75, 80])
    func `after a pulled cable the same command goes on`(lines: Int) throws {
        let box = try BoxOnCable()
        let first = try box.provision(pulledAfter: lines)
        #expect(first.status == 69)
        let error = first.errors.split(separator: "\n").last.map(String.init) ?? ""
        #expect(error.hasPrefix("Error: ") && error.contains("start again"), "\(first.errors)")
        let second = try box.provision()
        #expect(second.status == 0, "\(second.errors)\(second.output)")
        #expect(box.console.done.count == ScriptedConsole.steps.count)
        #expect(!box.console.hasRental)
    }

    /// Keys of the masters, the PIN and the technician's key, in any way of writing.
    @Test func `no secret is in what is printed or written beside the keys`() throws {
        let box = try BoxOnCable()
        let outcome = try box.provision()
        let folder = box.stage.folder
        var texts = [outcome.output, outcome.errors]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/fleet") {
            let data = FileManager.default.contents(atPath: "\(folder)/fleet/\(name)") ?? Data()
            texts.append(String(decoding: data, as: UTF8.self) + Hex.encode(data))
        }
        let names = ["hot", "cold", "technicians", "owners", "acknowledgement"]
        for name in names {
            let hex = try String(
                contentsOfFile: "\(folder)/fleet/keys/\(name).key", encoding: .utf8
            ).filter { $0 != "\n" }
            let bytes = try #require(Hex.decode(hex))
            let base64 = Data(bytes).base64EncodedString()
            for text in texts {
                #expect(!text.contains(hex) && !text.contains(base64.prefix(40)), "\(name)")
            }
        }
        let technician = try #require(TechnicianID(7))
        let key = SoftwareTechnicianKeys.key(
            of: technician, on: FleetStage.first,
            master: try KeyFile(path: folder + "/fleet/keys/technicians.key").load())
        for text in texts.prefix(2) {
            #expect(!text.contains(key.revealedHex()) && !text.contains("987654"))
        }
    }
}
