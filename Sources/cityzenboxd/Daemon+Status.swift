import AccessCode
import Box
import DataFiles
import Glibc
import LinuxBoard
import LinuxCAN
import LinuxHost
import LinuxIO
import LinuxTime
import Ports
import Records
import Runtime
import Status
import Units

/// What the box says about itself.
extension Daemon {
    /// The answer to whoever asks: one line for scripts, then lines for people.
    var answer: String {
        let status = status
        return ([status.json.text] + status.lines).map { $0 + "\n" }.joined()
    }

    /// How the box stands now.
    var status: BoxStatus {
        let now = KernelClock.now
        var status = BoxStatus(
            box: identity.box, version: Firmware.version, uptime: now - startedAt)
        status.faults = faults
        status.work = host.runtime.map { BoxStatus.Work(of: $0.box, at: now) }
        status.network = network?.hasWayOut
        for (index, bus) in buses.buses.enumerated() {
            status.buses.append(
                BoxStatus.Bus(
                    name: buses.names[index], interface: bus.supervisor.expectation.interface,
                    state: bus.supervisor.state.code,
                    heard: bus.supervisor.heardAt.map { now - $0 }, lost: buses.lost[index]))
        }
        return status
    }

    /// What is not as it should be, the gravest first.
    var faults: [FaultReport] {
        let found =
            deviceFaults + buses.buses.flatMap { $0.supervisor.faults } + boxFaults
        return found.sorted { $0.fault.rank < $1.fault.rank }
    }

    private var deviceFaults: [FaultReport] {
        var faults: [FaultReport] = []
        switch board.condition {
        case .ready: break
        case .unguarded(let error): faults.append(FaultReport(.boardUnguarded, "\(error)"))
        case .absent(let error): faults.append(FaultReport(.boardAbsent, "\(error)"))
        }
        switch keypad.condition {
        case .ready: break
        case .absent(let error): faults.append(FaultReport(.keypadAbsent, "\(error)"))
        }
        if board.lostPulses > 0 {
            let lost = board.lostPulses
            faults.append(FaultReport(.pulsesLost, "\(lost) pulses since the start"))
        }
        if let failure = board.lampsFailure {
            faults.append(FaultReport(.lampsAbsent, "\(failure)"))
        }
        if let failure = rtc.failure { faults.append(FaultReport(.rtcFailed, "\(failure)")) }
        if !rtc.voltage.isDisjoint(with: [.batteryLow, .batteryEmpty]) {
            faults.append(FaultReport(.rtcBattery, "the clock behind \(rtc.path) says so"))
        }
        if let failure = gauge.failure {
            faults.append(FaultReport(.batteryUnmeasured, "\(failure)"))
        }
        if let failure = watchdogs.failure {
            faults.append(FaultReport(.watchdogAbsent, "\(failure)"))
        }
        if let failure = installation.pairingFailure {
            faults.append(FaultReport(.carUnpaired, failure))
        } else if !isPaired {
            faults.append(FaultReport(.carUnpaired, "nobody has said which profile fits"))
        }
        if let failure = desk?.failure, failure.code != ENOENT {
            faults.append(FaultReport(.consoleAbsent, "\(failure)"))
        }
        if let staleConfiguration {
            faults.append(FaultReport(.configurationStale, staleConfiguration))
        }
        return faults
    }

    private var boxFaults: [FaultReport] {
        switch host.state {
        case .waiting(let error): return [FaultReport(.logAbsent, "\(error)")]
        case .working(let runtime, _):
            let work = BoxStatus.Work(of: runtime.box, at: KernelClock.now)
            var faults = work.faults
            if let failure = runtime.lastFloorFailure {
                faults.append(FaultReport(.logFailed, "\(failure)"))
            }
            if !keys.holds(.epoch(runtime.box.durable.book.keyEpoch)) {
                let who = keys.isClaimed ? "the fleet has not enrolled it" : "nobody has claimed it"
                faults.append(FaultReport(.keysMissing, "box \(identity.box): \(who)"))
            } else if let failure = runtime.lastKeyFailure {
                faults.append(FaultReport(.keysFailed, "\(failure)"))
            }
            return faults
        }
    }
}

extension Fault {
    /// Graver faults come first: the order of their declaration.
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension BusSupervisor {
    /// What is wrong with the bus.
    fileprivate var faults: [FaultReport] {
        var faults: [FaultReport] = []
        let name = expectation.interface
        switch state {
        case .absent: faults.append(FaultReport(.busDown, "there is no interface \(name)"))
        case .down: faults.append(FaultReport(.busDown, "\(name) is turned off"))
        case .refused(let mistake):
            faults.append(FaultReport(.busRefused, mistake.advice(name)))
        case .up: break
        case .busOff:
            faults.append(FaultReport(.busOff, "\(name), \(busOffs) times since the start"))
        case .broken: faults.append(FaultReport(.busBroken, name))
        }
        if expectation.role == .polls, isControllerSilent, !isSilenced {
            faults.append(
                FaultReport(.busMute, "\(name) is listen-only, and the profile asks the car"))
        }
        if isSilenced {
            faults.append(FaultReport(.busSilenced, "\(name), after \(busOffs) bus-offs"))
        }
        return faults
    }
}

extension BusSupervisor.State {
    /// The stable code.
    var code: String {
        switch self {
        case .absent: "absent"
        case .down: "down"
        case .refused: "refused"
        case .up(let errors): errors == .active ? "up" : "up.\(errors.rawValue)"
        case .busOff: "busOff"
        case .broken: "broken"
        }
    }
}
