import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The clock of the box")
struct ClockTests {
    static func offer(
        _ time: WallTime, error: Milliseconds = .zero, from source: TimeOffer.Source = .server
    ) -> BoxInput {
        .timeOffered(TimeOffer(time: time, error: error, source: source))
    }

    @Test func `a good battery-backed clock stamps the start with its quality`() {
        let talk = Conversation.parked()
        #expect(talk.kinds.first == .boot)
        #expect(talk.written.first?.stamp.wall?.time == startWall)
        #expect(talk.written.first?.stamp.wall?.quality == .rtc)
        #expect(talk.clockSteps.isEmpty)
    }

    /// What the battery-backed clock can answer at the start, and what the box says.
    enum Loss: String, CaseIterable, Sendable {
        case missing, stopped, belowFloor, unset

        var cause: ClockStepBody.Cause {
            switch self {
            case .missing: .rtcMissing
            case .unset: .unset
            case .stopped: .oscillatorStopped
            case .belowFloor: .belowFloor
            }
        }

        var reading: RTCReading? {
            switch self {
            case .missing: nil
            case .stopped: RTCReading(time: startWall, stopped: true)
            case .belowFloor: RTCReading(time: startWall - millis(1001), stopped: false)
            case .unset: RTCReading(time: startWall, stopped: false)
            }
        }
    }

    @Test(arguments: Loss.allCases)
    func `a clock that is lost at the start refuses new rentals`(_ loss: Loss) {
        var state = provisionedState()
        if loss == .unset { state.trusted = nil }
        var talk = Conversation(state, floor: startWall)
        talk.start(rtc: loss.reading)
        #expect(talk.kinds == [.boot, .clockStep])
        #expect(talk.clockSteps == [ClockStepBody(cause: loss.cause, from: nil, to: nil)])
        #expect(talk.written.allSatisfy { $0.stamp.wall == nil })
        #expect(talk.enter(rentalDigits).signals == [.refused(.clockLost)])
        #expect(talk.refusals.map(\.counted) == [true])
    }

    @Test func `the greater of both floors counts`() {
        var state = provisionedState()
        state.floor = startWall + .hours(1)
        var low = Conversation(state, floor: startWall)
        low.start()
        #expect(low.clockSteps.map(\.cause) == [.belowFloor])
        state.floor = startWall - .hours(1)
        var high = Conversation(state, floor: startWall + millis(1001))
        high.start()
        #expect(high.clockSteps.map(\.cause) == [.belowFloor])
        var none = Conversation(state)
        none.start()
        #expect(none.clockSteps.isEmpty)
    }

    @Test func `with the clock lost the active rental still opens the car`() {
        var talk = Conversation(Conversation.rented().box.durable)
        talk.start(rtc: nil)
        talk.match = .rental(eightHours)
        #expect(talk.enter(rentalDigits).signals == [.reopened])
    }

    @Test func `every ten minutes the floor is stored and the clock is read`() {
        var talk = Conversation.parked()
        var stored: [WallTime] = []
        for _ in 0..<3 {
            let effects = talk.wait(.minutes(10))
            #expect(effects.contains(.readRTC))
            stored += effects.compactMap {
                if case .storeFloor(let time) = $0 { time } else { nil }
            }
        }
        #expect(stored.count == 3)
        // The interval's lower edge falls back by its drift: 2 ms in ten minutes.
        #expect(
            zip(stored, stored.dropFirst()).allSatisfy {
                ($1 - $0 - .minutes(10)).magnitude <= millis(3)
            })
    }

    @Test func `the first floor is stored ten minutes behind boot`() {
        var talk = Conversation(at: BootTime(milliseconds: 1_000))
        talk.start()
        #expect(talk.box.nextDeadline <= BootTime(milliseconds: 600_000))
        #expect(!talk.wait(millis(598_999)).contains(.readRTC))
        #expect(talk.wait(millis(1)).contains(.readRTC))
    }

    @Test func `a clock that jumps while running is lost and said so`() {
        var talk = Conversation.parked()
        talk.tell(.rtcRead(RTCReading(time: talk.wall, stopped: false)))
        talk.tell(.rtcRead(nil))
        #expect(talk.clockSteps.isEmpty)
        let believed = talk.wall
        talk.tell(.rtcRead(RTCReading(time: talk.wall + .hours(1), stopped: false)))
        #expect(talk.clockSteps == [ClockStepBody(cause: .jump, from: believed, to: nil)])
        #expect(talk.box.clock.interval(at: talk.now) == nil)
    }

    @Test func `a battery-backed clock that comes late is taken up as at a start`() {
        var talk = Conversation()
        talk.start(rtc: nil)
        #expect(talk.box.clock.interval(at: talk.now) == nil)
        talk.tell(.rtcRead(nil))
        #expect(talk.clockSteps.map(\.cause) == [.rtcMissing])
        talk.tell(.rtcRead(RTCReading(time: startWall, stopped: false)))
        #expect(talk.box.clock.reading(at: talk.now)?.time == startWall)
        #expect(talk.clockSteps.map(\.cause) == [.rtcMissing])
    }

    @Test func `a clock that comes late, and below the floor or stopped, stays lost`() {
        for reading in [
            RTCReading(time: startWall - millis(1001), stopped: false),
            RTCReading(time: startWall, stopped: true),
        ] {
            var talk = Conversation(floor: startWall)
            talk.start(rtc: nil)
            talk.tell(.rtcRead(reading))
            #expect(talk.clockSteps.count == 2)
            talk.tell(.rtcRead(RTCReading(time: startWall, stopped: false)))
            #expect(talk.box.clock.interval(at: talk.now) == nil)
        }
    }

    @Test func `the fleet's time sets the clock and the battery-backed one`() throws {
        var talk = Conversation.parked()
        let time = talk.wall + .seconds(60)
        let before = talk.wall
        let effects = talk.tell(Self.offer(time, error: .seconds(30)))
        #expect(effects.contains(.setRTC(time)))
        #expect(
            talk.clockSteps == [ClockStepBody(cause: .server, from: before, to: time)])
        #expect(talk.written.last?.stamp.wall?.quality == .server)
        #expect(talk.box.durable.trusted == time)
        // What the source claims about its error outlives a power cut.
        #expect(talk.box.durable.trustedError == .seconds(32))
        var next = talk.afterPowerCut()
        next.start(rtc: RTCReading(time: time, stopped: false))
        #expect(next.box.clock.reading(at: next.now)?.error == .seconds(32))
    }

    @Test func `a technician's time has its own cause and quality`() {
        var talk = Conversation.parked()
        talk.tell(Self.offer(talk.wall + .seconds(9), from: .technician))
        #expect(talk.clockSteps.map(\.cause) == [.technician])
        #expect(talk.written.last?.stamp.wall?.quality == .technician)
    }

    @Test(arguments: [
        (2_000 as Int64, false), (2_001, true), (-2_000, false), (-2_001, true), (0, false),
    ])
    func `a setting of at most two seconds waits for a day`(_ step: Int64, _ set: Bool) {
        var state = provisionedState()
        state.trusted = startWall
        var talk = Conversation.parked(state)
        talk.tell(Self.offer(talk.wall + millis(step)))
        #expect(talk.clockSteps.count == (set ? 1 : 0))
    }

    @Test(arguments: [(-1 as Int64, 0), (0, 1), (1, 1)])
    func `a day later the clock is set even where nothing changes`(_ late: Int64, _ count: Int) {
        var state = provisionedState()
        state.trusted = startWall
        var talk = Conversation.parked(state)
        talk.now = startTime + .days(1) + millis(late)
        talk.tell(.deadlinePassed)
        talk.tell(Self.offer(talk.wall))
        #expect(talk.clockSteps.count == count)
    }

    @Test(arguments: [1 as Int64, 60, 3_600, 100_000])
    func `the fleet's time never steps the clock inside an open trip`(_ seconds: Int64) {
        var state = provisionedState()
        state.trusted = startWall - .days(1_000)
        var talk = Conversation.parked(state)
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.tell(Self.offer(talk.wall + .seconds(seconds)))
        #expect(talk.clockSteps.isEmpty)
        #expect(talk.box.clock.reading(at: talk.now)?.time == talk.wall)
        talk.wait(.minutes(1))
        let effects = talk.enter("363")
        #expect(effects.contains(.setRTC(talk.wall + .seconds(seconds))))
        #expect(talk.clockSteps.map(\.to) == [talk.wall + .seconds(seconds)])
        #expect(talk.closes.first?.duration == 60)
        #expect(talk.closes.first?.flags.contains(.clockStep) == false)
    }

    @Test func `a lost clock is set inside an open trip, and the trip says so`() {
        var talk = Conversation(Conversation.rented().box.durable)
        talk.start(rtc: nil)
        talk.tell(Self.offer(startWall + .hours(1)))
        #expect(talk.clockSteps.map(\.cause) == [.rtcMissing, .server])
        #expect(talk.box.durable.trip?.flags.contains(.clockStep) == true)
    }

    @Test func `a hint moves the clock forward within the interval and is no record`() {
        var talk = Conversation.parked()
        let before = talk.written.count
        talk.tell(Self.offer(talk.wall + .seconds(1), from: .gnss))
        #expect(talk.box.clock.reading(at: talk.now)?.time == talk.wall + .seconds(1))
        talk.tell(Self.offer(talk.wall + .hours(1), from: .gnss))
        #expect(talk.box.clock.reading(at: talk.now)?.time == talk.wall + .seconds(1))
        #expect(talk.written.count == before)
    }

    @Test(
        arguments: [
            WallTime(milliseconds: .min), WallTime(milliseconds: .max), Slot.origin - millis(1),
            Slot(.max).start + millis(1),
        ], TimeOffer.Source.allCases)
    func `a time that cannot be one is not taken`(_ time: WallTime, _ source: TimeOffer.Source) {
        var talk = Conversation()
        talk.start(rtc: nil)
        #expect(talk.tell(Self.offer(time, from: source)).isEmpty)
        #expect(talk.clockSteps.count == 1)
    }

    @Test(arguments: [(-1 as Int64, false), (0, true), (1_800_000, true), (1_800_001, false)])
    func `an offer is worth something with an error of up to half an hour`(
        _ error: Int64, _ taken: Bool
    ) {
        var talk = Conversation()
        talk.start(rtc: nil)
        talk.tell(Self.offer(startWall, error: millis(error)))
        #expect((talk.clockSteps.count == 2) == taken)
    }

    @Test func `an offer below what has certainly passed sets nothing`() {
        var talk = Conversation.parked()
        talk.wait(.minutes(20))
        #expect(!talk.tell(Self.offer(startWall - .hours(1))).contains { $0.asks })
        #expect(talk.clockSteps.isEmpty)
    }

    @Test func `a TIME code sets the clock to the middle of what it can mean`() throws {
        var talk = Conversation.parked()
        let count: UInt32 = 1_600_000
        let start = Slot.origin + .minutes(5) * Int64(count)
        talk.match = .time(count: count)
        let effects = talk.enter("987123456712345678")
        #expect(effects.signals == [.accepted])
        #expect(effects.contains(.setRTC(start + .minutes(5))))
        #expect(talk.box.durable.book.timeCount == count)
        #expect(talk.box.durable.trustedError == .seconds(302))
        #expect(talk.clockSteps.map(\.cause) == [.timeCode])
        #expect(talk.written.last?.stamp.wall?.quality == .server)
    }

    @Test func `uptime that has certainly passed is a little less than counted`() {
        var talk = Conversation(provisionedState(), floor: startWall)
        talk.start(rtc: nil)
        talk.now = talk.now + .seconds(1_000)
        talk.tell(.deadlinePassed)
        #expect(talk.box.clock.floor == startWall + millis(1_000_000 - 100 - 1))
        talk.tell(.deadlinePassed)
        #expect(talk.box.clock.floor == startWall + millis(1_000_000 - 100 - 1))
    }
}
