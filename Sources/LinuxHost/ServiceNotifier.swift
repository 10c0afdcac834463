internal import CLinux
public import LinuxIO
public import Units

/// What a service tells systemd about itself (sd_notify(3)).
public enum ServiceNotice: Hashable, Sendable {
    /// It has started.
    case ready
    /// It is about to stop.
    case stopping
    /// It is alive.
    case watchdog
    /// Something is badly wrong: treat it as if it were dead.
    case watchdogTrigger
    /// One line for people.
    case status(String)

    /// The line of the protocol. A status loses its line ends, which would begin another notice.
    public var line: String {
        switch self {
        case .ready: "READY=1"
        case .stopping: "STOPPING=1"
        case .watchdog: "WATCHDOG=1"
        case .watchdogTrigger: "WATCHDOG=trigger"
        case .status(let text):
            "STATUS="
                + String(
                    String.UnicodeScalarView(
                        text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 }))
        }
    }
}

/// The way to the service manager: one datagram for each telling, to a socket that systemd names
/// in the environment.
public struct ServiceNotifier: Hashable, Sendable {
    /// Where it listens: a path, or an abstract name behind `@`.
    public let address: String

    /// The way that the variable NOTIFY_SOCKET names; `nil` where it names none of this machine,
    /// as for a program that was started by hand.
    public init?(notifySocket: String?) {
        guard let notifySocket, let first = notifySocket.utf8.first,
            first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
            notifySocket.utf8.count > 1
        else { return nil }
        address = notifySocket
    }

    /// Tells all of `notices` at once.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``. A box goes on without being heard.
    public func tell(_ notices: [ServiceNotice]) throws(SystemCallFailure) {
        let bytes = Array(notices.map(\.line).joined(separator: "\n").utf8)
        let name = Array(address.utf8)
        let result = unsafe name.withUnsafeBufferPointer { name in
            unsafe name.withMemoryRebound(to: CChar.self) { name in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe clinux_datagram(
                        name.baseAddress, name.count, bytes.baseAddress, bytes.count)
                }
            }
        }
        guard result >= 0 else {
            throw SystemCallFailure(
                "notify", on: address, code: Int32(clamping: -result),
                remedy: "set NotifyAccess=main in the unit, and let it use AF_UNIX")
        }
    }
}

/// How often the service manager wants to hear that the service is alive.
public struct ServiceWatchdog: Hashable, Sendable {
    /// After this time without a sign the service is killed.
    public let limit: Milliseconds

    /// What the variables WATCHDOG_USEC and WATCHDOG_PID say to the process with the number
    /// `process`; `nil` where no sign is expected, or of another process.
    public init?(microseconds: String?, watched: String?, process: Int32) {
        guard let microseconds, let count = Int64(microseconds), count >= 1000 else { return nil }
        if let watched {
            guard let number = Int32(watched), number == process else { return nil }
        }
        limit = Milliseconds(count / 1000)
    }

    /// How often to give a sign: twice as often as needed, as systemd advises.
    public var interval: Milliseconds { Milliseconds(max(1, limit.count / 2)) }
}
