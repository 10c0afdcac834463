internal import Glibc
internal import LinuxIO

/// Why a line of a chip could not be had, read or driven.
public struct LineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: String, CaseIterable, Sendable {
        /// The library that drives chips is not installed.
        case noLibrary
        /// No chip has this label.
        case noChip
        /// Several chips have this label.
        case severalChips
        /// The chip has no such line.
        case noLine
        /// Somebody else holds the line.
        case busy
        /// The program may not open the chip.
        case denied
        /// The chip or the kernel cannot do what is asked of the line.
        case unsupported
        /// The chip was there and is gone.
        case gone
        /// Any other failure.
        case failed
    }

    /// The code to branch on.
    public let code: Code
    /// What was tried, on what: `request door.lock (offset 17 of pinctrl-bcm2835)`.
    public let operation: String
    /// The reason of the kernel or of libgpiod (errno).
    public let number: Int32

    /// `operation` failed for the reason `number`, which means `code`.
    public init(_ code: Code, operation: String, number: Int32) {
        self.code = code
        self.operation = operation
        self.number = number
    }

    /// `operation` failed for the reason `number`.
    init(operation: String, number: Int32) {
        self.init(Self.code(number), operation: operation, number: number)
    }

    private static func code(_ number: Int32) -> Code {
        switch number {
        case ELIBACC: .noLibrary
        case EBUSY: .busy
        case EACCES, EPERM: .denied
        case EINVAL, ENOTSUP, ENOTTY, ENXIO: .unsupported
        case ENODEV: .gone
        case _: .failed
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch code {
        case .noLibrary: "install libgpiod3, or libgpiod2 on Debian 12"
        case .noChip: "compare the board file's chip with the labels that gpiodetect shows"
        case .severalChips: "give the chips labels of their own; no board can tell them apart"
        case .noLine: "compare the board file's line with what gpioinfo shows"
        case .busy: "end the program that gpioinfo shows as its consumer"
        case .denied: "put the user into the group cityzenbox, or install the udev rules"
        case .unsupported:
            "see that kernel and libgpiod fit: Linux 7 takes libgpiod 2 only, and not every chip "
                + "has a bias"
        case .gone: "see that the chip's driver is loaded and its bus works; it is tried again"
        case .failed: "look into the kernel's log"
        }
    }

    /// What was tried, on what, why it failed, what to do.
    public var description: String {
        let reason = SystemCallFailure.text(of: number)
        return "\(operation): \(reason) (\(code.rawValue)); \(remedy)"
    }
}
