import CAN
import CLinux
import Glibc
import LinuxCAN
import LinuxIO
import LinuxTime
import Units

/// What this machine offers of CAN.
enum Host {
    /// Whether its kernel has CAN at all.
    static let hasCAN: Bool = {
        let socket = clinux_can_socket()
        if socket >= 0 { close(socket) }
        return socket >= 0
    }()

    /// Whether it is a machine that was made for tests alone: Tests/Guest says so. Only there
    /// may a test set up controllers, load a machine for a minute, or set its clocks.
    static let isGuest = unsafe getenv("CITYZENBOX_GUEST") != nil

    /// Why tests of a real bus are skipped elsewhere.
    static let reason = "needs a kernel with CAN: `make guest-test` runs it in one"
}

/// A program that did not do what it was started for.
struct Failed: Error, CustomStringConvertible {
    let description: String
}

/// Runs `program` and waits for its end.
func run(_ program: [String]) throws {
    let process = try start(program)
    var status: Int32 = 0
    unsafe waitpid(process, &status, 0)
    guard status == 0 else { throw Failed(description: "\(program) ended with \(status)") }
}

/// Starts `program`, which stands in the usual places.
func start(_ program: [String]) throws -> pid_t {
    var arguments = unsafe program.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var process = pid_t()
    let result = unsafe posix_spawnp(&process, program[0], nil, nil, &arguments, environ)
    guard result == 0 else { throw Failed(description: "\(program[0]): \(result)") }
    return process
}

/// A virtual bus of the kernel, which is gone with its owner.
final class VirtualBus {
    let name: String
    private var isThere = false

    init(_ name: String) throws {
        self.name = name
        try make()
        try turn("up")
    }

    deinit { try? remove() }

    func make() throws {
        try run(["ip", "link", "add", "dev", name, "type", "vcan"])
        isThere = true
        // Newer kernels start with the length of CAN XL.
        try run(["ip", "link", "set", name, "mtu", "72"])
    }

    func turn(_ way: String) throws { try run(["ip", "link", "set", name, way]) }

    func remove() throws {
        guard isThere else { return }
        isThere = false
        try run(["ip", "link", "delete", name])
    }
}

/// Somebody else on the bus.
final class Peer {
    private let socket: Int32

    init(_ name: String, hears: [CANFilter] = []) throws {
        socket = clinux_can_socket()
        guard socket >= 0, clinux_can_set_flexible(socket) == 0 else {
            throw Failed(description: "no socket for \(name)")
        }
        let words = hears.map { can_filter(can_id: $0.word, can_mask: $0.mask) }
        _ = unsafe clinux_can_set_filters(socket, words, UInt32(words.count))
        let index = unsafe if_nametoindex(name)
        guard clinux_can_bind(socket, Int32(index)) == 0 else {
            throw Failed(description: "\(name) cannot be bound")
        }
    }

    deinit { close(socket) }

    /// Sends what `text` of can-utils says.
    func send(_ text: String) throws {
        switch try BusFrame(text) {
        case .classic(let frame):
            let word =
                switch frame.kind {
                case .data: frame.id.word
                case .remote: frame.id.word | 0x4000_0000
                case .error: frame.id.number | 0x2000_0000
                }
            try send(word, frame.length, frame.payload)
        case .flexible(let frame):
            var bytes = (0..<4).map { UInt8(truncatingIfNeeded: frame.id.word >> (8 * $0)) }
            let flags: UInt8 = (frame.bitRateSwitch ? 1 : 0) | (frame.errorStateIndicator ? 2 : 0)
            bytes += [UInt8(frame.length), flags, 0, 0] + frame.bytes
            bytes += [UInt8](repeating: 0, count: 72 - bytes.count)
            guard unsafe write(socket, bytes, 72) == 72 else {
                throw Failed(description: "\(text) was not sent: \(errno)")
            }
        }
    }

    func send(_ word: UInt32, _ length: Int, _ payload: UInt64) throws {
        let result = clinux_can_send(socket, word, UInt8(length), payload)
        guard result == 16 else { throw Failed(description: "not sent: \(result)") }
    }

    /// The identifier and the bytes of the next frame, if one has come.
    func take() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 72)
        let count = unsafe read(socket, &buffer, 72)
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}

/// A bus as the box has it, and all that it was told.
final class HeardBus {
    let bus: CANBus
    private(set) var frames: [ReceivedFrame] = []
    private(set) var reports: [BusReport] = []

    /// Only a hang takes so long, in milliseconds.
    private static let patience: Int64 = 60_000

    init(
        _ name: String, _ filters: [CANFilter] = [.everything],
        role: BusExpectation.Role = .listens, isBench: Bool = true
    ) throws {
        bus = try CANBus(
            BusExpectation(interface: name, bitRate: 500_000, role: role, isBench: isBench),
            filters: filters, at: KernelClock.moment)
    }

    /// Takes in what there is.
    func look() {
        reports += bus.handle(at: KernelClock.moment) { frames.append($0) }
    }

    /// Takes in what comes until `condition` holds.
    func wait(_ what: String, until condition: (HeardBus) -> Bool) throws {
        let end = KernelClock.now.milliseconds + Self.patience
        look()
        while !condition(self) {
            guard KernelClock.now.milliseconds < end else {
                throw Failed(description: "never: \(what); reports \(reports)")
            }
            _ = PollSource.wait(for: bus.sources, milliseconds: 50)
            look()
        }
    }

    /// Takes in what comes until `report` was told, and forgets all reports.
    func wait(for report: BusReport) throws {
        try wait("\(report)") { $0.reports.contains(report) }
        reports = []
    }

    /// Takes in what comes until `count` frames are there, and hands them over.
    func take(_ count: Int) throws -> [ReceivedFrame] {
        try wait("\(count) frames") { $0.frames.count >= count }
        defer { frames = [] }
        return frames
    }
}
