import Glibc

/// What the terminal was before, where a handler of a crash finds it too.
///
/// Only the main thread writes it, and a handler only reads it.
enum TerminalState {
    nonisolated(unsafe) private static var saved = termios()
    nonisolated(unsafe) private static var isSaved = false
    nonisolated(unsafe) private static var isOnScreen = false
    /// Leaves the other screen, shows the cursor, plain ink: ready made, as a handler must not
    /// allocate.
    nonisolated(unsafe) private static var leaving: [UInt8] = []

    /// Remembers the settings; whether they could be read.
    static func save() -> Bool {
        unsafe leaving = Array("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l".utf8)
        unsafe isSaved = tcgetattr(STDIN_FILENO, &saved) == 0
        return unsafe isSaved
    }

    /// Keys come one by one and unseen; Ctrl-C, Ctrl-\ and Ctrl-Z stay signals.
    static func makeRaw(usesScreen: Bool) {
        var raw = unsafe saved
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON)
        raw.c_iflag &= ~tcflag_t(ICRNL | IXON)
        unsafe withUnsafeMutableBytes(of: &raw.c_cc) { keys in
            unsafe keys[Int(VMIN)] = 0
            unsafe keys[Int(VTIME)] = 0
        }
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        unsafe isOnScreen = usesScreen
        if usesScreen { write(Array("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J".utf8)) }
    }

    /// Puts everything back. Runs in handlers too: only calls that POSIX allows there.
    static func restore() {
        guard unsafe isSaved else { return }
        if unsafe isOnScreen {
            unsafe isOnScreen = false
            unsafe leaving.withUnsafeBufferPointer { bytes in
                _ = unsafe Glibc.write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
            }
        }
        // Keys that were typed ahead were meant for the desk, not for the shell.
        _ = tcflush(STDIN_FILENO, TCIFLUSH)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &saved)
    }

    /// Writes all of `bytes`, waiting for a slow terminal.
    static func write(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe Glibc.write(
                    STDOUT_FILENO, buffer.baseAddress.map { unsafe $0 + start },
                    buffer.count - start)
            }
            if count > 0 {
                start += count
            } else if errno == EAGAIN {
                var polled = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&polled, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }
}

/// Puts the terminal back before a crash is told, so that the message can be read.
enum CrashGuard {
    private typealias Action = sigaction

    private static let numbers = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
    nonisolated(unsafe) private static var before = [Action](repeating: Action(), count: 32)

    static func install() {
        for number in numbers {
            var action = Action()
            unsafe action.__sigaction_handler.sa_handler = { number in
                TerminalState.restore()
                // The same once more, for whoever handled it before.
                _ = unsafe sigaction(number, &CrashGuard.before[Int(number)], nil)
                raise(number)
            }
            _ = unsafe sigaction(number, &action, &before[Int(number)])
        }
    }

    static func remove() {
        for number in numbers { _ = unsafe sigaction(number, &before[Int(number)], nil) }
    }
}
