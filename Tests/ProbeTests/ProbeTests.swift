import CAN
import Probe
import Testing
import Units
import Vehicle

@Suite struct `A probe for profiles` {
    private func probe(
        _ name: String, _ habits: TestDrive.Habits = .init(), dash: Metres? = nil,
        against others: [String]? = nil
    ) throws -> Probe.Report {
        var drive = TestDrive(try TestProfiles.load(name), habits)
        let profiles = try (others ?? [name]).map(TestProfiles.load)
        var probe = Probe(profiles: profiles, dash: dash)
        probe.receive(drive.frames())
        return probe.report()
    }

    @Test(arguments: TestProfiles.heard)
    func `each profile is found by a drive of its car, among all`(name: String) throws {
        let report = try probe(name, against: TestProfiles.names)
        let first = try #require(report.findings.first)
        #expect(first.profile == name)
        #expect(first.verdict == .fits, "\(first.line) \(first.contradictions)")
        #expect(report.guesses.isEmpty)
        // Families of one maker can have the same odometer, with other frames around it.
        let key = try TestProfiles.load(name).odometerKeys
        for other in report.findings where other.verdict == .fits {
            #expect(try TestProfiles.load(other.profile).odometerKeys.contains { key.contains($0) })
        }
    }

    @Test func `what fits has its evidence in numbers`() throws {
        let report = try probe("toyota_611")
        let finding = try report.finding("toyota_611")
        #expect(finding.contradictions == [])
        #expect(finding.missing == [])
        var measured: Int64 = 0
        var ways: [Metres] = []
        for evidence in finding.evidence {
            switch evidence {
            case .counter(measured: let each, stated: _, way: _): measured = each
            case .withSpeed(odometer: let odometer, speed: let speed): ways = [odometer, speed]
            case .unit(let perCount): #expect(perCount == Millimetres(1_000_000))
            case .odometer, .other, .dash, .moved, .speed, .ignition: break
            }
        }
        #expect((47_900_000...48_900_000).contains(measured))
        #expect(ways.count == 2)
        let odometer = try #require(finding.frames.first { $0.id == 0x611 })
        #expect(odometer.sight?.period == .seconds(1) && odometer.quantities == ["odometer"])
        #expect(finding.line == "toyota_611: fits")
    }

    @Test func `a car that stands may fit, and what to do is said`() throws {
        let report = try probe("toyota_611", .init(stands: true, seconds: 60))
        let finding = try report.finding("toyota_611")
        #expect(finding.verdict == .mayFit(.neverMoved))
        #expect(finding.line == "toyota_611: may fit: the odometer is there but never moved")
        #expect(report.best == nil && report.open.map(\.profile) == ["toyota_611"])
    }

    @Test func `a car that stands fits where its odometer is what the dashboard shows`() throws {
        let habits = TestDrive.Habits(stands: true, seconds: 60)
        let shown = Metres.kilometres(87_654)
        #expect(try probe("toyota_611", habits, dash: shown).best?.profile == "toyota_611")
        // A count to either side is what rounding can do; more is another number.
        for (apart, verdict) in [
            (Int64(1000), ProfileFinding.Verdict.fits), (1001, .mayFit(.contradicted)),
        ] {
            for sign in [Int64(1), -1] {
                let report = try probe("toyota_611", habits, dash: shown + Metres(sign * apart))
                #expect(try report.finding("toyota_611").verdict == verdict, "\(sign * apart)")
            }
        }
    }

    @Test func `an odometer that stands while the car goes does not fit`() throws {
        let report = try probe("toyota_611", .init(isFrozen: true))
        guard case .doesNotFit(.stands(let way)) = try report.finding("toyota_611").verdict else {
            Issue.record("\(try report.finding("toyota_611").verdict)")
            return
        }
        #expect(way > .kilometres(3))
    }

    @Test func `a silence in the drive is left out of the comparison`() throws {
        for name in ["toyota_611", "hyundai_kia", "renault_broadcast"] {
            let profile = try TestProfiles.load(name)
            var drive = TestDrive(profile)
            var frames = drive.frames()
            frames.removeAll { (60_000..<100_000).contains($0.at.milliseconds) }
            var probe = Probe(profiles: [profile])
            probe.receive(frames)
            #expect(probe.report().best?.profile == name, "\(probe.report().findings)")
        }
    }

    @Test func `a counter of another length contradicts`() throws {
        let report = try probe("toyota_611", .init(counterPerMille: 800))
        let finding = try report.finding("toyota_611")
        #expect(finding.verdict == .mayFit(.contradicted))
        #expect(
            finding.contradictions.contains { contradiction in
                if case .counter = contradiction { true } else { false }
            })
    }

    @Test func `without a speed it is said that nothing was held against the odometer`() throws {
        let report = try probe("vw_pq", .init(silent: try speeds("vw_pq")))
        #expect(try report.finding("vw_pq").verdict == .mayFit(.noWitness))
    }

    private func speeds(_ name: String) throws -> Set<CANID> {
        Set(try TestProfiles.load(name).speed.compactMap(\.signal.selector.broadcastID))
    }

    @Test func `without its odometer's frame a profile does not fit, and the frame is named`()
        throws
    {
        let report = try probe("toyota_611", .init(silent: [0x611]))
        #expect(
            try report.finding("toyota_611").line == "toyota_611: does not fit: no frame 611")
        #expect(try report.finding("toyota_611").missing.map(\.id) == [0x611])
    }

    @Test func `a unit that is never said does not fit`() throws {
        let report = try probe("toyota_611", .init(unitRaw: 0))
        #expect(try report.finding("toyota_611").verdict == .doesNotFit(.unitUnknown(0x611)))
    }

    @Test(arguments: [(2_000_000, true), (2_000_001, false)] as [(Int64, Bool)])
    func `further than any car has gone does not fit`(start: Int64, fits: Bool) throws {
        let habits = TestDrive.Habits(stands: true, seconds: 30, start: start)
        let verdict = try probe("toyota_611", habits).finding("toyota_611").verdict
        let far = ProfileFinding.Verdict.doesNotFit(.implausible(.kilometres(start)))
        #expect(verdict == (fits ? .mayFit(.neverMoved) : far))
    }

    @Test func `a recording that is too short is told to be so`() throws {
        let report = try probe("toyota_611", .init(stands: true, seconds: 8))
        let verdict = try report.finding("toyota_611").verdict
        #expect(verdict == .mayFit(.tooShort(.seconds(8))))
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `noise fits nothing`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var probe = Probe(profiles: try TestProfiles.all())
        for time in Int64(0)..<20_000 {
            guard let id = CANID(base: UInt32(truncatingIfNeeded: random.next() & 0x7FF)) else {
                continue
            }
            let length = Int(random.next() % 9)
            let frame = CANFrame(id: id, length: length, payload: random.next())
            probe.receive(frame, at: BootTime(milliseconds: time * 3))
        }
        let report = probe.report()
        #expect(report.best == nil)
        #expect(report.open.map(\.line) == [])
    }

    @Test func `what must be asked for cannot be told by listening`() throws {
        let report = try probe("toyota_611", against: ["toyota_611", "obd_generic"])
        #expect(try report.finding("obd_generic").verdict == .cannotTell(.onRequest))
        #expect(report.open.isEmpty)
    }

    @Test func `nothing heard is nothing found`() throws {
        let report = Probe(profiles: try TestProfiles.all()).report()
        #expect(report.frames == 0 && report.best == nil && report.open.isEmpty)
        #expect(report.findings.count == TestProfiles.names.count)
    }

    @Test func `remote frames and error reports are no frames of the car`() throws {
        var probe = Probe(profiles: [try TestProfiles.load("toyota_611")])
        probe.receive(CANFrame(id: 0x611, length: 8, kind: .remote), at: .boot)
        probe.receive(CANFrame(id: 0x611, length: 8, kind: .error), at: .boot)
        #expect(probe.report().frames == 0)
    }
}

@Suite struct `A search for unknown odometers` {
    /// A drive of a car whose odometer no profile knows, but whose speed one does.
    private func guesses(
        _ habits: TestDrive.Habits = .init(), dash: Metres? = nil
    ) throws -> [FieldGuess] {
        var drive = TestDrive(try TestProfiles.load("hyundai_kia"), habits)
        var known = try TestProfiles.load("hyundai_kia")
        known.odometers = []
        var probe = Probe(profiles: [known], dash: dash)
        probe.receive(drive.frames())
        return probe.report().guesses
    }

    @Test func `finds what rises with the way, and the length of its count`() throws {
        let guess = try #require(try guesses().first)
        #expect(guess.id == 0x5B0)
        guard case .way(let count) = guess.relation else {
            Issue.record("\(guess)")
            return
        }
        #expect((95_000...105_000).contains(count.count))
        #expect(guess.first == 87_654)
        #expect(guess.changes > 20)
    }

    @Test func `finds what the dashboard shows, in a car that stands`() throws {
        let found = try guesses(.init(stands: true, seconds: 20), dash: Metres(8_765_400))
        #expect(found.map(\.id) == [0x5B0])
        #expect(found.first?.relation == .dash(Millimetres(100_000)))
        #expect(try guesses(.init(stands: true, seconds: 20)).isEmpty)
        #expect(try guesses(.init(stands: true, seconds: 20), dash: Metres(8_765_700)).isEmpty)
    }

    @Test func `does not take a clock for an odometer`() throws {
        let found = try guesses(.init(clock: 0x123))
        #expect(found.map(\.id) == [0x5B0])
    }

    @Test func `without a speed says that it rises and no more`() throws {
        let found = try guesses(.init(silent: [0x386]))
        #expect(found.map(\.id) == [0x5B0])
        #expect(found.first?.relation == .rising)
    }
}
