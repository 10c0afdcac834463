public import Box
public import LinuxIO
public import Units

/// Whether the keypad is there.
public enum KeypadCondition: Hashable, Sendable {
    /// It is.
    case ready
    /// It is not; it is tried again.
    case absent(KeypadError)
}

/// The keypad at the car as an input device of Linux (evdev).
///
/// The kernel scans and debounces the keys and wakes the box; this reads them. Unplugged, it waits
/// for the device to come back under its path. It has no thread: whoever owns it waits for
/// ``source`` and until ``nextDeadline``, then calls ``advance()``.
public final class EvdevKeypad {
    /// Where the udev rules put the keypad, whichever it is.
    public static let usualPath = "/dev/input/cityzenbox-keypad"
    /// More than a hand types between two looks: a device that never ends is not read for ever.
    private static let readingsMaximum = 16

    /// Whether the keypad is there.
    public private(set) var condition = KeypadCondition.ready

    private let path: String
    private let clock: () -> BootTime
    private var device: InputDevice?
    private var decoder = KeypadDecoder()
    private var reopening: Reopening

    /// The keypad at `path`, opened if it is there. `clock` reads CLOCK_BOOTTIME.
    public init(path: String = EvdevKeypad.usualPath, clock: @escaping () -> BootTime) {
        self.path = path
        self.clock = clock
        let now = clock()
        reopening = Reopening(at: now)
        open(at: now)
    }

    /// What to wait for; `nil` while there is no keypad.
    public var source: PollSource? { device?.source }

    /// When ``advance()`` is due if nothing happens before; `nil` while there is a keypad.
    public var nextDeadline: BootTime? { reopening.deadline }

    /// The keys that were pressed since the last call.
    public func advance() -> [BoxInput] {
        let now = clock()
        if reopening.isDue(at: now) { open(at: now) }
        var keys: [Key] = []
        for _ in 0..<Self.readingsMaximum {
            switch device?.read() ?? .empty {
            case .events(let bytes): keys += decoder.take(bytes[...])
            case .empty: return keys.map(BoxInput.keyPressed)
            case .lost(let number):
                lose(KeypadError(operation: "read \(path)", number: number), at: now)
            }
        }
        return keys.map(BoxInput.keyPressed)
    }

    private func open(at now: BootTime) {
        do throws(KeypadError) {
            device = try InputDevice(path)
            decoder = KeypadDecoder()
            condition = .ready
            reopening.succeeded()
        } catch {
            lose(error, at: now)
        }
    }

    private func lose(_ error: KeypadError, at now: BootTime) {
        device = nil
        condition = .absent(error)
        reopening.failed(at: now)
    }
}
