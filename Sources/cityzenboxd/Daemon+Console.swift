import AccessCode
import Box
import Console
import ConsoleHost
import DataFiles
import KeyStore
import LinuxBoard
import LinuxHost
import LinuxIO
import LinuxTime
import Ports
import Records
import Runtime
import TripLog
import Units
import Vehicle

/// The box as its console is served.
extension Daemon: ServedBox {
    /// How long a relay has to follow, behind its pulse.
    private static let relayTime = Milliseconds(500)
    /// More than there can be news of lines while a relay moves.
    private static let turnsOfRelay = 200

    var runtime: BoxRuntime? { host.runtime }
    var log: TripLog? { host.log }
    var now: BootTime {
        time = max(time, KernelClock.now)
        return time
    }
    var isPaired: Bool { installation.isPaired }

    var net: BoxFacts.Net {
        var net = BoxFacts.Net()
        net.online = host.runtime?.box.online ?? false
        net.link = network?.hasWayOut == true ? "ip" : nil
        return net
    }

    var profiles: [VehicleProfile] {
        DataFolder.profiles.names.compactMap { name in
            do throws(DataFileError) { return try Installation.compiled(name).vehicle } catch {
                return nil
            }
        }
    }

    func deliver(_ input: BoxInput) { take(input, at: now) }

    func random(_ count: Int) -> [UInt8]? {
        do throws(KeyError) { return try SystemRandom.bytes(count) } catch { return nil }
    }

    func testNet() -> [LineTest] {
        let hasWayOut = network?.hasWayOut == true
        return [
            LineTest(
                "network", passed: hasWayOut, hasWayOut ? "there is a way out" : "no way out"),
            LineTest("fleet", passed: false, "this firmware does not call it"),
        ]
    }

    func pair(_ name: String) -> ActionOutcome {
        let compiled: CompiledProfile
        do throws(DataFileError) {
            guard !name.contains("/") else { return .refused(.unknownProfile, "") }
            compiled = try Installation.compiled(name)
        } catch {
            return .refused(.unknownProfile, error.reason)
        }
        guard compiled.vehicle != installation.profile.vehicle else {
            return .done("it is read so already")
        }
        let state = StateFolder(path: installation.configuration.state)
        do throws(SystemCallFailure) {
            try state.pairing.replace(CarPairing(profile: name).bytes)
        } catch {
            return .refused(.storageFailed, "\(error)")
        }
        nextProfile = compiled.vehicle.title
        return .done("\(compiled.vehicle.title), \(compiled.describes)")
    }

    func unpair() {
        do throws(SystemCallFailure) {
            try StateFolder(path: installation.configuration.state).pairing.remove()
            nextProfile = CompiledProfile.none.vehicle.title
        } catch {
            chronicle.tellFailure("car.pairing", "\(error)")
        }
    }

    func releaseStarter() -> Bool? {
        board.releaseStarter()
        return awaitRelay()
    }

    func inhibitStarter(_ proof: InterlockProof) -> Bool? {
        board.inhibitStarter(proof)
        return awaitRelay()
    }

    func lockDoors() { board.pulseDoor(.lock) }

    /// Waits until the relay has moved, or should have. The Box hears of every line but the
    /// read-back, which it did not ask to change.
    private func awaitRelay() -> Bool? {
        let end = KernelClock.now + Self.relayTime
        for _ in 0..<Self.turnsOfRelay where KernelClock.now < end {
            wait(for: board.sources, until: [board.nextDeadline, end])
            for input in board.advance() {
                if case .lineRead(.starterInhibitSense, _) = input { continue }
                deliver(input)
            }
        }
        return board.starterIsInhibited
    }

    /// After KEYSWITCH the store follows the log, and forgets the key that was retired.
    func tendKeys() {
        guard let wanted = host.runtime?.box.durable.book.keyEpoch, let held = keys.keyEpoch,
            held < wanted, wanted != keysTriedFor
        else { return }
        keysTriedFor = wanted
        do throws(KeyStoreFailure) { try keys.switchOver(to: wanted) } catch {
            chronicle.tellFailure("keys", "\(error)")
        }
    }
}
