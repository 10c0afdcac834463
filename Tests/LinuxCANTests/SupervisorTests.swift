import Diagnostics
import LinuxCAN
import Netlink
import Testing
import Units

/// A supervisor, and the time that passes around it.
struct Watched {
    var supervisor: BusSupervisor
    var now = BootTime(milliseconds: 1000)

    init(_ role: BusExpectation.Role = .listens, isUp: Bool = true) {
        supervisor = BusSupervisor(
            BusExpectation(interface: "can0", bitRate: 500_000, role: role))
        if isUp { _ = supervisor.see(link(), at: now) }
    }

    /// The interface as it has to be.
    func link(
        index: Int32 = 4, isUp: Bool = true, state: CANController.State = .errorActive
    ) -> NetworkLink {
        let isPolling = supervisor.expectation.role == .polls
        return Links.controller(
            index: index, isUp: isUp, modes: isPolling ? [] : .listenOnly, state: state)
    }

    mutating func see(_ link: NetworkLink) -> [BusEffect] { supervisor.see(link, at: now) }

    mutating func take(_ event: BusEvent) -> [BusEffect] { supervisor.take(event, at: now) }

    mutating func pass(_ time: Milliseconds) -> [BusEffect] {
        now = now + time
        return supervisor.advance(to: now)
    }

    /// Whether a frame of a moment ago could go out on a bus that is being heard.
    var maySend: Bool {
        var heard = supervisor
        _ = heard.hear(at: now)
        let conditions = PollingConditions(
            isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(13_000))
        return heard.refusal(permittedAt: now, under: conditions, at: now) == nil
    }

    /// Off the bus and back, which takes no time.
    mutating func falter() -> [BusEffect] {
        let effects = take(.busOff)
        _ = take(.restarted)
        return effects
    }
}

@Suite struct `Supervision of a bus` {
    @Test func `an interface that is as expected is opened`() {
        var bus = Watched(isUp: false)
        #expect(bus.supervisor.state == .absent && bus.supervisor.nextDeadline == nil)
        #expect(bus.see(Links.controller()) == [.open(interface: 4), .report(.turnedOn)])
        #expect(bus.supervisor.state == .up(.active))
        #expect(bus.see(Links.controller()) == [], "once")
    }

    @Test func `other interfaces are none of its business`() {
        var bus = Watched(isUp: false)
        #expect(bus.see(Links.controller(index: 9, name: "can1")) == [])
        #expect(bus.supervisor.miss(interface: 9) == [])
        #expect(bus.supervisor.state == .absent)
    }

    @Test func `a wrong set-up is refused once, and opened when it is right`() {
        var bus = Watched(isUp: false)
        let mistake = LinkMistake.bitRate(expected: 500_000, found: 125_000)
        #expect(bus.see(Links.controller(bitRate: 125_000)) == [.report(.refused(mistake))])
        #expect(bus.see(Links.controller(bitRate: 125_000)) == [])
        #expect(bus.supervisor.state == .refused(mistake) && !bus.maySend)
        #expect(bus.see(Links.controller()) == [.open(interface: 4), .report(.turnedOn)])
    }

    @Test func `an interface that is changed under it is closed`() {
        var bus = Watched()
        #expect(
            bus.see(Links.controller(modes: [])) == [.close, .report(.refused(.notListenOnly))])
    }

    @Test func `an interface that is turned off is not judged`() {
        var bus = Watched(isUp: false)
        #expect(
            bus.see(Links.controller(isUp: false, bitRate: nil, modes: []))
                == [.report(.turnedOff)])
        #expect(bus.supervisor.state == .down)
    }

    @Test func `off and on closes and opens`() {
        var bus = Watched()
        #expect(bus.see(Links.controller(isUp: false)) == [.close, .report(.turnedOff)])
        #expect(bus.see(Links.controller(isUp: false)) == [])
        #expect(bus.see(Links.controller()) == [.open(interface: 4), .report(.turnedOn)])
    }

    @Test func `an interface that goes and comes back with another number is opened anew`() {
        var bus = Watched()
        #expect(bus.supervisor.miss(interface: 4) == [.close, .report(.vanished)])
        #expect(bus.supervisor.miss(interface: 4) == [])
        #expect(
            bus.see(Links.controller(index: 7)) == [.open(interface: 7), .report(.turnedOn)])
    }

    @Test func `a new number without a word about the old one is a new interface`() {
        var bus = Watched()
        #expect(
            bus.see(Links.controller(index: 7)) == [
                .close, .report(.vanished), .open(interface: 7), .report(.turnedOn),
            ])
    }

    @Test func `an interface that is called otherwise is another one`() {
        var bus = Watched()
        #expect(bus.see(Links.controller(name: "old")) == [.close, .report(.vanished)])
    }

    @Test func `a socket that broke is tried again after waits that grow`() {
        var bus = Watched()
        #expect(
            bus.supervisor.socketBroke(19, at: bus.now) == [.close, .report(.broken(code: 19))])
        #expect(bus.supervisor.socketBroke(19, at: bus.now) == [], "it is closed already")
        #expect(bus.pass(Milliseconds(999)) == [])
        #expect(bus.pass(Milliseconds(1)) == [.askForLinks])
        #expect(bus.pass(Milliseconds(1999)) == [])
        #expect(bus.pass(Milliseconds(1)) == [.askForLinks])
        #expect(bus.see(Links.controller()) == [.open(interface: 4), .report(.turnedOn)])
    }

    @Test func `what was heard before the socket broke does not count after`() {
        var bus = Watched()
        _ = bus.supervisor.hear(at: bus.now)
        _ = bus.see(Links.controller(isUp: false))
        #expect(bus.supervisor.heardAt == nil)
    }
}

@Suite struct `Bus-off` {
    @Test func `the controller is restarted after a second, then after two`() {
        var bus = Watched(.polls)
        #expect(bus.take(.busOff) == [.report(.busOff(count: 1))])
        #expect(!bus.maySend)
        #expect(bus.pass(Milliseconds(999)) == [])
        #expect(bus.pass(Milliseconds(1)) == [.restartController(interface: 4), .askForLinks])
        #expect(bus.pass(Milliseconds(1999)) == [])
        #expect(bus.pass(Milliseconds(1)) == [.restartController(interface: 4), .askForLinks])
        #expect(bus.take(.restarted) == [.report(.restarted)])
        #expect(bus.supervisor.state == .up(.active) && bus.maySend)
    }

    @Test func `a controller that the kernel restarts by itself is only looked at`() {
        var bus = Watched(.polls)
        _ = bus.see(Links.controller(modes: [], restart: 100))
        _ = bus.take(.busOff)
        #expect(bus.pass(.seconds(1)) == [.askForLinks])
        #expect(bus.see(bus.link()) == [.report(.restarted)])
    }

    @Test func `one that is told twice counts once`() {
        var bus = Watched(.polls)
        _ = bus.take(.busOff)
        #expect(bus.take(.busOff) == [])
        #expect(bus.see(bus.link(state: .busOff)) == [])
        #expect(bus.supervisor.busOffs == 1)
    }

    @Test func `the third within ten minutes silences the box for good`() {
        var bus = Watched(.polls)
        #expect(bus.falter() == [.report(.busOff(count: 1))])
        #expect(bus.falter() == [.report(.busOff(count: 2))])
        #expect(bus.maySend)
        #expect(
            bus.falter() == [
                .report(.busOff(count: 3)), .listenOnly(interface: 4), .report(.silenced),
            ])
        #expect(bus.supervisor.isSilenced && !bus.maySend)
        _ = bus.pass(.days(1))
        #expect(bus.falter() == [.report(.busOff(count: 4))], "silent it is already")
        _ = bus.supervisor.miss(interface: 4)
        _ = bus.see(bus.link(index: 5))
        #expect(!bus.maySend, "a new interface does not lift it")
    }

    @Test(arguments: [(Int64(599_999), true), (600_000, false), (600_001, false)])
    func `what is ten minutes old does not count`(age: Int64, isSilenced: Bool) {
        var bus = Watched(.polls)
        _ = bus.falter()
        _ = bus.falter()
        bus.now = bus.now + Milliseconds(age)
        _ = bus.falter()
        #expect(bus.supervisor.isSilenced == isSilenced)
    }

    @Test func `one that no error frame told is seen in what the kernel says`() {
        var bus = Watched(.polls)
        #expect(bus.see(bus.link(state: .busOff)) == [.report(.busOff(count: 1))])
        #expect(bus.see(bus.link(state: .errorActive)) == [.report(.restarted)])
        #expect(bus.see(bus.link(state: .stopped)) == [])
    }

    @Test func `one of a socket that is not open is no news`() {
        var bus = Watched(isUp: false)
        #expect(bus.take(.busOff) == [])
        #expect(bus.supervisor.busOffs == 0)
    }

    @Test func `a silenced box goes on listening`() {
        var bus = Watched(.polls)
        for _ in 0..<3 { _ = bus.falter() }
        #expect(bus.see(bus.link(isUp: false)) == [.close, .report(.turnedOff)])
        #expect(bus.see(bus.link()) == [.open(interface: 4), .report(.turnedOn)])
        #expect(bus.supervisor.state == .up(.active))
    }
}

@Suite struct `Errors and silence of a bus` {
    @Test func `each change of the error state is told once`() {
        var bus = Watched(.polls)
        #expect(bus.take(.errorState(.warning)) == [.report(.errorState(.warning))])
        #expect(bus.take(.errorState(.warning)) == [])
        #expect(bus.maySend)
        #expect(bus.take(.errorState(.passive)) == [.report(.errorState(.passive))])
        #expect(!bus.maySend, "who errs so much keeps quiet")
        #expect(bus.take(.errorState(.active)) == [.report(.errorState(.active))])
        #expect(bus.maySend)
    }

    @Test(arguments: [
        BusEvent.notAcknowledged, .sendTimedOut, .controllerOverflow, .brokenFrame,
        .wireFault(0x44), .arbitrationLost,
    ])
    func `other trouble changes nothing`(event: BusEvent) {
        var bus = Watched()
        let before = bus.supervisor
        #expect(bus.take(event) == [])
        #expect(bus.supervisor == before)
    }

    @Test func `a bus that nobody uses for a minute is asleep, and wakes with a frame`() {
        var bus = Watched()
        #expect(bus.supervisor.hear(at: bus.now) == false, "it was awake")
        #expect(bus.pass(Milliseconds(59_999)) == [])
        #expect(bus.pass(Milliseconds(1)) == [.report(.fellAsleep)])
        #expect(bus.supervisor.isAsleep && bus.supervisor.nextDeadline == nil)
        #expect(bus.supervisor.hear(at: bus.now) == true)
        #expect(!bus.supervisor.isAsleep)
        #expect(bus.supervisor.nextDeadline == bus.now + .minutes(1))
    }

    @Test func `a bus that was never heard falls asleep, too`() {
        var bus = Watched()
        #expect(bus.pass(Milliseconds(59_999)) == [])
        #expect(bus.pass(Milliseconds(1)) == [.report(.fellAsleep)])
    }

    @Test func `a box that only listens never sends`() {
        #expect(!Watched(.listens).maySend)
        #expect(Watched(.polls).maySend)
    }
}
