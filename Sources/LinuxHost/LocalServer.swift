internal import CLinux
internal import Glibc
public import LinuxIO

/// Answers whoever connects to a path of this machine with one text, and hangs up.
///
/// Nobody can hold the loop up: the answer goes into the kernel's buffer or not at all, and what a
/// caller says is not read.
public struct LocalServer: ~Copyable {
    /// How many callers are answered in one go; others wait in the kernel.
    private static let callersMaximum = 8

    /// Where it listens.
    public let path: String
    private let descriptor: Descriptor

    /// Listens at `path`, whose folder exists; a socket that lies there from before is replaced.
    /// Its owner and its group may connect.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public init(path: String) throws(SystemCallFailure) {
        let result = unsafe clinux_local_listen(path)
        guard result >= 0 else {
            throw SystemCallFailure(
                "listen on", on: path, code: -result,
                remedy: "check that its folder is there and the service may write it")
        }
        self.path = path
        descriptor = Descriptor(owning: result)
    }

    /// To wait on.
    public var source: PollSource {
        PollSource(descriptor: descriptor.number, events: .readable)
    }

    /// Answers everybody who has connected with `text`, which is only made if somebody has.
    public borrowing func answer(with text: () -> String) {
        for _ in 0..<Self.callersMaximum {
            let caller = clinux_local_accept(descriptor.number)
            guard caller >= 0 else { return }
            let bytes = Array(text().utf8)
            _ = Descriptor(owning: caller).write(bytes[...])
        }
    }
}

/// Asks a ``LocalServer``.
public enum LocalClient {
    /// More than any answer has: 1 MiB.
    private static let answerMaximum = 1 << 20

    /// What the server at `path` answers.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public static func ask(_ path: String) throws(SystemCallFailure) -> String {
        let result = unsafe clinux_local_connect(path)
        guard result >= 0 else { throw failure("connect to", path, -result) }
        let connection = Descriptor(owning: result)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while answer.count < answerMaximum {
            switch connection.read(into: &buffer) {
            case .moved(let count): answer += buffer[..<count]
            case .ended: return String(decoding: answer, as: UTF8.self)
            case .wouldBlock: throw failure("wait for", path, ETIMEDOUT)
            case .failed(let code): throw failure("read from", path, code)
            }
        }
        throw failure("read from", path, EMSGSIZE)
    }

    private static func failure(
        _ operation: String, _ path: String, _ code: Int32
    ) -> SystemCallFailure {
        let remedy =
            switch code {
            case ENOENT, ECONNREFUSED: "start the service: systemctl start cityzenboxd"
            case EACCES: "ask as root, or as a user of the group cityzenbox"
            case _: "look into its journal: journalctl -u cityzenboxd"
            }
        return SystemCallFailure(operation, on: path, code: code, remedy: remedy)
    }
}
