internal import CLinux
internal import Glibc
public import LinuxIO

/// What somebody asks of a running service by a signal.
public enum ProcessSignal: Hashable, Sendable {
    /// End in order (SIGTERM, SIGINT).
    case terminate
    /// Read the configuration again (SIGHUP).
    case reload
}

/// The signals to this process, as events of the one loop instead of interruptions.
public struct ProcessSignals: ~Copyable {
    private let descriptor: Descriptor

    /// Takes the signals of ``ProcessSignal`` over, for the whole process and for those that it
    /// starts; a broken pipe no longer ends it.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public init() throws(SystemCallFailure) {
        let signals = [SIGTERM, SIGINT, SIGHUP]
        let result = unsafe signals.withUnsafeBufferPointer { list in
            unsafe clinux_signals(list.baseAddress, list.count)
        }
        guard result >= 0 else {
            throw SystemCallFailure(
                "take over", on: "signals", code: -result,
                remedy: "raise the number of open files of the service (LimitNOFILE)")
        }
        descriptor = Descriptor(owning: result)
    }

    /// To wait on.
    public var source: PollSource {
        PollSource(descriptor: descriptor.number, events: .readable)
    }

    /// The next signal that came; `nil` for none.
    public borrowing func take() -> ProcessSignal? {
        switch clinux_signal_take(descriptor.number) {
        case SIGTERM, SIGINT: .terminate
        case SIGHUP: .reload
        case _: nil
        }
    }
}
