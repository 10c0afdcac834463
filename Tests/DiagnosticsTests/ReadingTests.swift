import CAN
import Diagnostics
import Testing
import Units

@Suite struct `Standard readings` {
    private func answer(_ text: String) throws -> DiagnosticAnswer {
        try #require(DiagnosticAnswer(ecu: 0x7E8, message: bytes(text)))
    }

    @Test(
        arguments: [
            ("41A6000B4F24", .odometer(Millimetres(74_115_600_000))),
            ("5ADF003D0900", .odometer(Millimetres(62_500_000_000))),
            ("413101F4", .distanceSinceCleared(Millimetres(500_000_000))),
            ("410D55", .speed(.kilometresPerHour(85))), ("412F80", .fuelLevel(PerMille(502))),
            ("412F00", .fuelLevel(PerMille(0))), ("412FFF", .fuelLevel(PerMille(1000))),
            ("41422EE0", .supply(Millivolts(12_000))), ("41A6FFFFFFFF", nil), ("5ADFFFFFFFFF", nil),
            ("41A6000B4F", nil), ("4131FF", nil), ("410D", nil), ("410C1AF8", nil), ("7F0112", nil),
            ("41A6FFFFFFFE", .odometer(Millimetres(0xFFFF_FFFE * 100_000))),
            ("6202070001", nil), ("49020131", nil),
        ] as [(String, StandardReading?)])
    func `an answer states a quantity, or not`(text: String, reading: StandardReading?) throws {
        #expect(StandardReading(try answer(text)) == reading)
    }

    @Test func `an odometer of zero is a value that no car on the road has`() throws {
        let zero = try #require(StandardReading(try answer("41A600000000")))
        #expect(!zero.isPlausible)
        let one = try #require(StandardReading(try answer("41A600000001")))
        #expect(one.isPlausible)
        #expect(try #require(StandardReading(try answer("410D00"))).isPlausible)
    }

    @Test(arguments: [0x00, 0x20, 0xA0, 0xE0] as [UInt8])
    func `each bit of a mask announces one parameter`(base: UInt8) throws {
        for bit in 0..<32 {
            let mask = UInt32(0x8000_0000) >> UInt32(bit)
            let data = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: mask >> UInt32($0)) }
            let message = [0x41, base] + data
            var known = SupportedPIDs()
            let pid = Int(base) + bit + 1
            let isMask = known.insert(
                try #require(DiagnosticAnswer(ecu: 0x7E8, message: message)))
            #expect(isMask)
            #expect(known.all == (pid < 256 ? [UInt8(pid)] : []))
        }
    }

    @Test(arguments: ["41A6000B4F24", "410000", "7F0112", "62000080000000"])
    func `what is no mask announces nothing`(text: String) throws {
        var known = SupportedPIDs()
        let isMask = known.insert(try answer(text))
        #expect(!isMask)
        #expect(known == SupportedPIDs())
        #expect(!known.contains(0))
    }

    @Test(
        arguments: [
            ("490201" + "575A5A5A3132334B453938373635343332", "WZZZ123KE98765432"),
            ("490201" + "5746305858584750584B4B413132333435", "WF0XXXGPXKKA12345"),
            ("4902015746305858584750584B4B41313233343500", "WF0XXXGPXKKA12345"),
            ("49020100005746305858584750584B4B413132333435", "WF0XXXGPXKKA12345"),
            ("62F1905746305858584750584B4B413132333435", "WF0XXXGPXKKA12345"),
            ("62F1905746305858584750584B4B4131323334", nil),
            ("490202" + "5746305858584750584B4B413132333435", nil),
            ("490201" + "4F46305858584750584B4B413132333435", nil),
            ("490201" + "7746305858584750584B4B413132333435", nil), ("7F0912", nil),
            ("490201", nil),
        ] as [(String, String?)])
    func `a number of a vehicle has 17 characters without I, O and Q`(text: String, vin: String?)
        throws
    {
        let number = VehicleIdentificationNumber(try answer(text))
        #expect(number?.description == vin)
    }
}

@Suite struct `Values of J1939` {
    @Test(
        arguments: [
            (0x00, 8, .valid(0)), (0xFA, 8, .valid(0xFA)), (0xFB, 8, .indicator(0xFB)),
            (0xFC, 8, .reserved), (0xFD, 8, .reserved), (0xFE, 8, .error), (0xFF, 8, .notAvailable),
            (0xFAFF, 16, .valid(0xFAFF)), (0xFB00, 16, .indicator(0xFB00)), (0xFC00, 16, .reserved),
            (0xFDFF, 16, .reserved), (0xFE00, 16, .error), (0xFEFF, 16, .error),
            (0xFF00, 16, .notAvailable), (0xFFFF, 16, .notAvailable),
            (0xFAFF_FFFF, 32, .valid(0xFAFF_FFFF)), (0xFB00_0000, 32, .indicator(0xFB00_0000)),
            (0xFE00_0000, 32, .error), (0xFF00_0000, 32, .notAvailable),
            (0xFFFF_FFFF, 32, .notAvailable), (.max, 64, .notAvailable), (0xFAF, 12, .valid(0xFAF)),
            (0xFE0, 12, .error), (0xA, 4, .valid(0xA)), (0xB, 4, .indicator(0xB)),
            (0xD, 4, .reserved), (0xE, 4, .error), (0xF, 4, .notAvailable), (1, 2, .valid(1)),
            (2, 2, .error), (3, 2, .notAvailable), (1, 1, .valid(1)), (7, 3, .valid(7)),
            (0x1FF, 8, .notAvailable), (0x105, 8, .valid(5)),
        ] as [(UInt64, Int, J1939Value)])
    func `the top byte tells a value from a message about it`(
        raw: UInt64, bits: Int, value: J1939Value
    ) {
        #expect(J1939Value(raw, bits: bits) == value)
        if case .valid(let number) = value {
            #expect(J1939Value(raw, bits: bits).value == number)
        } else {
            #expect(J1939Value(raw, bits: bits).value == nil)
        }
    }
}
