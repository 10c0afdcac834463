public import Units

/// One of the two 512-byte blocks that hold the time floor, written in turn: a power cut can tear
/// only the one that is being written, and the other still holds the floor before.
public struct FloorSlot: Hashable, Sendable {
    /// The length of a slot: a sector, so that it is written whole or not at all where possible.
    public static let length = 512

    /// How many writes there have been: the greater is the newer.
    public let counter: UInt64
    /// The floor.
    public let floor: WallTime

    /// The `counter`th write, of `floor`.
    public init(counter: UInt64, floor: WallTime) {
        self.counter = counter
        self.floor = floor
    }

    /// The name of the format and its version.
    private static let magic = Array("CzBxFlr1".utf8)

    /// The block: magic, counter, milliseconds and CRC-32, big endian, then zeros.
    public var bytes: [UInt8] {
        var out = Self.magic
        Self.append(counter, to: &out)
        Self.append(UInt64(bitPattern: floor.milliseconds), to: &out)
        let sum = CRC32.checksum(out[...])
        for shift: UInt32 in [24, 16, 8, 0] { out.append(UInt8(truncatingIfNeeded: sum >> shift)) }
        out.append(contentsOf: repeatElement(0, count: Self.length - out.count))
        return out
    }

    /// Reads a block; `nil` unless every byte of it is as ``bytes`` writes it.
    public init?(bytes: some Collection<UInt8>) {
        let block = Array(bytes)
        guard block.count == Self.length, block.starts(with: Self.magic) else { return nil }
        let sum = Self.number(block[24..<28])
        guard sum == UInt64(CRC32.checksum(block[..<24])),
            block[28...].allSatisfy({ $0 == 0 })
        else { return nil }
        counter = Self.number(block[8..<16])
        floor = WallTime(milliseconds: Int64(bitPattern: Self.number(block[16..<24])))
    }

    private static func append(_ value: UInt64, to out: inout [UInt8]) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            out.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Both slots as a medium holds them.
public struct FloorSlots: Hashable, Sendable {
    /// The length of the two together.
    public static let length = 2 * FloorSlot.length

    private var slots: [FloorSlot?]

    /// Reads what a medium holds; what is missing or torn counts as never written.
    public init(bytes: [UInt8]) {
        slots = (0..<2).map { index in
            let start = index * FloorSlot.length
            guard bytes.count >= start + FloorSlot.length else { return nil }
            return FloorSlot(bytes: bytes[start..<start + FloorSlot.length])
        }
    }

    /// The newest slot that survived; `nil` if none did.
    public var newest: FloorSlot? {
        slots.compactMap(\.self).max { $0.counter < $1.counter }
    }

    /// The offset of the slot that may be overwritten, and what to write there for `floor`.
    public func next(_ floor: WallTime) -> (offset: Int, slot: FloorSlot) {
        let counter = (newest?.counter ?? 0) &+ 1
        let offset = slots[0] == newest && newest != nil ? FloorSlot.length : 0
        return (offset, FloorSlot(counter: counter, floor: floor))
    }

    /// Takes note that `next` was written: what ``next(_:)`` gave.
    public mutating func replace(with next: (offset: Int, slot: FloorSlot)) {
        slots[next.offset / FloorSlot.length] = next.slot
    }
}

/// CRC-32 as of IEEE 802.3: it tells a torn block, not a forged one.
enum CRC32 {
    /// What eight zero bits behind each byte leave.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
        }
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let table = table
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
        return ~remainder
    }
}
