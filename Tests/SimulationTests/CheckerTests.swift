import AccessCode
import Ports
import Records
import Runtime
import SimulatedDisk
import Testing
import TripLog
import Units
import Vehicle

@testable import Box
@testable import Simulation

/// A checker that is told what a broken box would do, in a true world.
private struct BrokenBox {
    let box: SimulatedBox
    let checker = Checker()
    /// A rental that begins now.
    let rental: RentalID

    init(knowsTime: Bool = true) throws {
        box = try FittedBox.make(knowsTime: knowsTime)
        checker.box = box
        rental = Self.rental(at: box.truth)
    }

    static func rental(at start: WallTime) -> RentalID {
        RentalID(
            start: Slot(containing: start) ?? Slot(0), duration: .minimum, generation: 0)
    }

    var now: BootTime { box.bootTime }

    /// What was broken so far.
    var broken: [String] { checker.violations.map(\.invariant) }

    func does(_ effect: BoxEffect) { checker.carriedOut(effect, at: now) }

    /// Makes `bodies` durable, as far as the checker is told.
    func writes(_ bodies: RecordBody...) {
        let drafts = bodies.map {
            RecordDraft(stamp: Stamp(boot: 1, mono: now, wall: nil), body: $0)
        }
        does(.commit(Commit(drafts: drafts, state: box.provisioned)))
        checker.took(.committed, at: now)
    }

    func redeems(_ rental: RentalID) {
        writes(.codeAccepted(.rental(rental, keyEpoch: KeyEpoch(0))))
    }

    /// A proof that was right when it was made.
    func proof() throws -> InterlockProof {
        var interlock = Interlock()
        interlock.observe(ignition: false, car: VehicleState(), at: .boot)
        return try #require(interlock.prove(at: .boot + Interlock.quietMinimum))
    }

    func opening(_ sequence: Int64) -> TripOpenBody {
        TripOpenBody(
            trip: TripID(epoch: 1, sequence: sequence),
            authority: TripAuthority(kind: .code, rental: rental, window: nil), odometer: nil,
            fuel: nil, battery: nil, firmware: "", profile: "")
    }

    func closing(
        _ open: TripOpenBody, _ distance: Int64, error: Int64 = 0,
        _ quality: DistanceQuality = .odometer, from: Int64? = nil, to: Int64? = nil
    ) -> TripCloseBody {
        var open = open
        open.odometer = from.map(Self.statement)
        return TripCloseBody(
            open: open, openWall: nil, cause: .code, odometer: to.map(Self.statement),
            distance: Metres(distance), quality: quality, error: Metres(error),
            odometerDelta: nil, pulses: nil, speed: nil, duration: 0, driving: 0,
            ignitionCycles: 0, energy: .zero, endMinute: nil, receipt: nil, flags: [])
    }

    private static func statement(_ metres: Int64) -> OdometerStatement {
        OdometerStatement(
            display: Metres(metres), position: Metres(metres), error: .zero,
            resolution: Metres(1), quality: .odometer)
    }

    /// Lets the car go `metres`.
    func drives(_ millimetres: Int64) {
        box.car.follow(
            odometer: box.car.odometer + Millimetres(millimetres), speed: .zero)
    }
}

@Suite("Checker of a broken box")
struct CheckerTests {
    @Test func `a starter that is released without a trip is reported`() throws {
        let world = try BrokenBox()
        world.does(.releaseStarter)
        #expect(world.broken == ["the starter is released only behind a durable trip.open"])
    }

    @Test func `a door that opens without a redemption is reported`() throws {
        let world = try BrokenBox()
        world.does(.pulseDoor(.lock))
        #expect(world.broken.isEmpty)
        world.does(.pulseDoor(.unlock))
        #expect(world.broken == ["the door opens only behind a durable redemption"])
    }

    @Test(arguments: [(false, 0, false), (true, 0, true), (false, 1, true), (false, -1, true)])
    func `a starter that is inhibited while the car may move is reported`(
        _ ignition: Bool, _ speed: Int64, _ isBroken: Bool
    ) throws {
        let world = try BrokenBox()
        world.box.car.ignition = ignition
        world.box.car.follow(
            odometer: world.box.car.odometer, speed: MillimetresPerSecond(speed))
        world.does(.inhibitStarter(try world.proof()))
        let invariant = "the starter is never inhibited while the car moves or its ignition is on"
        #expect(world.broken == (isBroken ? [invariant] : []))
    }

    @Test(arguments: [(0, true), (999, true), (1000, false)] as [(Int64, Bool)])
    func `both coils within a second are reported`(_ apart: Int64, _ isBroken: Bool) throws {
        let world = try BrokenBox()
        world.does(.inhibitStarter(try world.proof()))
        world.box.advance(to: world.box.truth + Milliseconds(apart))
        world.does(.releaseStarter)
        #expect(world.broken.contains("never both coils") == isBroken)
    }

    @Test func `one coil twice is no violation`() throws {
        let world = try BrokenBox()
        world.does(.inhibitStarter(try world.proof()))
        world.does(.inhibitStarter(try world.proof()))
        #expect(world.broken.isEmpty)
    }

    @Test func `a code that opens twice is reported`() throws {
        let world = try BrokenBox()
        world.redeems(world.rental)
        #expect(world.broken.isEmpty)
        world.redeems(world.rental)
        #expect(world.broken == ["no code opens twice"])
    }

    @Test func `a code of another rental is not the same`() throws {
        let world = try BrokenBox()
        world.redeems(world.rental)
        world.redeems(
            RentalID(start: world.rental.start, duration: world.rental.duration, generation: 1))
        #expect(world.broken.isEmpty)
    }

    /// The rental opens half an hour before its start and lasts half an hour. What the box cannot
    /// tell apart by its clock is allowed on both sides.
    @Test(
        arguments: [
            (false, -1, false), (false, 0, true), (false, 1, true),
            (true, -1, true), (true, 0, false), (true, 1, false),
        ] as [(Bool, Int64, Bool)])
    func `a code that opens outside its window is reported`(
        _ isLate: Bool, _ step: Int64, _ isWithin: Bool
    ) throws {
        let start = FittedBox.beginning + .days(1)
        let bound = isLate ? start + .minutes(30) : start - .minutes(30)
        let width = try uncertainty(at: bound)
        let time = (isLate ? bound + width : bound - width) + Milliseconds(step)
        try #require(try uncertainty(at: time) == width)
        let world = try BrokenBox()
        world.box.advance(to: time)
        world.redeems(BrokenBox.rental(at: start))
        #expect(world.broken == (isWithin ? [] : ["no code opens outside its window"]))
    }

    /// How wide the box's interval for UTC is at `time`.
    private func uncertainty(at time: WallTime) throws -> Milliseconds {
        let box = try FittedBox.make()
        box.advance(to: time)
        let interval = try #require(box.runtime?.box.clock.interval(at: box.bootTime))
        return interval.upperBound - interval.lowerBound
    }

    @Test func `a code that opens without the time is reported`() throws {
        let world = try BrokenBox(knowsTime: false)
        world.redeems(world.rental)
        #expect(world.broken == ["no new rental without the time"])
    }

    @Test(
        arguments: [
            (1_000, 1_000, true), (1_010, 1_000, true), (1_011, 1_000, true), (1_012, 1_000, false),
            (989, 1_000, true), (988, 1_000, false),
        ] as [(Int64, Int64, Bool)])
    func `a distance off by more than its bound and a metre is reported`(
        _ billed: Int64, _ driven: Int64, _ isRight: Bool
    ) throws {
        let world = try BrokenBox()
        let open = world.opening(2)
        world.writes(.tripOpen(open))
        world.drives(driven * 1000)
        world.writes(.tripClose(world.closing(open, billed, error: 10)))
        let invariant = "the billed distance is right within its bound"
        #expect(world.broken == (isRight ? [] : [invariant]))
    }

    @Test func `a distance that says it is not known is not held against the truth`() throws {
        let world = try BrokenBox()
        let open = world.opening(2)
        world.writes(.tripOpen(open))
        world.drives(5_000_000)
        world.writes(.tripClose(world.closing(open, 0, .none)))
        #expect(world.broken.isEmpty)
    }

    @Test func `a trip that opens twice is reported`() throws {
        let world = try BrokenBox()
        world.writes(.tripOpen(world.opening(2)), .tripOpen(world.opening(2)))
        #expect(world.broken == ["every trip opens once"])
    }

    @Test func `a trip that closes unopened, or twice, is reported`() throws {
        let world = try BrokenBox()
        let open = world.opening(2)
        world.writes(.tripClose(world.closing(open, 0)))
        #expect(world.broken == ["a trip is closed that is open"])
        world.writes(.tripOpen(open))
        world.writes(.tripClose(world.closing(open, 0)))
        #expect(world.broken.count == 1)
        world.writes(.tripClose(world.closing(open, 0)))
        #expect(world.broken.count == 2)
    }

    @Test func `a commit that failed promises nothing`() throws {
        let world = try BrokenBox()
        let draft = RecordDraft(
            stamp: Stamp(boot: 1, mono: world.now, wall: nil),
            body: .codeAccepted(.rental(world.rental, keyEpoch: KeyEpoch(0))))
        world.does(.commit(Commit(drafts: [draft], state: world.box.provisioned)))
        world.checker.took(.commitFailed, at: world.now)
        world.redeems(world.rental)
        #expect(world.broken.isEmpty)
    }
}

@Suite("Checker of a broken log")
struct LogCheckerTests {
    /// Records that the box knows nothing of.
    private func append(_ bodies: [RecordBody], to world: BrokenBox) throws {
        let log = try #require(world.box.log)
        try log.append(
            bodies.map { RecordDraft(stamp: Stamp(boot: 1, mono: world.now, wall: nil), body: $0) },
            snapshot: nil)
    }

    @Test func `a sound log is not reported`() throws {
        let world = try BrokenBox()
        world.checker.checkWholeLog()
        #expect(world.broken.isEmpty)
    }

    @Test func `a state that is not the fold of the log is reported`() throws {
        let world = try BrokenBox()
        try append([.door(DoorBody(open: true))], to: world)
        world.checker.checkNewRecords()
        #expect(world.broken == ["replaying the log gives the state"])
    }

    @Test func `two open trips are reported`() throws {
        let world = try BrokenBox()
        var second = world.opening(4)
        second.authority.rental = nil
        try append([.tripOpen(world.opening(3)), .tripOpen(second)], to: world)
        world.checker.checkNewRecords()
        #expect(world.broken.contains("trips open and close"))
        #expect(world.checker.violations.first?.detail == "1-3 is open while 1-4 opens")
    }

    @Test func `a code that opens two trips is reported`() throws {
        let world = try BrokenBox()
        let (first, second) = (world.opening(3), world.opening(5))
        try append(
            [.tripOpen(first), .tripClose(world.closing(first, 0)), .tripOpen(second)], to: world)
        world.checker.checkNewRecords()
        #expect(world.checker.violations.first?.detail == "\(world.rental) opened 1-3 and 1-5")
    }

    @Test func `a close without its open is reported`() throws {
        let world = try BrokenBox()
        try append([.tripClose(world.closing(world.opening(3), 0))], to: world)
        world.checker.checkNewRecords()
        #expect(world.checker.violations.first?.detail == "1-3 closes, unopened")
    }

    @Test(arguments: [(1_010, true), (1_011, false)] as [(Int64, Bool)])
    func `a bill beyond what the odometer went is reported`(
        _ billed: Int64, _ isRight: Bool
    ) throws {
        let world = try BrokenBox()
        let open = world.opening(3)
        let close = world.closing(open, billed, error: 10, from: 50_000, to: 51_000)
        try append([.tripOpen(open), .tripClose(close)], to: world)
        world.checker.checkNewRecords()
        #expect(world.broken.contains("trips open and close") == !isRight)
    }

    @Test(arguments: [
        (#"{"lat":48,"m":1}"#, true), (#"{"a":[{"b":{"phone":"x"}}]}"#, true),
        (#"{"latch":1,"what":"name"}"#, false),
    ])
    func `a record with a position or a person is reported, at any depth`(
        _ body: String, _ isBroken: Bool
    ) throws {
        let world = try BrokenBox()
        world.checker.checkPrivacy(StoredRecord(envelope: [], body: Array(body.utf8)))
        #expect(world.broken == (isBroken ? ["no record has a position or a person"] : []))
    }

    @Test func `a log that cannot be read is reported`() throws {
        let world = try BrokenBox()
        world.box.disk.failAfter(writes: 1)
        try? append([.door(DoorBody(open: true))], to: world)
        world.checker.checkWholeLog()
        #expect(world.broken == ["the log can be read"])
    }
}
