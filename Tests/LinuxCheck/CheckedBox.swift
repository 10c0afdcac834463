import BoardContract
import Box
import Glibc
import LinuxBench
import LinuxBoard
import LinuxIO
import Records
import Wiring

/// A program with a board, told by its standard input what to do: the one that gets killed.
final class CheckedBox {
    private let board = LinuxBoard(layout: WiredCar.board, clock: bootTime) {}

    /// Runs until its input ends.
    func run() {
        say("ready")
        while true {
            let input = PollSource(descriptor: 0, events: .readable)
            let ready = PollSource.wait(for: [input] + board.sources, milliseconds: 1)
            _ = board.advance()
            guard ready.first?.isEmpty == false else { continue }
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(0, &bytes, bytes.count)
            guard count > 0 else { return }
            for byte in bytes.prefix(count) { carryOut(byte) }
        }
    }

    private func carryOut(_ order: UInt8) {
        switch order {
        case UInt8(ascii: "u"): board.pulseDoor(.unlock)
        case UInt8(ascii: "l"): board.pulseDoor(.lock)
        case UInt8(ascii: "r"): board.releaseStarter()
        case UInt8(ascii: "i"): board.inhibitStarter(BoardContract.proof)
        case UInt8(ascii: "w"): board.signal(.wait(minutes: 1))
        // As a slow medium would hold the loop up.
        case UInt8(ascii: "b"): usleep(2_000_000)
        case UInt8(ascii: "?"):
            let inhibited = board.starterIsInhibited.map { "\($0)" } ?? "unknown"
            say("inhibited \(inhibited), \(Self.word(board.condition))")
        case _: break
        }
    }

    private static func word(_ condition: BoardCondition) -> String {
        switch condition {
        case .ready: "ready"
        case .unguarded: "unguarded"
        case .absent(let error): "absent (\(error.code.rawValue))"
        }
    }
}

/// A ``CheckedBox`` in a process of its own.
final class BoxProcess {
    let pid: pid_t
    private let orders: Int32
    private let answers: Int32
    private var isOver = false

    /// Starts it and waits until it has opened its board.
    init?() {
        var toBox: [Int32] = [0, 0]
        var fromBox: [Int32] = [0, 0]
        guard pipe(&toBox) == 0, pipe(&fromBox) == 0 else { return nil }
        for end in toBox + fromBox { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toBox[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromBox[1], 1)
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("linuxcheck"), strdup("box"), nil]
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/proc/self/exe", &actions, nil, &words, environ)
        posix_spawn_file_actions_destroy(&actions)
        words.forEach { free($0) }
        close(toBox[0])
        close(fromBox[1])
        self.pid = pid
        orders = toBox[1]
        answers = fromBox[0]
        guard result == 0, answer() == "ready\n" else { return nil }
    }

    deinit {
        close(orders)
        close(answers)
        if !isOver { waitpid(pid, nil, 0) }
    }

    /// Tells it what to do.
    func tell(_ order: Character) {
        let bytes = Array(String(order).utf8)
        _ = write(orders, bytes, bytes.count)
    }

    /// Asks how it is.
    func ask() -> String {
        tell("?")
        return answer()
    }

    private func answer() -> String {
        var input = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
        guard poll(&input, 1, 10_000) > 0 else { return "silence" }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(answers, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Sends it a signal; one that kills is waited for.
    func send(_ signal: Int32) {
        kill(pid, signal)
        guard signal == SIGKILL else { return }
        waitpid(pid, nil, 0)
        isOver = true
    }

    /// The guard of its pulses; `nil` when it has none.
    var guardian: pid_t? {
        KernelFile.names(in: "/proc").lazy.compactMap { pid_t($0) }.first { other in
            guard let stat = KernelFile.read("/proc/\(other)/stat") else { return false }
            let parts = stat.split(separator: " ")
            return parts.count > 3 && parts[1] == "(pulse-guard)" && parts[2] != "Z"
                && parts[3] == "\(pid)"
        }
    }

    /// Whether any guard is left, of whomever: those that were orphaned have another parent.
    static var guards: Int {
        KernelFile.names(in: "/proc").count { other in
            guard pid_t(other) != nil, let stat = KernelFile.read("/proc/\(other)/stat") else {
                return false
            }
            let parts = stat.split(separator: " ")
            return parts.count > 2 && parts[1] == "(pulse-guard)" && parts[2] != "Z"
        }
    }
}
