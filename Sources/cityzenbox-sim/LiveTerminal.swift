import Glibc

/// The terminal while the desk has it: raw keys, another screen, no cursor. What it was is put back
/// on every way out.
final class LiveTerminal {
    /// What came in while it waited.
    struct Input {
        var bytes: [UInt8] = []
        var signals: [Int32] = []
        /// The terminal is gone.
        var isClosed = false
    }

    private let signals: LiveSignals
    private let usesScreen: Bool

    /// Takes the terminal; `usesScreen` also switches to the other screen.
    ///
    /// - Throws: ``Failure`` when it cannot be had.
    init(usesScreen: Bool) throws {
        self.usesScreen = usesScreen
        guard TerminalState.save() else {
            throw Failure("the terminal's settings cannot be read: run it in a terminal of its own")
        }
        signals = LiveSignals()
        CrashGuard.install()
        enter()
    }

    /// Gives the terminal back.
    func leave() {
        TerminalState.restore()
        CrashGuard.remove()
        signals.close()
    }

    /// Stops like any program in the foreground of a shell, and takes the terminal again after.
    func pause() {
        TerminalState.restore()
        signals.stopOnce()
        enter()
    }

    /// Takes the terminal again, after somebody else had it.
    func enter() {
        TerminalState.makeRaw(usesScreen: usesScreen)
    }

    /// How large it is; 80 by 24 where it does not say.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0,
            size.ws_row > 0
        else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Waits for keys, signals or input of the descriptor `other`, at most for so many
    /// milliseconds.
    func wait(milliseconds: Int32, other: Int32 = -1) -> Input {
        var input = Input()
        var polled = [STDIN_FILENO, other].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let isReady = unsafe poll(&polled, UInt(polled.count), milliseconds) > 0
        input.signals = signals.take()
        guard isReady, polled[0].revents != 0 else { return input }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 {
            input.bytes = Array(buffer[..<count])
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            // Readable and yet nothing there: it was hung up.
            input.isClosed = true
        }
        return input
    }

    /// Writes `text` whole; what a terminal that is gone does not take is lost.
    func write(_ text: String) {
        TerminalState.write(Array(text.utf8))
    }
}

/// The signals that the desk answers to, held back until it asks: no code runs in a handler.
final class LiveSignals {
    private var before = sigset_t()

    private static let numbers = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT]

    init() {
        var wanted = Self.set(of: Self.numbers)
        unsafe sigprocmask(SIG_BLOCK, &wanted, &before)
        // A terminal that is gone answers with an error, which ends the desk in order.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The numbers of the signals that came.
    func take() -> [Int32] { Self.take(Self.numbers) }

    /// Stops this process as SIGTSTP does when nobody catches it; returns when it goes on.
    func stopOnce() {
        var stop = Self.set(of: [SIGTSTP])
        raise(SIGTSTP)
        unsafe sigprocmask(SIG_UNBLOCK, &stop, nil)
        unsafe sigprocmask(SIG_BLOCK, &stop, nil)
        _ = Self.take([SIGCONT])
    }

    func close() {
        unsafe sigprocmask(SIG_SETMASK, &before, nil)
    }

    private static func take(_ numbers: [Int32]) -> [Int32] {
        var wanted = set(of: numbers)
        var atOnce = timespec()
        var taken: [Int32] = []
        while true {
            let number = unsafe sigtimedwait(&wanted, nil, &atOnce)
            guard number > 0 else { return taken }
            taken.append(number)
        }
    }

    private static func set(of numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in numbers { unsafe sigaddset(&set, number) }
        return set
    }
}
