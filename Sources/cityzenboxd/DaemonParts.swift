import Box
import DataFiles
import Diagnostics
import Glibc
import KeyStore
import LinuxBoard
import LinuxHost
import LinuxIO
import LinuxTime
import Ports
import Runtime
import Status
import TripLog
import Units
import Vehicle

/// The parts of a ``Daemon``, opened in the order in which they must be: signals before anything
/// is started, outputs at rest before anything is listened to.
struct DaemonParts: ~Copyable {
    let installation: Installation
    let identity: BoxIdentity
    let startedAt: BootTime
    let chronicle: Chronicle
    let signals: ProcessSignals
    let timer: DeadlineTimer
    let board: LinuxBoard
    let keypad: EvdevKeypad
    let rtc: DeviceRTC
    let buses: CarBuses
    let network: NetworkWatch?
    let server: LocalServer?
    let watchdogs: Watchdogs
    let host: BoxHost
    let powerSwitch: PowerSwitch
    let keys: any BoxKeyStore
}

extension Daemon {
    /// Opens what `installation` names, and goes on at `desk`, where there is one. A device that is
    /// not there is a fault, not the end.
    ///
    /// - Throws: ``Refusal`` where the box cannot know who it is, its keys cannot be read, or the
    ///   system lacks what every Linux has.
    static func start(_ installation: Installation, desk: ConsoleDesk?) throws -> Daemon {
        let configuration = installation.configuration
        let state = StateFolder(path: configuration.state)
        let box = try BoxFolder(installation).open()
        let identity = box.identity
        let keys = box.keys
        let journal = Journal(
            identifier: "cityzenboxd", stream: Environment.value("JOURNAL_STREAM"))
        let chronicle = Chronicle(journal)
        let signals = try ProcessSignals()
        let moment = KernelClock.moment
        let powerSwitch = PowerSwitch()
        let board = LinuxBoard(
            layout: installation.board, clock: { KernelClock.now }, powerOff: powerSwitch.turnOff)
        let rtc = DeviceRTC(path: configuration.rtc)
        let buses = try CarBuses(installation, at: moment) { KernelClock.now }
        let uplink = NoUplink()
        let host = BoxHost(at: moment.boot) { now throws(StorageError) in
            let log = try openLog(state, identity, configuration)
            return (
                try openBox(
                    installation, identity, at: now,
                    ports: BoxPorts(
                        log: log, floor: FileFloorStore(path: state.floor), keys: keys,
                        board: board, rtc: rtc, uplink: uplink, bus: buses)), log
            )
        }
        buses.conditions = { [weak host] now in
            host?.runtime?.pollingConditions(at: now) ?? PollingConditions()
        }
        let notifier = ServiceNotifier(notifySocket: Environment.value("NOTIFY_SOCKET"))
        let watchdog = ServiceWatchdog(
            microseconds: Environment.value("WATCHDOG_USEC"),
            watched: Environment.value("WATCHDOG_PID"), process: getpid())
        return Daemon(
            DaemonParts(
                installation: installation, identity: identity, startedAt: moment.boot,
                chronicle: chronicle, signals: signals, timer: try DeadlineTimer(), board: board,
                keypad: EvdevKeypad(path: configuration.keypad) { KernelClock.now }, rtc: rtc,
                buses: buses, network: chronicle.network(),
                server: chronicle.server(at: configuration.statusSocket),
                watchdogs: Watchdogs(
                    notifier: notifier, manager: watchdog, machine: configuration.watchdog),
                host: host, powerSwitch: powerSwitch, keys: keys), desk: desk)
    }

    private static func openLog(
        _ state: StateFolder, _ identity: BoxIdentity, _ configuration: BoxConfiguration
    ) throws(StorageError) -> TripLog {
        let log = try TripLog(
            path: state.log, box: identity.box, hashing: OpenSSLHashing(),
            options: TripLog.Options(capacity: configuration.logCapacity))
        guard log.epoch == identity.logEpoch else {
            throw StorageError(
                .foreign, operation: "open the log \(state.log)",
                reason: "it is of epoch \(log.epoch), the box of \(identity.logEpoch); "
                    + "provision the box in a new epoch")
        }
        return log
    }

    private static func openBox(
        _ installation: Installation, _ identity: BoxIdentity, at now: BootTime, ports: BoxPorts
    ) throws(StorageError) -> BoxRuntime {
        let profile = installation.profile.vehicle
        let configuration = installation.configuration
        return try BoxRuntime(
            setup: BoxSetup(
                firmware: Firmware.version, profile: profile.title,
                odometers: profile.odometerKeys, batteryFloor: configuration.batteryFloor,
                batteryLow: configuration.batteryLow),
            profile: profile, ports: ports, provisioned: identity.provisioned, at: now)
    }
}

/// A box without a way to its fleet: its log is pulled by hand.
final class NoUplink: UplinkTrigger {
    func syncSoon() {}
}

/// Variables of the environment.
enum Environment {
    static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
