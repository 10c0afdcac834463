import DataFiles
import LinuxBoard
import LinuxTime

/// Reading the configuration again.
extension Daemon {
    /// Takes over what can change while the box runs; the rest waits for a restart, and a file that
    /// is wrong changes nothing.
    func reload() {
        let fresh: Installation
        do throws(DataFileError) {
            let path = installation.path
            fresh = try Installation(try BoxConfiguration.load(path), path: path)
        } catch {
            staleConfiguration = "\(error)"
            return chronicle.tellReload(refused: "\(error)")
        }
        if fresh.configuration.keypad != installation.configuration.keypad {
            keypad = EvdevKeypad(path: fresh.configuration.keypad) { KernelClock.now }
        }
        if fresh.configuration.batterySensor != installation.configuration.batterySensor {
            gauge.replaceSensor(fresh.configuration.batterySensor)
        }
        let waiting = installation.keysThatWait(for: fresh)
        installation.configuration.keypad = fresh.configuration.keypad
        installation.configuration.batterySensor = fresh.configuration.batterySensor
        staleConfiguration =
            waiting.isEmpty
            ? nil : "changed, and waiting for a restart: \(waiting.joined(separator: ", "))"
        chronicle.tellReload(waiting: waiting)
    }
}

extension Installation {
    /// The keys whose new values count only after a restart.
    func keysThatWait(for fresh: Installation) -> [String] {
        let (old, new) = (configuration, fresh.configuration)
        var keys: [String] = []
        if fresh.board != board { keys.append("board") }
        if fresh.profile != profile || old.interfaces != new.interfaces
            || old.isBench != new.isBench
        {
            keys.append("car")
        }
        if old.state != new.state { keys.append("state") }
        if old.rtc != new.rtc { keys.append("rtc") }
        if old.batteryLow != new.batteryLow || old.batteryFloor != new.batteryFloor {
            keys.append("battery")
        }
        if old.logCapacity != new.logCapacity { keys.append("log") }
        if old.watchdog != new.watchdog { keys.append("watchdog") }
        if old.statusSocket != new.statusSocket { keys.append("status_socket") }
        if self.keys != fresh.keys { keys.append("keys") }
        if old.console != new.console { keys.append("console") }
        return keys
    }
}
