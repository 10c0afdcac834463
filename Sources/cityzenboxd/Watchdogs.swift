import DataFiles
import LinuxHost
import LinuxIO
import Units

/// The signs of life that the loop gives: to the service manager and to the machine's watchdog.
struct Watchdogs: ~Copyable {
    private let manager: ServiceWatchdog?
    private let notifier: ServiceNotifier?
    private var machine: HardwareWatchdog?
    /// Half of the shortest time that somebody waits for a sign; `nil` where nobody does.
    private let interval: Milliseconds?
    private var due = BootTime.boot
    /// Why the machine's watchdog is not in use although it should be.
    private(set) var failure: SystemCallFailure?

    init(
        notifier: ServiceNotifier?, manager: ServiceWatchdog?,
        machine: BoxConfiguration.Watchdog?
    ) {
        self.notifier = notifier
        self.manager = manager
        var waits = [manager?.interval].compactMap { $0 }
        if let machine {
            do throws(SystemCallFailure) {
                let armed = try HardwareWatchdog(
                    path: machine.device, timeout: Int32(machine.seconds))
                waits.append(Milliseconds(Int64(armed.timeout) * 500))
                self.machine = consume armed
            } catch {
                failure = error
            }
        }
        interval = waits.min()
    }

    /// When the next sign is due; `nil` where nobody waits for one.
    var nextDeadline: BootTime? { interval == nil ? nil : due }

    /// Gives the signs if they are due.
    mutating func advance(to now: BootTime) {
        guard let interval, now >= due else { return }
        due = now + interval
        if let armed = machine.take() {
            do throws(SystemCallFailure) {
                try armed.keepAlive()
                failure = nil
            } catch { failure = error }
            machine = consume armed
        }
        if manager != nil { tell([.watchdog]) }
    }

    /// Tells the service manager. A box goes on without being heard.
    func tell(_ notices: [ServiceNotice]) {
        do throws(SystemCallFailure) { try notifier?.tell(notices) } catch {}
    }

    /// Lets the machine run on without signs: the box ends in order.
    mutating func disarm() {
        if let machine = machine.take() { machine.disarm() }
    }
}
