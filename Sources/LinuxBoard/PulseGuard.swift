internal import CGPIOD
internal import Glibc
internal import LinuxIO
internal import Units

/// A second process that shares the outputs and ends what this one fails to end.
///
/// A pulse has to end while this process writes to a slow card, when it is stopped, and when it is
/// killed. The kernel alone does not see to the last: on Raspberry Pi kernels an output keeps its
/// level after its owner is gone, unless `dtparam=strict_gpiod` is set. The guard ends all pulses
/// when this process is gone, each pulse when its bound has passed, and itself when its owner goes.
/// Should both processes be killed in one moment, the kernel's rule is what remains, until the
/// board is opened again: that puts every output to its safe level before anything else.
struct PulseGuard: ~Copyable {
    private let socket: Int32
    private let process: pid_t

    init(socket: Int32, process: pid_t) {
        self.socket = socket
        self.process = process
    }

    deinit { cgpiod_stop_guard(socket, process) }

    /// Ready when the guard is gone.
    var source: PollSource { PollSource(descriptor: socket, events: .readable) }

    /// Whether the guard still is there.
    var isThere: Bool { cgpiod_has_guard(socket) }

    /// The output `line` of the request is put to its safe level after `bound`, whatever happens
    /// here.
    ///
    /// - Returns: `false` when the guard cannot be told, and so is gone.
    borrowing func arm(_ line: Int, bound: Milliseconds) -> Bool {
        cgpiod_arm_guard(socket, UInt32(line), UInt32(clamping: bound.count)) == 0
    }
}
