internal import Glibc
internal import LinuxIO

/// Why there is no keypad.
public struct KeypadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: String, CaseIterable, Sendable {
        /// There is no such device.
        case missing
        /// The program may not read it.
        case denied
        /// Another program has it for itself.
        case busy
        /// It is no input device.
        case foreign
        /// It was there and is gone.
        case unplugged
        /// Any other failure.
        case failed
    }

    /// The code to branch on.
    public let code: Code
    /// What was tried, on what: `open /dev/input/cityzenbox-keypad`.
    public let operation: String
    /// The reason of the kernel (errno).
    public let number: Int32

    /// `operation` failed for the reason `number`.
    init(operation: String, number: Int32) {
        self.operation = operation
        self.number = number
        code =
            switch number {
            case ENOENT, ENXIO, ENOTDIR: .missing
            case EACCES, EPERM: .denied
            case EBUSY: .busy
            case ENOTTY, EINVAL: .foreign
            case ENODEV: .unplugged
            case _: .failed
            }
    }

    /// What to do about it.
    public var remedy: String {
        switch code {
        case .missing, .unplugged:
            "plug it in, and see that the udev rules name it; it is tried again"
        case .denied: "put the user into the group input, or install the udev rules"
        case .busy: "end the program that has grabbed it"
        case .foreign: "name a device of /dev/input"
        case .failed: "look into the kernel's log"
        }
    }

    /// What was tried, on what, why it failed, what to do.
    public var description: String {
        let reason = SystemCallFailure.text(of: number)
        return "\(operation): \(reason) (\(code.rawValue)); \(remedy)"
    }
}
