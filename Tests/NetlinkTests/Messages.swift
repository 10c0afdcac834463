/// Messages as the kernel writes them, put together from their parts.
enum Messages {
    static func message(_ type: UInt16, request: UInt32 = 0, _ body: [UInt8]) -> [UInt8] {
        words([UInt32(16 + body.count)]) + halves([type, 0]) + words([request, 0]) + body
            + filling(body.count)
    }

    static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        halves([UInt16(4 + value.count), type]) + value + filling(value.count)
    }

    static func link(
        _ type: UInt16 = 16, index: Int32, hardware: UInt16, flags: UInt32,
        _ attributes: [[UInt8]]
    ) -> [UInt8] {
        message(
            type,
            halves([0, hardware]) + words([UInt32(bitPattern: index), flags, 0])
                + attributes.flatMap { $0 })
    }

    static func name(_ name: String) -> [UInt8] { attribute(3, Array(name.utf8) + [0]) }

    /// IFLA_LINKINFO with a kind and, for CAN, the attributes of its controller.
    static func information(_ kind: String, _ data: [[UInt8]]? = nil) -> [UInt8] {
        attribute(
            18,
            attribute(1, Array(kind.utf8) + [0])
                + (data.map { attribute(0x8002, $0.flatMap { $0 }) } ?? []))
    }

    static func timing(_ bitRate: UInt32, type: UInt16 = 1) -> [UInt8] {
        attribute(type, words([bitRate, 875, 125, 6, 7, 2, 1, 3]))
    }

    static func route(
        _ type: UInt16 = 24, family: UInt8, prefix: UInt8, table: UInt8 = 254, kind: UInt8 = 1,
        _ attributes: [[UInt8]]
    ) -> [UInt8] {
        message(
            type,
            [family, prefix, 0, 0, table, 16, 0, kind, 0, 0, 0, 0] + attributes.flatMap { $0 })
    }

    static func words(_ values: [UInt32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    static func halves(_ values: [UInt16]) -> [UInt8] {
        values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private static func filling(_ count: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (4 - count % 4) % 4)
    }

    /// A CAN FD controller that listens, as `ip -details link show can0` would tell of it.
    static let controller = link(
        index: 5, hardware: 280, flags: 0x1_00C1,
        [
            name("can0"), attribute(4, words([72])),
            information(
                "can",
                [
                    timing(500_000), timing(2_000_000, type: 9), attribute(4, words([2])),
                    attribute(5, words([0, 0x22])), attribute(6, words([100])),
                    attribute(8, halves([12, 130])),
                ]),
        ])
}
