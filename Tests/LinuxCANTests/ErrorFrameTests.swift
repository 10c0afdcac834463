import CAN
import LinuxCAN
import Testing

@Suite struct `Error frames` {
    private static func frame(_ classes: UInt32, _ bytes: [UInt8] = []) throws -> CANFrame {
        let id = try #require(CANID(extended: classes))
        var payload: UInt64 = 0
        for (index, byte) in bytes.enumerated() { payload |= UInt64(byte) << UInt64(8 * index) }
        return CANFrame(id: id, length: 8, payload: payload, kind: .error)
    }

    private static let rows: [(UInt32, [UInt8], [BusEvent])] = [
        (0x40, [], [.busOff]), (0x100, [], [.restarted]), (0x1, [], [.sendTimedOut]),
        (0x20, [], [.notAcknowledged]), (0x2, [], [.arbitrationLost]),
        (0x8, [0, 0, 4, 8], [.brokenFrame]), (0x10, [0, 0, 0, 0, 0x66], [.wireFault(0x66)]),
        (0x4, [0, 0x04], [.errorState(.warning)]), (0x4, [0, 0x08], [.errorState(.warning)]),
        (0x4, [0, 0x10], [.errorState(.passive)]), (0x4, [0, 0x20], [.errorState(.passive)]),
        (0x4, [0, 0x40], [.errorState(.active)]), (0x4, [0, 0x28], [.errorState(.passive)]),
        (0x4, [0, 0x01], [.controllerOverflow]), (0x4, [0, 0x02], [.controllerOverflow]),
        (0x4, [], []), (0x80, [], []), (0x200, [0, 0, 0, 0, 0, 0, 9, 9], []), (0, [], []),
        (0x60, [], [.busOff, .notAcknowledged]),
        (0x144, [0, 0x40], [.busOff, .restarted, .errorState(.active)]),
    ]

    @Test(arguments: rows)
    func `each class is an event, the most serious first`(
        classes: UInt32, bytes: [UInt8], events: [BusEvent]
    ) throws {
        #expect(BusEvent.events(of: try Self.frame(classes, bytes)) == events)
    }

    @Test func `frames of data are no events`() throws {
        let id = try #require(CANID(base: 0x40))
        #expect(BusEvent.events(of: CANFrame(id: id, length: 8)) == [])
    }

    @Test func `an error frame in the text of can-utils is one`() throws {
        #expect(BusEvent.events(of: try CANFrame("20000040#0000000000000000")) == [.busOff])
    }

    @Test func `the class that floods is not asked for`() {
        #expect(BusEvent.wantedClasses & 0x80 == 0)
        #expect(BusEvent.wantedClasses & 0x140 == 0x140)
    }
}

@Suite struct `Filters` {
    @Test func `an identifier of eleven bits is told from one of 29 and from remote frames`() throws
    {
        let filter = CANFilter(exactly: try #require(CANID(base: 0x611)))
        #expect(filter.word == 0x611 && filter.mask == 0xC000_07FF)
        #expect(filter.passes(0x611))
        #expect(!filter.passes(0x612) && !filter.passes(0x610))
        #expect(!filter.passes(0x8000_0611), "29 bits")
        #expect(!filter.passes(0x4000_0611), "a request")
    }

    @Test func `an identifier of 29 bits is told from one of eleven and from remote frames`() throws
    {
        let filter = CANFilter(exactly: try #require(CANID(extended: 0x611)))
        #expect(filter.word == 0x8000_0611 && filter.mask == 0xDFFF_FFFF)
        #expect(filter.passes(0x8000_0611))
        #expect(!filter.passes(0x611) && !filter.passes(0xC000_0611))
        #expect(!filter.passes(0x9000_0611), "the highest bit counts")
    }

    @Test func `everything passes the filter of recordings`() {
        #expect([0, 0x7FF, 0x9FFF_FFFF, 0x4000_0001].allSatisfy(CANFilter.everything.passes))
    }
}
