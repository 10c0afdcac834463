internal import CAN

/// The data of a frame while a line is read: up to 64 bytes in place.
struct FrameData {
    private var words = InlineArray<8, UInt64>(repeating: 0)
    private(set) var count = 0

    /// Adds a byte; `false` where there are 64.
    mutating func append(_ byte: UInt8) -> Bool {
        guard count < 64 else { return false }
        words[count / 8] |= UInt64(byte) << UInt64(8 * (count % 8))
        count += 1
        return true
    }

    /// A classic frame of the first `length` bytes; `nil` where there are fewer or above eight.
    func classic(_ id: CANID, length: Int, kind: CANFrame.Kind = .data) -> BusFrame? {
        guard length <= min(8, count) else { return nil }
        return .classic(CANFrame(id: id, length: length, payload: words[0], kind: kind))
    }

    /// A CAN FD frame of the first `length` bytes; `nil` where there are fewer or no code is so.
    func flexible(
        _ id: CANID, length: Int, bitRateSwitch: Bool = false, errorStateIndicator: Bool = false
    ) -> BusFrame? {
        guard length <= count else { return nil }
        return CANFDFrame(
            id: id, length: length, words: words, bitRateSwitch: bitRateSwitch,
            errorStateIndicator: errorStateIndicator
        ).map { .flexible($0) }
    }

    /// A bus error of which the recording says no more: Linux's class of bus errors, without
    /// details.
    static func busError() -> BusFrame {
        .classic(CANFrame(id: 0x80, length: 8, kind: .error))
    }
}

extension CANID {
    /// The identifier of this number; `nil` where it has too many bits.
    init?(_ number: UInt32, isExtended: Bool) {
        if isExtended { self.init(extended: number) } else { self.init(base: number) }
    }
}
