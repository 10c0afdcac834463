import CAN
import CANLog
import DataFiles
import Testing
import Units
import Vehicle

@Suite struct `What the profiles of this package read` {
    /// A car that sends `frame` four times a second for fifteen seconds, which makes any odometer
    /// believed.
    private func hear(_ frame: CANFrame, through profile: VehicleProfile) -> VehicleState {
        var monitor = VehicleMonitor(profile: profile)
        for tick in Int64(0)..<60 {
            _ = monitor.receive(frame, at: BootTime(milliseconds: tick * 250))
        }
        return monitor.state
    }

    /// The way from one frame to the next, a tenth of a second later.
    private func pulses(
        _ first: CANFrame, _ second: CANFrame, through profile: VehicleProfile
    ) -> Metres? {
        var monitor = VehicleMonitor(profile: profile)
        _ = monitor.receive(first, at: BootTime(milliseconds: 1000))
        _ = monitor.receive(second, at: BootTime(milliseconds: 1100))
        return monitor.state.pulses
    }

    @Test(arguments: ProfileSight.all)
    func `a frame encoded by hand shows what it should`(sight: ProfileSight) throws {
        var profile = try TestProfiles.load(sight.profile)
        let frame = try CANFrame(try #require(sight.frames.first))
        if case .odometer(let index, _) = sight.quantity {
            profile.odometers = [try #require(profile.odometers.dropFirst(index).first)]
        }
        let state = hear(frame, through: profile)
        switch sight.quantity {
        case .odometer(_, let display): #expect(state.odometer?.display == display)
        case .distance(let way):
            let last = try CANFrame(try #require(sight.frames.last))
            #expect(pulses(frame, last, through: profile) == way)
        case .speed(let speed):
            #expect(state.speed?.value == speed)
        case .ignition(let isOn): #expect(state.ignition?.value == isOn)
        case .doors(let isOpen): #expect(state.doorOpen?.value == isOpen)
        case .fuel(let level): #expect(state.fuel?.value == level)
        case .noSpeed: #expect(state.speed == nil)
        case .noOdometer: #expect(state.odometer == nil)
        }
    }

    @Test(arguments: ProfileFile.names(in: [TestProfiles.folder]))
    func `each quantity of a profile has a frame of its own`(name: String) throws {
        let profile = try TestProfiles.load(name)
        var keys = profile.odometers.indices.map { "odometer[\($0)]" }
        if profile.distance != nil { keys.append("distance") }
        if !profile.speed.isEmpty { keys.append("speed") }
        if !profile.ignition.isEmpty { keys.append("ignition") }
        if !profile.doors.isEmpty { keys.append("doors") }
        if !profile.fuel.isEmpty { keys.append("fuel") }
        let seen = Set(ProfileSight.all.filter { $0.profile == name }.map(\.quantity.key))
        for key in keys { #expect(seen.contains(key), "\(name): \(key)") }
    }
}

// The recordings are too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Lorries through the profile of lorries` {
    private func replay(_ name: String, odometer: Int) throws -> VehicleState {
        var profile = try TestProfiles.load("j1939")
        profile.odometers = [try #require(profile.odometers.dropFirst(odometer).first)]
        var monitor: VehicleMonitor?
        var file = try RecordingFile(OutsideData.path("recordings/j1939_css/\(name)"))
        while let entry = try file.next() {
            let now = BootTime(milliseconds: entry.microseconds / 1000)
            var started = monitor ?? VehicleMonitor(profile: profile)
            _ = started.receive(try #require(entry.frame.classicFrame), at: now)
            monitor = started
        }
        return try #require(monitor).state
    }

    @Test func `the tachograph tells the true odometer at once`() throws {
        let state = try replay("truck_odometer_jump.log", odometer: 0)
        #expect(state.odometer?.display == Metres(158_910_600))
        #expect(state.odometer?.resolution == Metres(5))
        #expect(state.ignition?.value == true)
    }

    @Test func `the cluster is not believed beyond its placeholder`() throws {
        let state = try replay("truck_odometer_jump.log", odometer: 1)
        #expect(state.odometer?.display == Metres(37_500))
        #expect(state.speed?.value == .zero)
    }

    @Test func `the engine tells its odometer in steps of 125 m`() throws {
        let state = try replay("truck_trip_not_available.log", odometer: 2)
        #expect(state.odometer?.display == Metres(13_832_875))
        #expect(state.odometer?.resolution == Metres(125))
    }
}
