import DataFiles
import Glibc
import KeyStore
import Ports
import Simulation
import Units
import Vehicle

/// A desk without a screen: the box runs in real time, and whoever wants opens its serial console.
struct LiveConsoleRun {
    private let session: LiveSession

    /// The longest pause, in milliseconds.
    private static let period: Int32 = 50

    init(_ session: LiveSession) {
        self.session = session
    }

    /// Until a signal comes; which one it was, unless it is the keyboard's.
    ///
    /// - Throws: ``Ports/StorageError`` when the log cannot be read.
    func run() throws(StorageError) -> Int32? {
        guard let console = session.console else { return nil }
        let signals = LiveSignals()
        defer { signals.close() }
        say("console \(console.line.path)")
        let technician = session.technician
        say("technician \(technician.id) key \(Hex.encode(technician.key)) pin \(technician.pin)")
        var anchor = HostClock.now
        var told = ""
        while true {
            let now = HostClock.now
            try session.pass(to: session.box.truth + (now - anchor))
            anchor = now
            session.tendConsole()
            if let open = console.challenge, open.challenge != told {
                told = open.challenge
                say("challenge \(open.challenge) answer \(open.answer)")
            }
            var polled = pollfd(fd: console.line.descriptor, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&polled, 1, Self.period)
            for signal in signals.take() where signal != SIGWINCH && signal != SIGCONT {
                return signal == SIGINT || signal == SIGQUIT ? nil : signal
            }
        }
    }

    /// A line at once: whoever reads it waits for it.
    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}

/// The profiles that a probe at the console tells apart.
enum LiveProfiles {
    /// All in the folder of profiles that can be read.
    static func all() -> [VehicleProfile] {
        DataFolder.profiles.names.compactMap { try? ProfileSheet.vehicle($0) }
    }
}
