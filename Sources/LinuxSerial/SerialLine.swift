public import LinuxIO
public import Units

/// A serial line: a technician's console, a satellite receiver, a diagnostic adapter.
///
/// It is opened when it is there and opened again when it hangs up, after waits that grow to ten
/// seconds. Nothing blocks: what the line does not take at once waits in a queue with a bound.
/// Works on adapters, USB gadgets and pseudo-terminals.
public struct SerialLine: ~Copyable {
    /// What happened to the line.
    public enum Event: Hashable, Sendable {
        /// It is open.
        case opened
        /// These bytes came.
        case received([UInt8])
        /// It is gone, with this reason; what waited is dropped. It is opened again later.
        case hungUp(reason: String)
    }

    /// How many bytes may wait to be sent.
    public static let queueLimit = 65_536
    /// The first wait before the line is opened again.
    public static let firstWait = Milliseconds(250)
    /// The longest.
    public static let longestWait = Milliseconds.seconds(10)
    /// How many bytes one look takes, so that a flood does not starve the rest of the loop.
    static let lookMaximum = 4096

    /// The device.
    public let path: String
    /// The speed; of no effect on pseudo-terminals and USB gadgets.
    public let speed: SerialSpeed
    /// Why it could not be opened last; `nil` while it is open.
    public private(set) var failure: SystemCallFailure?

    private var device: TerminalDevice?
    private var queue: OutgoingQueue
    private var wait = BackOff(first: firstWait, longest: longestWait)
    private var retryAt: BootTime?

    /// A line that is opened with the first ``handle(at:)``.
    public init(
        path: String, speed: SerialSpeed = .b115200, queueLimit: Int = SerialLine.queueLimit
    ) {
        self.path = path
        self.speed = speed
        queue = OutgoingQueue(limit: queueLimit)
        retryAt = .boot
    }

    /// Whether it is open.
    public var isOpen: Bool {
        switch device {
        case .none: false
        case .some: true
        }
    }

    /// How many bytes wait to be sent.
    public var waiting: Int { queue.count }

    /// To wait on; `nil` while it is closed.
    public var source: PollSource? {
        switch device {
        case .none: nil
        case .some(let device):
            PollSource(
                descriptor: device.number,
                events: queue.isEmpty ? .readable : [.readable, .writable])
        }
    }

    /// When to call ``handle(at:)`` if the source is not ready before; `nil` while it is open.
    public var nextDeadline: BootTime? { retryAt }

    /// Opens the line if that is due, takes what came and sends what waits.
    public mutating func handle(at now: BootTime) -> [Event] {
        var events: [Event] = []
        if let retryAt, now >= retryAt { open(at: now, &events) }
        receive(at: now, &events)
        send(at: now, &events)
        return events
    }

    /// Sends `bytes`, behind those that wait.
    ///
    /// - Returns: `false`, and nothing is sent, while the line is closed or where there is no room
    ///   for all of them.
    public mutating func write(_ bytes: [UInt8]) -> Bool {
        isOpen && queue.append(bytes)
    }

    private mutating func open(at now: BootTime, _ events: inout [Event]) {
        do throws(SystemCallFailure) {
            device = try TerminalDevice(path: path, speed: speed)
            failure = nil
            retryAt = nil
            events.append(.opened)
        } catch {
            failure = error
            retryAt = wait.fail(at: now)
        }
    }

    private mutating func receive(at now: BootTime, _ events: inout [Event]) {
        var buffer = [UInt8](repeating: 0, count: Self.lookMaximum)
        guard let transfer = device?.read(into: &buffer) else { return }
        switch transfer {
        case .moved(let count):
            // Only what has worked counts as a new beginning.
            wait.reset()
            events.append(.received(Array(buffer[..<count])))
        case .wouldBlock: break
        case .ended: hangUp("the other end hung up", at: now, &events)
        case .failed(let code): hangUp(SystemCallFailure.text(of: code), at: now, &events)
        }
    }

    private mutating func send(at now: BootTime, _ events: inout [Event]) {
        while !queue.isEmpty {
            guard let transfer = device?.write(queue.waiting) else { return }
            switch transfer {
            case .moved(let count): queue.remove(count)
            case .wouldBlock, .ended: return
            case .failed(let code):
                return hangUp(SystemCallFailure.text(of: code), at: now, &events)
            }
        }
    }

    private mutating func hangUp(_ reason: String, at now: BootTime, _ events: inout [Event]) {
        device = nil
        queue.clear()
        retryAt = wait.fail(at: now)
        events.append(.hungUp(reason: reason))
    }
}
