import CAN
import Probe
import Testing
import Units
import Vehicle

@Suite struct `The history of an odometer` {
    private func history(
        _ name: String, _ habits: TestDrive.Habits = .init(),
        _ change: (inout [(at: BootTime, frame: CANFrame)]) -> Void = { _ in }
    ) throws -> (history: OdometerHistory, way: Metres) {
        var drive = TestDrive(try TestProfiles.load(name), habits)
        var frames = drive.frames()
        change(&frames)
        var history = OdometerHistory(profile: try TestProfiles.load(name))
        for (at, frame) in frames { history.receive(frame, at: at) }
        return (history, Metres(drive.way / 1000))
    }

    @Test(arguments: TestProfiles.heard)
    func `the distance holds the true way within its error`(name: String) throws {
        let (history, way) = try history(name)
        let drive = history.drive
        let distance = try #require(drive.distance)
        let error = try #require(drive.error)
        #expect((distance - way).magnitude <= error, "\(distance) ± \(error), truly \(way)")
        #expect(error < Metres(300), "\(error)")
        #expect(drive.rejected == 0 && drive.alarms == 0 && drive.gaps == 0)
        #expect(drive.recording == .seconds(240))
        #expect((Milliseconds.seconds(234)...(.seconds(238))).contains(drive.driving))
    }

    @Test func `events come in order: believed, then ticks`() throws {
        let (history, _) = try history("toyota_611")
        let kinds = history.entries.map { entry in
            switch entry.event {
            case .believed: "believed"
            case .tick: "tick"
            case .oddity: "oddity"
            case .gap: "gap"
            }
        }
        #expect(kinds == ["believed", "tick", "tick", "tick"])
        #expect(history.drive.ticks == 3)
    }

    @Test func `a zero on the way is rejected with its frame, and a silence is a gap`() throws {
        let (history, way) = try history("psa_2004") { frames in
            frames.removeAll { (60_000..<90_000).contains($0.at.milliseconds) }
            for index in frames.indices
            where frames[index].frame.id == 0x0F6
                && (40_000..<42_000).contains(frames[index].at.milliseconds)
            {
                for byte in 2..<5 { frames[index].frame[byte] = 0 }
            }
        }
        let drive = history.drive
        #expect(drive.rejected == 1 && drive.gaps == 1)
        let oddity = try #require(
            history.entries.compactMap { entry in
                if case .oddity(let oddity) = entry.event { oddity } else { nil }
            }.first)
        #expect(oddity.kind == .initial)
        #expect(oddity.frame?.hasPrefix("0F6#") == true)
        let gap = try #require(
            history.entries.compactMap { entry in
                if case .gap(let gap) = entry.event { gap } else { nil }
            }.first)
        #expect(gap.distance > Metres(200))
        let distance = try #require(drive.distance)
        #expect((distance - way).magnitude <= (drive.error ?? .zero))
    }

    @Test func `without an odometer the counter and the speed still tell a way`() throws {
        let (history, way) = try history("toyota_611", .init(silent: [0x611]))
        let drive = history.drive
        #expect(drive.odometer == nil && drive.basis == .witnessAlone)
        #expect((try #require(drive.distance) - way).magnitude <= (drive.error ?? .zero))
    }

    @Test func `samples stay few however long it lasts`() throws {
        var history = OdometerHistory(profile: try TestProfiles.load("toyota_611"))
        let frame = CANFrame(id: 0x7FF, length: 0)
        for time in Int64(0)..<20_000 {
            history.receive(frame, at: BootTime(milliseconds: time * 500))
        }
        #expect(history.samples.count <= OdometerHistory.samplesMaximum)
        #expect(history.samples.count > OdometerHistory.samplesMaximum / 4)
        #expect(history.samples.first?.at == .boot)
        let times = history.samples.map(\.at.milliseconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `a time that runs back counts as the last one`() throws {
        var history = OdometerHistory(profile: try TestProfiles.load("toyota_611"))
        let frame = CANFrame(id: 0x7FF, length: 0)
        history.receive(frame, at: BootTime(milliseconds: 5000))
        history.receive(frame, at: BootTime(milliseconds: 1000))
        #expect(history.begin == history.end && history.drive.recording == .zero)
        #expect(history.drive.distance == nil)
    }
}

@Suite struct `Distances in words` {
    @Test(
        arguments: [
            (25_088_063, "25 088.1 km (15 589.0 mi)"), (0, "0.0 km (0.0 mi)"),
            (-1500, "-1.5 km (-0.9 mi)"), (1_234_567_890, "1 234 567.9 km (767 124.9 mi)"),
        ] as [(Int64, String)])
    func `are in kilometres and miles`(metres: Int64, text: String) {
        #expect(DistanceText.both(Metres(metres)) == text)
    }

    @Test(
        arguments: [
            (999, "999 ms"), (1000, "1.0 s"), (119_949, "119.9 s"), (120_000, "2 min 00 s"),
            (7_199_999, "119 min 59 s"), (7_200_000, "2 h 00 min"),
        ] as [(Int64, String)])
    func `times are in what suits them`(milliseconds: Int64, text: String) {
        #expect(DistanceText.time(Milliseconds(milliseconds)) == text)
    }

    @Test func `every oddity has words of its own`() {
        let words = OdometerAnomaly.Kind.allCases.map(\.words)
        #expect(Set(words).count == words.count)
    }
}
