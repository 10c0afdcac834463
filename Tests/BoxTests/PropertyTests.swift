import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

/// A world that plays with a box: seeded, so that what it finds can be played again.
struct RandomWorld {
    var random: SplitMix64
    var talk: Conversation
    let provisioned = provisionedState()
    /// Whether storage and keys fail, clocks jump and answers come late.
    let isHostile: Bool
    /// The state behind every record that was taken, by replay.
    var replayed: DurableState

    init(seed: UInt64, isHostile: Bool) {
        random = SplitMix64(seed: seed)
        talk = Conversation(provisioned)
        replayed = provisioned
        self.isHostile = isHostile
    }

    mutating func chance(_ percent: UInt64) -> Bool { random.next(below: 100) < percent }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int(random.next(below: UInt64(values.count)))]
    }

    /// A rental near now; now and then one that was redeemed before.
    mutating func rental() -> RentalID {
        if chance(40), let known = talk.box.durable.book.redemptions.last { return known.rental }
        let slot = Slot(containing: talk.box.clock.earliest(at: talk.now)) ?? firstSlot
        let shift = UInt32(random.next(below: 12))
        return RentalID(
            start: Slot(max(slot.number, 8) - 8 + shift), duration: hours(pick([1, 2, 8])),
            generation: UInt16(random.next(below: 5)))
    }

    mutating func answers() {
        let fails = isHostile && chance(15)
        talk.takesCommit = { _, _ in !fails }
        talk.receipt = isHostile && chance(20) ? nil : [1, 2, 3, 4, 5, 6, 7, 8]
        talk.receiptTakes = isHostile ? millis(Int64(random.next(below: 90_000))) : .zero
        let active = talk.box.durable.book.active
        let longer = active.flatMap { DurationIndex($0.duration.value + 4) } ?? hours(1)
        let found: [CodeCheck.Match] = [
            .rental(rental()), .rental(rental()), .rental(rental()), .none,
            .owner(step: OneTimePassword.step(at: talk.box.clock.earliest(at: talk.now))),
            .extend(longer, counter: (active?.extensions ?? 0) + 1),
            .revoke(through: Slot(firstSlot.number + UInt32(random.next(below: 3)))),
            .time(count: UInt32(random.next(below: 1_600_000))),
        ]
        talk.match = isHostile && chance(10) ? nil : pick(found)
    }

    /// Something happens.
    mutating func turn() {
        answers()
        switch random.next(below: 16) {
        case 0...2: talk.enter(rentalDigits)
        case 3: talk.enter(pick(["363", "5625", "738653", "12345678", "984123456789"]))
        case 4...6: drive()
        case 7: talk.tell(.lineRead(pick(InputLine.allCases), pick([true, false, false, nil])))
        case 8: talk.tell(.storageRead(isHostile ? pick(StorageRoom.allCases) : .normal))
        case 9: talk.tell(.coverageChanged(random.flip()))
        case 10: talk.tell(clockInput())
        case 11:
            let voltage = Millivolts(11_000 + Int64(random.next(below: 2_000)))
            talk.tell(.batteryRead(BatteryReading(voltage: voltage, drawn: .zero)))
        case 12: talk.tell(.keyPressed(pick([.digit(3), .clear, .enter])))
        case 13: talk.wait(.minutes(Int64(random.next(below: 90))))
        case 14: if chance(isHostile ? 30 : 5) { cutPower() }
        default: talk.wait(.seconds(Int64(random.next(below: 100))))
        }
    }

    mutating func drive() {
        let position =
            (talk.car.odometer?.position ?? Metres(50_000))
            + Metres(
                Int64(random.next(below: 2_000)))
        for speed in [8_000, 8_000, 0] as [Int64] {
            talk.now = talk.now + .seconds(1)
            talk.hear(speed: chance(90) ? speed : nil, odometer: position)
        }
    }

    mutating func clockInput() -> BoxInput {
        let shift = Milliseconds(Int64(random.next(below: 8_000)) - 2_000)
        let time = talk.wall + (isHostile ? shift * 1_000 : shift)
        if random.flip() {
            return .rtcRead(RTCReading(time: time, stopped: isHostile && chance(9)))
        }
        return .timeOffered(
            TimeOffer(time: time, error: .zero, source: pick(TimeOffer.Source.allCases)))
    }

    mutating func cutPower() {
        var next = talk.afterPowerCut(at: BootTime(milliseconds: Int64(random.next(below: 9_000))))
        next.car.odometer = talk.car.odometer
        let time = talk.box.clock.earliest(at: talk.now) + .minutes(3)
        let fails = isHostile && chance(30)
        next.takesCommit = { _, _ in !fails }
        next.start(
            rtc: isHostile && chance(10) ? nil : RTCReading(time: time, stopped: false),
            inhibit: pick([.engaged, .released, .unknown]))
        talk = next
    }

    /// Replays what was written since the last look, record by record, and checks each.
    mutating func replay(from start: Int) {
        for draft in talk.written[start...] {
            switch draft.body {
            case .tripOpen(let open):
                #expect(replayed.trip == nil, "at most one trip is open")
                #expect(open.trip == TripID(epoch: 7, sequence: replayed.sequence + 1))
            case .tripClose(let close):
                #expect(close.open == replayed.trip?.open, "a close repeats its open")
                #expect(close.distance >= .zero && close.duration >= 0)
            case .codeAccepted(.rental(let rental, _)):
                #expect(replayed.book.redemption(of: rental) == nil, "redeemed once")
            default: break
            }
            replayed.apply(draft)
        }
        #expect(replayed == talk.box.durable, "the state is the fold of the records")
    }
}

@Suite("Any history")
struct PropertyTests {
    @Test(arguments: Array(1...12) as [UInt64], [false, true])
    func `the state is the fold of its records, and time always moves on`(
        _ seed: UInt64, _ isHostile: Bool
    ) throws {
        var world = RandomWorld(seed: seed, isHostile: isHostile)
        world.talk.start()
        world.replay(from: 0)
        for _ in 0..<150 {
            let count = world.talk.written.count
            let before = world.talk.box.durable
            world.turn()
            world.replay(from: count)
            if before != world.talk.box.durable {
                let again = try DurableState(snapshot: world.talk.box.durable.snapshot)
                #expect(again == world.talk.box.durable)
            }
            #expect(world.talk.box.waiting == .nothing)
            #expect(world.talk.box.nextDeadline > world.talk.now)
        }
        expectTimeMovesOn(&world.talk)
    }

    private func expectTimeMovesOn(_ talk: inout Conversation) {
        talk.takesCommit = { _, _ in false }
        let begin = talk.now
        for _ in 0..<1_000 {
            let deadline = talk.box.nextDeadline
            #expect(deadline > talk.now)
            talk.now = max(deadline, talk.now)
            talk.tell(.deadlinePassed)
        }
        #expect(talk.now - begin >= .hours(24), "a thousand wakes are days, not a busy loop")
    }

    @Test(arguments: [7, 8, 9] as [UInt64])
    func `a history with everything in it opens and closes trips`(_ seed: UInt64) {
        // Without this the property above could hold for histories in which nothing happens.
        var world = RandomWorld(seed: seed, isHostile: false)
        world.talk.start()
        for _ in 0..<1_200 { world.turn() }
        #expect(world.talk.opens.count > 2)
        #expect(world.talk.closes.count > 1)
        #expect(world.talk.kinds.contains(.tripMark))
        #expect(world.talk.accepted.contains { if case .extended = $0 { true } else { false } })
    }
}
