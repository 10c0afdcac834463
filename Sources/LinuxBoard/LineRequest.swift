internal import CGPIOD
internal import Glibc
internal import LinuxIO
internal import Units
internal import Wiring

/// An input changed, by the kernel's clock.
struct LineEdge: Hashable, Sendable {
    /// The number of the line in its request.
    var line: Int
    /// Whether it became active.
    var isActive: Bool
    /// When.
    var at: BootTime
}

/// The one owner of some lines of one chip, all inputs or all outputs.
///
/// Outputs are at their safe level before the first call and after the last: the kernel is asked
/// for them at that level, and the deinitializer leaves them there before it lets them go.
@safe struct LineRequest: ~Copyable {
    /// Whether the kernel holds levels back until they have lasted, so that nobody else needs to.
    static var debounces: Bool { cgpiod_debounces() }

    /// How many edges are taken at once.
    static let edgesMaximum = 64

    private let request: OpaquePointer
    private let lines: [BoardLine]

    /// Asks for `lines`, which share a chip, in the name of `consumer`: all or none.
    ///
    /// - Throws: ``LineError``.
    init(_ lines: [BoardLine], consumer: String) throws(LineError) {
        guard let label = lines.first?.chip else { preconditionFailure("A request is for lines.") }
        precondition(lines.allSatisfy { $0.chip == label }, "One request is for one chip.")
        let chip = try unsafe Self.openChip(label)
        var settings: [cgpiod_line] = []
        for line in lines {
            do throws(LineError) {
                settings.append(
                    cgpiod_line(line, offset: try unsafe Self.offset(of: line, on: chip)))
            } catch {
                unsafe cgpiod_close_chip(chip)
                throw error
            }
        }
        var failed = 0
        let request = unsafe cgpiod_request_lines(
            chip, consumer, settings, settings.count, &failed)
        let number = errno
        guard let request = unsafe request else {
            unsafe cgpiod_close_chip(chip)
            let place = lines.indices.contains(failed) ? lines[failed].wording : lines.wording
            throw LineError(operation: "request \(place)", number: number)
        }
        unsafe self.request = unsafe request
        self.lines = lines
    }

    deinit { unsafe cgpiod_release(request) }

    /// Readable when there are edges.
    var source: PollSource {
        PollSource(descriptor: unsafe cgpiod_descriptor(request), events: .readable)
    }

    /// Whether `line` is active.
    ///
    /// - Throws: ``LineError``.
    borrowing func isActive(_ line: Int) throws(LineError) -> Bool {
        let level = unsafe cgpiod_read_level(request, line)
        guard level >= 0 else {
            throw LineError(operation: "read \(lines[line].wording)", number: errno)
        }
        return level == 1
    }

    /// Makes `line` active or inactive.
    ///
    /// - Throws: ``LineError``.
    borrowing func set(_ line: Int, active: Bool) throws(LineError) {
        guard unsafe cgpiod_write_level(request, line, active) == 0 else {
            throw LineError(operation: "drive \(lines[line].wording)", number: errno)
        }
    }

    /// The edges since the last call, at most ``edgesMaximum``: those of one line in their order.
    ///
    /// - Throws: ``LineError``, also once the chip is gone.
    borrowing func takeEdges() throws(LineError) -> [LineEdge] {
        var edges = [cgpiod_edge](repeating: cgpiod_edge(), count: Self.edgesMaximum)
        let count = unsafe cgpiod_read_edges(request, &edges, edges.count)
        guard count >= 0 else {
            throw LineError(operation: "read the edges of \(lines.wording)", number: errno)
        }
        return edges.prefix(Int(count)).map { edge in
            LineEdge(
                line: Int(edge.line), isActive: edge.is_active,
                at: BootTime(milliseconds: edge.boot_nanoseconds / 1_000_000))
        }
    }

    /// A guard over the outputs.
    ///
    /// - Throws: ``LineError`` when there can be no second process.
    borrowing func startGuard() throws(LineError) -> PulseGuard {
        var process: pid_t = 0
        let socket = unsafe cgpiod_start_guard(request, &process)
        guard socket >= 0 else {
            throw LineError(operation: "start the guard of the pulses", number: errno)
        }
        return PulseGuard(socket: socket, process: process)
    }

    private static func openChip(_ label: String) throws(LineError) -> OpaquePointer {
        if let chip = unsafe cgpiod_open_chip(label) { return unsafe chip }
        let number = errno
        let operation = "open the chip labelled \(label)"
        switch number {
        case ENODEV: throw LineError(.noChip, operation: operation, number: number)
        case ENOTUNIQ: throw LineError(.severalChips, operation: operation, number: number)
        case _: throw LineError(operation: operation, number: number)
        }
    }

    private static func offset(
        of line: BoardLine, on chip: OpaquePointer
    ) throws(LineError) -> UInt32 {
        let offset: Int
        switch line.place {
        case .offset(let number): offset = number
        case .named(let name): offset = Int(unsafe cgpiod_find_line(chip, name))
        }
        guard (0..<Int(unsafe cgpiod_count_lines(chip))).contains(offset) else {
            throw LineError(.noLine, operation: "find \(line.wording)", number: ENOENT)
        }
        return UInt32(offset)
    }
}

extension BoardLine {
    /// `door.lock (offset 17 of pinctrl-bcm2835)`
    fileprivate var wording: String { "\(name.rawValue) (\(place) of \(chip))" }
}

extension [BoardLine] {
    /// `door.lock, door.unlock of pinctrl-bcm2835`
    fileprivate var wording: String {
        map(\.name.rawValue).joined(separator: ", ") + " of \(first?.chip ?? "no chip")"
    }
}

extension cgpiod_line {
    fileprivate init(_ line: BoardLine, offset: UInt32) {
        self.init()
        self.offset = offset
        is_active_low = line.polarity == .activeLow
        bias =
            switch line.bias {
            case .asIs: CGPIOD_BIAS_AS_IS
            case .disabled: CGPIOD_BIAS_OFF
            case .pullUp: CGPIOD_BIAS_UP
            case .pullDown: CGPIOD_BIAS_DOWN
            }
        switch line.use {
        case .input(let debounce): debounce_us = UInt32(clamping: debounce.count * 1000)
        case .held(let level):
            is_output = true
            safe = level == .active
        case .pulsed: is_output = true
        }
    }
}
