import Box
import Glibc
import LinuxBench
import LinuxBoard
import LinuxIO
import Units

/// A keypad of the kernel's uinput, plugged in while this lives.
private final class SimulatedKeypad {
    private let descriptor: Int32
    /// Where the kernel put it.
    let path: String

    init?(name: String) {
        // UI_SET_EVBIT, UI_SET_KEYBIT, UI_DEV_SETUP, UI_DEV_CREATE of linux/uinput.h.
        descriptor = open("/dev/uinput", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        var setup = [UInt8](repeating: 0, count: 92)
        setup.replaceSubrange(8..<(8 + name.utf8.count), with: name.utf8)
        guard descriptor >= 0, ioctl(descriptor, 0x4004_5564, 1) == 0 else { return nil }
        for code in Array(1...0x7F) + Array(0x200...0x20B) {
            guard ioctl(descriptor, 0x4004_5565, Int32(code)) == 0 else { return nil }
        }
        guard ioctl(descriptor, 0x405C_5503, &setup) == 0, ioctl(descriptor, 0x5501) == 0 else {
            return nil
        }
        let root = "/sys/class/input"
        let event = KernelFile.names(in: root).first { event in
            event.hasPrefix("event") && KernelFile.read("\(root)/\(event)/device/name") == name
        }
        guard let event else { return nil }
        path = "/dev/input/\(event)"
    }

    deinit { close(descriptor) }

    /// Tells one event of a key: 1 press, 0 release, 2 repetition.
    func tell(_ code: UInt16, _ value: UInt8) {
        for (type, code, value): (UInt8, UInt16, UInt8) in [(1, code, value), (0, 0, 0)] {
            var event = [UInt8](repeating: 0, count: 24)
            event[16] = type
            event[18] = UInt8(code & 0xFF)
            event[19] = UInt8(code >> 8)
            event[20] = value
            _ = write(descriptor, event, event.count)
        }
    }

    func type(_ codes: [UInt16]) {
        for code in codes {
            tell(code, 1)
            tell(code, 0)
        }
    }
}

func checkKeypad(_ report: Report) {
    let path = "/tmp/cityzenbox-keypad"
    unlink(path)
    let keypad = EvdevKeypad(path: path, clock: bootTime)
    report.note("no keypad is a condition", holds: keypad.condition.code == .missing)
    for (round, codes): (Int, [UInt16]) in [
        (1, [0x201, 0x202, 0x203, 0x200, 0x20A, 0x20B]), (2, [79, 80, 81, 82, 55, 96]),
    ] {
        checkPlugged(keypad, at: path, round, codes, report)
        _ = keypad.run { keypad.condition != .ready }
        let code = keypad.condition.code
        report.note(
            "keypad \(round), unplugged, is a condition",
            holds: code == .unplugged || code == .missing, code?.rawValue ?? "ready")
        report.note("and nobody waits on it", holds: keypad.source == nil)
        report.note("but looks again", holds: keypad.nextDeadline != nil)
    }
    unlink(path)
}

/// What a keypad that is plugged in tells; it is unplugged at the end.
private func checkPlugged(
    _ keypad: EvdevKeypad, at path: String, _ round: Int, _ codes: [UInt16], _ report: Report
) {
    guard let device = SimulatedKeypad(name: "cityzenbox \(round)") else {
        return report.note("an input device can be made", ["errno \(errno)"])
    }
    unlink(path)
    symlink(device.path, path)
    var keys = keypad.run { keypad.condition == .ready }
    report.note("keypad \(round) is taken when it is plugged in", holds: keys.isEmpty)
    // The kernel keeps 64 events for who reads late: a hand is not faster than that.
    device.type(codes)
    keys = keypad.run { false }
    device.tell(codes[0], 1)
    for _ in 0..<20 { device.tell(codes[0], 2) }
    device.tell(codes[0], 0)
    keys += keypad.run { false }
    let expected: [Key] = [
        .digit(1), .digit(2), .digit(3), .digit(0), .clear, .enter, .digit(1),
    ]
    report.note(
        "keypad \(round) tells presses alone, held keys once",
        holds: keys == expected.map(BoxInput.keyPressed), "\(keys.count) keys")
    report.note("nobody else hears it", holds: !canBeTaken(device.path))
    for _ in 0..<200 { device.type([0x200 + UInt16(round)]) }
    keys = keypad.run { false }
    report.note(
        "an overrun of keypad \(round) is no other key",
        holds: keys.allSatisfy { $0 == .keyPressed(.digit(UInt8(round))) },
        "\(keys.count) of 200 kept")
    withExtendedLifetime(device) {}
}

/// Whether another program could take the device for itself.
private func canBeTaken(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(descriptor) }
    return ioctl(descriptor, 0x4004_4590, 1) == 0
}

extension EvdevKeypad {
    /// Runs until `condition` holds, at most ten seconds, or until fifty looks found nothing for
    /// one that never does.
    fileprivate func run(until condition: () -> Bool) -> [BoxInput] {
        var keys: [BoxInput] = []
        var quietLooks = 0
        let end = bootTime() + .seconds(10)
        while bootTime() < end, !condition(), source == nil || quietLooks < 50 {
            _ = PollSource.wait(for: source.map { [$0] } ?? [], milliseconds: 5)
            let told = advance()
            quietLooks = told.isEmpty ? quietLooks + 1 : 0
            keys += told
        }
        return keys
    }
}

extension KeypadCondition {
    fileprivate var code: KeypadError.Code? {
        switch self {
        case .ready: nil
        case .absent(let error): error.code
        }
    }
}
