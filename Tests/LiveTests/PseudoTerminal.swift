import Glibc

/// A program on a terminal of its own, and what a person in front of it sees.
final class PseudoTerminal {
    private let master: Int32
    private let slave: Int32
    private let process: pid_t
    private var hasEnded = false
    private(set) var screen: TerminalModel

    /// What was tried, and that it did not work.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    /// TIOCSPTLCK of Linux: unlocks the other end.
    private static let setLock: UInt = 0x4004_5431
    /// TIOCGPTN of Linux: the number of the other end.
    private static let getNumber: UInt = 0x8004_5430
    /// POSIX_SPAWN_SETSID of glibc: the program leads a session of its own.
    private static let ownSession: Int16 = 0x80
    /// How long a person waits before giving up, in milliseconds: only a hang takes so long.
    private static let patience: Int64 = 60_000

    /// Starts `program` on a terminal of `width` by `height`; `environment` is all it has.
    init(
        _ program: [String], environment: [String], width: Int = 80, height: Int = 24
    ) throws {
        screen = TerminalModel(width: width, height: height)
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, unsafe ioctl(master, Self.setLock, &isLocked) == 0,
            unsafe ioctl(master, Self.getNumber, &number) == 0
        else { throw Broken(description: "no pseudo-terminal, errno \(errno)") }
        let path = "/dev/pts/\(number)"
        slave = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var size = winsize()
        size.ws_col = UInt16(width)
        size.ws_row = UInt16(height)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
        process = try Self.spawn(program, environment, on: path)
    }

    deinit {
        // Once it was waited for, its number may be another's.
        if !hasEnded {
            kill(process, SIGKILL)
            _ = waitpid(process, nil, 0)
        }
        close(slave)
        close(master)
    }

    /// The settings of the terminal, as text to compare.
    var settings: String {
        var settings = termios()
        unsafe tcgetattr(slave, &settings)
        let keys = unsafe withUnsafeBytes(of: settings.c_cc) { unsafe Array($0) }
        return
            "\(settings.c_iflag) \(settings.c_oflag) \(settings.c_cflag) \(settings.c_lflag) \(keys)"
    }

    /// Types `text`.
    func type(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe write(master, bytes.baseAddress, bytes.count)
        }
    }

    /// Sends `signal` to the program.
    func send(_ signal: Int32) {
        precondition(!hasEnded, "a program that ended takes no signals")
        kill(process, signal)
    }

    /// Changes the size of the window.
    func resize(width: Int, height: Int) {
        screen.resize(width: width, height: height)
        var size = winsize()
        size.ws_col = UInt16(width)
        size.ws_row = UInt16(height)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Looks at the screen until `text` is there.
    func wait(for text: String) throws {
        try wait(for: "\"\(text)\"") { $0.text.contains(text) }
    }

    /// Looks at the screen until `condition` holds.
    func wait(for what: String, _ condition: (TerminalModel) -> Bool) throws {
        let end = Self.now + Self.patience
        while !condition(screen) {
            guard Self.now < end, read(100) else {
                throw Broken(
                    description: "never seen: \(what), but\n\(screen.text)\n\(screen.told)")
            }
        }
    }

    /// Looks on until the program ended: its exit status, or minus the signal that killed it.
    func waitForEnd() throws -> Int32 {
        let end = Self.now + Self.patience
        var status: Int32 = 0
        while unsafe waitpid(process, &status, WNOHANG) == 0 {
            guard Self.now < end else {
                throw Broken(description: "it does not end:\n\(screen.text)\n\(screen.told)")
            }
            _ = read(50)
        }
        hasEnded = true
        while read(50, untilSilent: true) {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    /// Takes in what comes within so many milliseconds; `false` when nothing can come any more.
    private func read(_ milliseconds: Int32, untilSilent: Bool = false) -> Bool {
        var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&polled, 1, milliseconds) > 0 else { return !untilSilent }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe Glibc.read(master, &buffer, buffer.count)
        guard count > 0 else { return false }
        screen.take(buffer[..<count])
        return true
    }

    private static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The first terminal that the leader of a new session opens becomes its own.
    private static func spawn(
        _ program: [String], _ environment: [String], on path: String
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(
            &attributes, ownSession | Int16(POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let result = unsafe withCStrings(program) { arguments in
            unsafe withCStrings(environment) { variables in
                unsafe posix_spawn(
                    &process, program[0], &actions, &attributes, arguments, variables)
            }
        }
        guard result == 0 else {
            throw Broken(description: "\(program[0]) does not start, errno \(result)")
        }
        return process
    }
}

/// `strings` as C has them: pointers, and a null behind them.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer {
        for index in unsafe pointers.indices { unsafe free(pointers[index]) }
    }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("there is the null") }
        return unsafe body(base)
    }
}
