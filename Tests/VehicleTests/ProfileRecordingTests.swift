import CAN
import CANLog
import DataFiles
import Diagnostics
import FoundationEssentials
import TestData
import Testing
import Units
import Vehicle

// The recordings are too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Recordings through the profiles` {
    /// Replays a recording of `channel`, with the odometer at a place of the profile's list alone.
    private func replay(
        _ path: String, channel: String? = nil, _ name: String, odometer: Int? = nil,
        onFrame: (VehicleState) -> Void = { _ in }
    ) throws -> VehicleState {
        let profile = try TestProfiles.compile(name)
        var vehicle = profile.vehicle
        if let odometer {
            vehicle.odometers = [try #require(vehicle.odometers.dropFirst(odometer).first)]
        }
        var car = ProfiledCar(profile, vehicle)
        var file = try RecordingFile(
            OutsideData.path("recordings/\(path)"), channel: channel)
        while let entry = try file.next() {
            guard case .classic(let frame) = entry.frame else { continue }
            car.hear(frame, at: BootTime(milliseconds: entry.microseconds / 1000))
            onFrame(car.state)
        }
        return car.state
    }

    @Test func `the tachograph tells the true odometer at once`() throws {
        let state = try replay("j1939_css/truck_odometer_jump.log", "j1939", odometer: 0)
        #expect(state.odometer?.display == Metres(158_910_600))
        #expect(state.odometer?.resolution == Metres(5))
        #expect(state.ignition?.value == true)
    }

    @Test func `the cluster is not believed beyond its placeholder`() throws {
        let state = try replay("j1939_css/truck_odometer_jump.log", "j1939", odometer: 1)
        #expect(state.odometer?.display == Metres(37_500))
        #expect(state.speed?.value == .zero)
    }

    @Test func `the engine tells its odometer in steps of 125 m`() throws {
        let state = try replay("j1939_css/truck_trip_not_available.log", "j1939")
        #expect(state.odometer?.display == Metres(13_832_875))
        #expect(state.odometer?.resolution == Metres(125))
        #expect(state.odometer?.key == "18FEE000.ODOMETER")
        #expect(state.speed?.source == "0CFEF100.SPEED")
    }

    @Test func `a Kona says 26716.5 km nine times`() throws {
        let odometer = try #require(try TestProfiles.load("hyundai_kia").odometers.first)
        var file = try RecordingFile(
            OutsideData.path(
                "recordings/kona_ev_cc0/230112-7-2019-pcan-ccan-power-off-on-ready-off.csv"),
            channel: "1")
        var samples: [OdometerSample] = []
        while let entry = try file.next() {
            guard case .classic(let frame) = entry.frame, frame.id == 0x5B0 else { continue }
            samples.append(odometer.sample(of: frame))
        }
        let value = OdometerSample.value(
            Millimetres(26_716_500_000), raw: 267_165, perCount: Millimetres(100_000))
        #expect(samples == Array(repeating: value, count: 9))
    }

    @Test func `a Kona is off, on and off again, its doors shut`() throws {
        var first: Bool?
        var isOnSeen = false
        let state = try replay(
            "kona_ev_cc0/230112-7-2019-pcan-ccan-power-off-on-ready-off.csv", channel: "1",
            "hyundai_kia"
        ) { state in
            if first == nil { first = state.ignition?.value }
            isOnSeen = isOnSeen || state.ignition?.value == true
        }
        #expect(first == false)
        #expect(isOnSeen)
        #expect(state.ignition?.value == false)
        #expect(state.doorOpen?.value == false)
    }

    @Test(arguments: [
        ("session_00000164.log", 41_650, 549, 513), ("session_00000165.log", 43_612, 513, 447),
    ])
    func `a drive by OBD has its way by speed and its fuel`(
        name: String, metres: Int64, fuelFirst: Int64, fuelLast: Int64
    ) throws {
        var first: PerMille?
        let state = try replay("obd2_gnss_css/\(name)", channel: "can0", "obd_generic") { state in
            if first == nil { first = state.fuel?.value }
        }
        let integral = try #require(state.speedIntegral)
        #expect((integral - Metres(metres)).magnitude <= Metres(metres / 200), "\(integral)")
        #expect(first == PerMille(fuelFirst))
        #expect(state.fuel?.value == PerMille(fuelLast))
        // Nobody asked for it.
        #expect(state.odometer == nil)
    }

    @Test func `a minute of a RAV4 goes from one mile to the next`() throws {
        let state = try replay("rav4_comma2k19/can0.log", "toyota_611")
        #expect(state.odometer?.display == Metres(25_089_672))
    }
}
