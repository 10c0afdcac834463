internal import CAN

/// A frame of a transfer by its kind (N_PCI of ISO 15765-2, 9.4).
enum ISOTPFrame {
    /// A whole message: `count` bytes from byte `start` of the frame on.
    case single(start: Int, count: Int)
    /// The beginning of a message of `length` bytes; all from byte `start` on belongs to it.
    case first(start: Int, length: UInt32)
    /// Another part of a message, from byte `start` on.
    case consecutive(start: Int, sequence: UInt8)
    /// The receiver's word on how to go on.
    case flowControl(status: UInt8, blockSize: UInt8, separation: SeparationTime)
    /// None of these.
    case broken(ISOTPFault)

    /// Reads a frame; `nil` where it is not of this address: another identifier, another prefix,
    /// no data frame.
    init?(_ frame: BusFrame, of address: ISOTPAddress) {
        guard frame.id == address.id, frame.kind == .data else { return nil }
        if let prefix = address.prefix {
            guard frame.length > 0, frame[0] == prefix else { return nil }
        }
        self.init(frame, from: address.prefixLength)
    }

    /// Reads a frame of which the first `start` bytes are address.
    init(_ frame: BusFrame, from start: Int) {
        guard frame.length > start else {
            self = .broken(.frameTooShort)
            return
        }
        let low = frame[start] & 0x0F
        switch frame[start] >> 4 {
        case 0: self = Self.single(frame, start, low)
        case 1: self = Self.first(frame, start, low)
        case 2: self = .consecutive(start: start + 1, sequence: low)
        case 3:
            guard frame.length >= start + 3 else {
                self = .broken(.frameTooShort)
                return
            }
            self = .flowControl(
                status: low, blockSize: frame[start + 1],
                separation: SeparationTime(rawValue: frame[start + 2]))
        case let type: self = .broken(.unknownFrameType(type))
        }
    }

    private static func single(_ frame: BusFrame, _ start: Int, _ low: UInt8) -> Self {
        if frame.length <= 8 {
            let count = Int(low)
            guard (1...7 - start).contains(count), start + 1 + count <= frame.length else {
                return .broken(.badSingleFrameLength)
            }
            return .single(start: start + 1, count: count)
        }
        // Beyond eight bytes the length has a byte of its own, and short messages are not allowed.
        let count = Int(frame[start + 1])
        guard low == 0, count >= 8 - start, start + 2 + count <= frame.length else {
            return .broken(.badSingleFrameLength)
        }
        return .single(start: start + 2, count: count)
    }

    private static func first(_ frame: BusFrame, _ start: Int, _ low: UInt8) -> Self {
        guard frame.length >= 8 else { return .broken(.frameTooShort) }
        var length = UInt32(low) << 8 | UInt32(frame[start + 1])
        var begin = start + 2
        if length == 0 {
            begin += 4
            for index in start + 2..<begin { length = length << 8 | UInt32(frame[index]) }
            guard length > 0xFFF else { return .broken(.needlessFirstFrame(length)) }
        }
        // What a single frame of the same length could hold (9.6.3.1).
        let inSingle = frame.length == 8 ? 7 - start : frame.length - 2 - start
        guard length > inSingle else { return .broken(.needlessFirstFrame(length)) }
        return .first(start: begin, length: length)
    }
}
