internal import Box

/// Turns what a Linux input device tells into keys.
///
/// Both kinds of pad are understood: the matrix of a telephone keypad, as device-tree overlays
/// describe it, and the numeric block of a USB keyboard. Only presses count: a key that is held
/// repeats in the kernel, and a release says nothing.
struct KeypadDecoder: Hashable, Sendable {
    /// The size of `struct input_event`: a time of two words, then 8 bytes.
    static let eventSize = 2 * MemoryLayout<Int>.size + 8

    /// Whether events were lost: what follows is the rest of one that began before.
    private var isResuming = false

    /// The keys that were pressed according to `bytes`, which are whole events; what is left over
    /// at the end is no event and is ignored.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [Key] {
        var keys: [Key] = []
        var rest = bytes
        while rest.count >= Self.eventSize {
            let event = rest.prefix(Self.eventSize).suffix(8)
            rest = rest.dropFirst(Self.eventSize)
            if let key = take(event: Array(event)) { keys.append(key) }
        }
        return keys
    }

    private mutating func take(event bytes: [UInt8]) -> Key? {
        let type = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        let code = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
        let value = bytes[4...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        switch (type, code) {
        case (Self.synchronization, Self.report):
            isResuming = false
            return nil
        case (Self.synchronization, Self.dropped):
            isResuming = true
            return nil
        case (Self.key, _):
            return value == Self.pressed && !isResuming ? Self.key(code) : nil
        case (_, _):
            return nil
        }
    }

    /// The key that has `code` on either kind of pad (KEY_* in linux/input-event-codes.h).
    static func key(_ code: UInt16) -> Key? {
        if let digit = digits.firstIndex(where: { $0.contains(code) }) {
            return .digit(UInt8(digit))
        }
        if clears.contains(code) { return .clear }
        return enters.contains(code) ? .enter : nil
    }

    /// EV_SYN, and what it says.
    private static let synchronization: UInt16 = 0
    private static let report: UInt16 = 0
    private static let dropped: UInt16 = 3
    /// EV_KEY; a value of 1 is a press, 0 a release, 2 a repetition.
    private static let key: UInt16 = 1
    private static let pressed: UInt32 = 1

    /// For each digit the codes of the row of a keyboard, of its numeric block, and of a telephone
    /// keypad (KEY_0, KEY_KP0, KEY_NUMERIC_0 and so on).
    private static let digits: [[UInt16]] = [
        [11, 82, 0x200], [2, 79, 0x201], [3, 80, 0x202], [4, 81, 0x203], [5, 75, 0x204],
        [6, 76, 0x205], [7, 77, 0x206], [8, 71, 0x207], [9, 72, 0x208], [10, 73, 0x209],
    ]
    /// KEY_NUMERIC_STAR, KEY_KPASTERISK, KEY_BACKSPACE, KEY_ESC, KEY_DELETE.
    private static let clears: [UInt16] = [0x20A, 55, 14, 1, 111]
    /// KEY_NUMERIC_POUND, KEY_KPENTER, KEY_ENTER.
    private static let enters: [UInt16] = [0x20B, 96, 28]
}
