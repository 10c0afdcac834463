import AccessCode
import Box
import LinuxCAN
import LinuxHost
import LinuxIO
import Records
import Runtime
import Status
import Units
import Vehicle

/// What happens in the box, told to the journal: what it did and why not, and each fault once when
/// it comes and once when it goes. No digit of a code is ever told.
final class Chronicle: RuntimeObserver {
    private let journal: Journal
    private var known: [FaultReport] = []
    /// The kinds of the records that are being written.
    private var asked: [String] = []

    init(_ journal: Journal) { self.journal = journal }

    func tellStart(_ box: BoxID) {
        journal.tell(
            .notice, "started", "box \(box) is at work, firmware \(Firmware.version)",
            [Journal.Field("CITYZENBOX_BOX", box.description)])
    }

    func tellEnd() { journal.tell(.notice, "stopped", "stopped in order") }

    func tellNetwork(_ hasWayOut: Bool) {
        journal.tell(
            .information, "network", hasWayOut ? "there is a way out" : "there is no way out")
    }

    func tellReload(waiting: [String]) {
        journal.tell(
            waiting.isEmpty ? .notice : .warning, "configuration.read",
            waiting.isEmpty
                ? "the configuration was read again"
                : "the configuration was read again; \(waiting.joined(separator: ", ")) "
                    + "waits for a restart")
    }

    func tellReload(refused reason: String) {
        journal.tell(
            .error, "configuration.refused", "\(reason); the box goes on with what it had")
    }

    /// Tells that `what` could not be done.
    func tellFailure(_ what: String, _ reason: String) {
        journal.tell(.error, what, reason)
    }

    /// Tells what came and what went since the last call.
    func compare(_ faults: [FaultReport], at now: BootTime) {
        guard faults != known else { return }
        for report in faults where !known.contains(where: { $0.fault == report.fault }) {
            journal.tell(
                .warning, "fault.begin",
                "\(report.fault.rawValue): \(report.detail); \(report.fault.consequence)",
                [Journal.Field("CITYZENBOX_FAULT", report.fault.rawValue)])
        }
        for report in known where !faults.contains(where: { $0.fault == report.fault }) {
            journal.tell(
                .notice, "fault.end", report.fault.rawValue,
                [Journal.Field("CITYZENBOX_FAULT", report.fault.rawValue)])
        }
        known = faults
    }

    /// Tells what happened to the bus called `bus`.
    func tell(_ report: BusReport, of bus: String) {
        let field = [Journal.Field("CITYZENBOX_BUS", bus)]
        switch report {
        case .fellAsleep, .woke, .errorState:
            journal.tell(.debug, "bus", "\(bus): \(report.words)", field)
        case .turnedOn, .turnedOff, .restarted:
            journal.tell(.information, "bus", "\(bus): \(report.words)", field)
        case .vanished, .refused, .busOff, .silenced, .notChanged, .framesLost, .broken:
            journal.tell(.warning, "bus", "\(bus): \(report.words)", field)
        }
    }

    func took(_ input: BoxInput, at now: BootTime) {
        switch input {
        case .committed:
            for kind in asked {
                journal.tell(
                    .information, "record", kind, [Journal.Field("CITYZENBOX_RECORD", kind)])
            }
            asked = []
        case .commitFailed:
            journal.tell(
                .error, "record.failed", "not written: \(asked.joined(separator: ", "))")
            asked = []
        case .started, .keyPressed, .vehicleHeard, .odometerConfirmed, .odometerChosen, .lineRead,
            .batteryRead, .rtcRead, .timeOffered, .storageRead, .coverageChanged, .deadlinePassed,
            .stopping, .codeChecked, .keysFailed, .receiptMade, .technicianActed,
            .keysChanged, .rentalEndedByTechnician:
            break
        }
    }

    func heardCar(at now: BootTime) {}

    func carriedOut(_ effect: BoxEffect, at now: BootTime) {
        switch effect {
        case .pulseDoor(let action):
            journal.tell(.notice, "door", "a pulse to \(action.rawValue) is asked for")
        case .releaseStarter: journal.tell(.notice, "starter", "the inhibit is to be released")
        case .inhibitStarter: journal.tell(.notice, "starter", "the inhibit is to be engaged")
        case .signal(let signal):
            guard signal != .digit else { return }
            journal.tell(.information, "signal", signal.code)
        case .commit(let commit):
            asked = commit.drafts.map { $0.body.kind.rawValue }
        case .powerOff: journal.tell(.notice, "power.off", "the Box has nothing more to write")
        case .setRTC: journal.tell(.information, "clock", "the battery-backed clock is set")
        case .pinOdometer(let key):
            journal.tell(.notice, "odometer", "billed by \(key.name) from now on")
        case .storeFloor, .readRTC, .sync, .acceptOdometerStep, .answerOdometer, .check,
            .makeReceipt:
            break
        }
    }
}

/// What is worth having and not worth ending for.
extension Chronicle {
    /// The watch over the network; where it cannot be, that is told and there is none.
    func network() -> NetworkWatch? {
        do throws(SystemCallFailure) { return try NetworkWatch() } catch {
            journal.tell(.warning, "network.watch", "\(error)")
            return nil
        }
    }

    /// The server of the status at `path`; where it cannot be, that is told and there is none.
    func server(at path: String) -> LocalServer? {
        do throws(SystemCallFailure) { return try LocalServer(path: path) } catch {
            journal.tell(.warning, "status.socket", "\(error)")
            return nil
        }
    }
}

extension BusReport {
    /// What happened, for a person.
    fileprivate var words: String {
        switch self {
        case .turnedOn: "it is set up as expected, and listened to"
        case .turnedOff: "somebody turned it off"
        case .vanished: "its interface is gone"
        case .refused(let mistake): "not listened to: \(mistake.code)"
        case .errorState(let state): "the error counters say \(state.rawValue)"
        case .busOff(let count): "bus-off, for the \(count). time since the start"
        case .restarted: "its controller is back"
        case .silenced: "the box keeps silent on it until the next start"
        case .notChanged(let code):
            "its controller cannot be changed: \(SystemCallFailure.text(of: code))"
        case .fellAsleep: "nothing was heard for a minute"
        case .woke: "something is heard again"
        case .framesLost(let count): "the box was too slow: \(count) frames lost"
        case .broken(let code): "its socket broke: \(SystemCallFailure.text(of: code))"
        }
    }
}
