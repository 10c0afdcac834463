import Testing
import Units

@Suite struct `Slots and durations` {
    static let slots: [(Int64, UInt32?)] = [
        (-1, nil), (0, 0), (1, 0), (899_999, 0), (900_000, 1), (900_001, 1),
        (4_294_967_295 * 900_000 + 899_999, .max), (4_294_967_296 * 900_000, nil),
    ]

    @Test(arguments: slots)
    func `a slot holds a quarter of an hour from 2012 on`(past: Int64, number: UInt32?) {
        let slot = Slot(containing: Slot.origin + Milliseconds(past))
        #expect(slot?.number == number)
        if let slot {
            #expect(slot.start <= Slot.origin + Milliseconds(past))
            #expect(Slot(containing: slot.start) == slot)
        }
    }

    @Test func `a slot has a day and a text`() {
        #expect(Slot(95).day == 0)
        #expect(Slot(96).day == 1)
        #expect(Slot(12_712).description == "2012-05-12T10:00:00Z")
        #expect(Slot(1) < Slot(2))
    }

    @Test func `every index is the shortest duration that covers its length`() throws {
        var before = Milliseconds.zero
        for value in 0...983 {
            let index = try #require(DurationIndex(value))
            #expect(index.length - before == (value < 480 ? .minutes(30) : .hours(1)))
            try #require(DurationIndex(covering: index.length) == index)
            try #require(DurationIndex(covering: before + Milliseconds(1)) == index)
            if value < 983 {
                let next = DurationIndex(covering: index.length + Milliseconds(1))
                try #require(next?.value == UInt16(value + 1))
            }
            before = index.length
        }
        #expect(before == .days(31))
        #expect(DurationIndex.maximum.length == .days(31))
        #expect(DurationIndex.lastHalfHour.length == .hours(240))
        #expect(DurationIndex.minimum < .maximum)
    }

    @Test func `no other number or length is a duration`() {
        #expect(DurationIndex(-1) == nil)
        #expect(DurationIndex(984) == nil)
        #expect(DurationIndex(65_536) == nil)
        #expect(DurationIndex(covering: .zero) == nil)
        #expect(DurationIndex(covering: Milliseconds(-1)) == nil)
        #expect(DurationIndex(covering: .days(31) + Milliseconds(1)) == nil)
    }

    @Test(arguments: [(0, "0.5 h"), (1, "1 h"), (2, "1.5 h"), (479, "240 h"), (983, "744 h")])
    func `a duration is written in hours`(value: Int, text: String) {
        #expect(DurationIndex(value)?.description == text)
    }

    @Test func `a rental is written as its numbers`() throws {
        let duration = try #require(DurationIndex(15))
        let rental = RentalID(start: Slot(12_712), duration: duration, generation: 3)
        #expect(rental.description == "12712-15-3")
        #expect(RentalID("12712-15-3") == rental)
        #expect(rental.end.iso == "2012-05-12T18:00:00Z")
    }

    @Test(arguments: [
        "", "1-2", "1-2-3-4", "1-984-0", "4294967296-0-0", "1-0-65536", "-1-0-0", "1--0", "a-0-0",
        "1-b-0", "1-0-c", "1-0-", " 1-0-0",
    ])
    func `anything else is no rental`(text: String) {
        #expect(RentalID(text) == nil)
    }
}

@Suite struct `Identifiers` {
    @Test func `a box is sixteen hexadecimal digits`() {
        #expect(BoxID(0x11).description == "0000000000000011")
        #expect(BoxID("00000000000000fF") == BoxID(255))
        #expect(BoxID(UInt64.max).description == "ffffffffffffffff")
        #expect(BoxID(1) < BoxID(2))
    }

    @Test(arguments: ["", "0011", "00112233445566778", "001122334455667g", "0x11223344556677"])
    func `anything else is no box`(text: String) {
        #expect(BoxID(text) == nil)
    }

    @Test func `epochs, records and trips`() {
        #expect(KeyEpoch(0).next == KeyEpoch(1))
        #expect(KeyEpoch(1) < KeyEpoch(2))
        #expect(KeyEpoch(7).description == "7")
        let record = RecordID(box: BoxID(1), epoch: 2, sequence: 3)
        #expect(record.description == "0000000000000001/2/3")
        let trip = TripID(epoch: 2, sequence: .max)
        #expect(trip.description == "2-9223372036854775807")
        #expect(TripID(trip.description) == trip)
    }

    @Test(arguments: [
        "", "1", "1-", "-1", "1-0", "1--1", "1-2-3", "4294967296-1", "1-9223372036854775808", "a-1",
    ])
    func `anything else is no trip`(text: String) {
        #expect(TripID(text) == nil)
    }
}

@Suite struct `Digests and hexadecimal text` {
    @Test func `bytes come back`() throws {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.decode(Hex.encode(bytes).uppercased()) == bytes)
        #expect(Hex.encode([0, 15, 255]) == "000fff")
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "0g", "g0", "0/", "0:", "0@", "0G", "0`", "é", "000"])
    func `anything else is no hexadecimal text`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func `a digest is thirty-two bytes`() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 % 256) }
        let digest = try #require(Digest256(bytes: bytes))
        #expect(digest.bytes == bytes)
        #expect(Digest256(hex: digest.hex) == digest)
        #expect(Digest256(bytes: bytes.dropLast()) == nil)
        #expect(Digest256(bytes: bytes + [0]) == nil)
        #expect(Digest256(hex: "xy") == nil)
        #expect(Digest256.zero.hex == String(repeating: "0", count: 64))
    }

    @Test(arguments: 0..<32)
    func `one changed byte makes another digest`(index: Int) throws {
        var bytes = (0..<32).map { UInt8($0) }
        let digest = try #require(Digest256(bytes: bytes))
        bytes[index] ^= 1
        let other = try #require(Digest256(bytes: bytes))
        #expect(digest != other)
        #expect(Set([digest, other, digest]).count == 2)
    }
}
