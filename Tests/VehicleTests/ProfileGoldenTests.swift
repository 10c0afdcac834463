import CAN
import DataFiles
import FoundationEssentials
import TestData
import Testing
import Units
import Vehicle

/// The vectors of answers and of J1939 frames that are kept outside the repository.
private struct GoldenVectors: Decodable {
    struct Vector: Decodable {
        var name: String
        var frames: [String]
        var expect: Expectation
    }

    /// What may be expected; all else is about other parts of the program.
    struct Expectation: Decodable {
        var odometer: Double?
        var sinceCleared: Double?
        var speed: Double?
        var fuel: Double?
        var byUnit: [String: Double]?
        var plausible: Bool?
        /// Whether the odometer is said to be there, be it as `null`.
        var isOdometer: Bool

        enum CodingKeys: String, CodingKey {
            case odometer = "odometer_km"
            case sinceCleared = "distance_km"
            case speed = "speed_kmh"
            case fuel = "fuel_pct"
            case byUnit = "by_ecu"
            case plausible
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            isOdometer = values.contains(.odometer)
            odometer = try values.decodeIfPresent(Double.self, forKey: .odometer)
            sinceCleared = try values.decodeIfPresent(Double.self, forKey: .sinceCleared)
            speed = try values.decodeIfPresent(Double.self, forKey: .speed)
            fuel = try values.decodeIfPresent(Double.self, forKey: .fuel)
            byUnit = try values.decodeIfPresent([String: Double].self, forKey: .byUnit)
            plausible = try values.decodeIfPresent(Bool.self, forKey: .plausible)
        }
    }

    var vectors: [Vector]
}

// The vectors are no part of the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of vectors"))
struct `Golden answers through the profiles` {
    /// The profile that reads a vector, by how its name begins, and which of its odometers.
    private static let profiles: [(beginning: String, profile: String, odometer: Int)] = [
        ("PID A6", "obd_generic", 0), ("two ECUs", "obd_generic", 0),
        ("29-bit OBD", "obd_generic", 0), ("speed PID", "obd_generic", 0),
        ("fuel level PID", "obd_generic", 0), ("distance since codes", "obd_generic", 1),
        ("UDS 22 0207", "renault_uds", 1), ("UDS response pending", "vw_uds", 2),
        ("GMLAN 1A DF", "opel_kwp", 0), ("PSA 0x0F6", "psa_2004", 0),
        ("J1939 VDHR", "j1939", 0), ("J1939 VD trip", "j1939", 2),
    ]

    private func vectors() throws -> [GoldenVectors.Vector] {
        let path = OutsideData.path("golden/obd/obd_vectors.json")
        let data = try Data(contentsOf: URL(filePath: path))
        return try JSONDecoder().decode(GoldenVectors.self, from: data).vectors
    }

    /// What `frames`, repeated for fifteen seconds, show through a profile.
    private func state(
        _ frames: [String], _ name: String, odometer: Int
    ) throws -> VehicleState {
        let profile = try TestProfiles.compile(name)
        var vehicle = profile.vehicle
        vehicle.odometers = [try #require(vehicle.odometers.dropFirst(odometer).first)]
        var car = ProfiledCar(profile, vehicle)
        let parsed = try frames.map { try CANFrame($0) }
        for tick in Int64(0)..<60 {
            for frame in parsed { car.hear(frame, at: BootTime(milliseconds: tick * 250)) }
        }
        return car.state
    }

    @Test(arguments: profiles.indices)
    func `are read as they were meant`(index: Int) throws {
        let (beginning, profile, odometer) = Self.profiles[index]
        let matching = try vectors().filter { $0.name.hasPrefix(beginning) }
        #expect(!matching.isEmpty, "\(beginning)")
        for vector in matching {
            let state = try state(vector.frames, profile, odometer: odometer)
            let expect = vector.expect
            if expect.isOdometer {
                let isThere = expect.plausible ?? (expect.odometer != nil)
                let metres = isThere ? expect.odometer.map { Int64(($0 * 1000).rounded()) } : nil
                #expect(state.odometer?.display == metres.map { Metres($0) }, "\(vector.name)")
            }
            if let kilometres = expect.sinceCleared {
                #expect(state.odometer?.display == Metres(Int64(kilometres * 1000)))
                #expect(state.odometer?.role == .delta)
            }
            if let first = expect.byUnit?["7E8"] {
                #expect(state.odometer?.display == Metres(Int64(first * 1000)))
            }
            if let speed = expect.speed {
                let stated = Double(state.speed?.value.count ?? -1)
                #expect(abs(stated - speed / 3.6 * 1000) <= 1, "\(vector.name)")
            }
            if let fuel = expect.fuel {
                let stated = Double(state.fuel?.value.count ?? -1)
                #expect(abs(stated - fuel * 10) <= 1, "\(vector.name)")
            }
        }
    }

    @Test func `that are a no, or are about what a car knows, show no odometer`() throws {
        let others = try vectors().filter { vector in
            !Self.profiles.contains { vector.name.hasPrefix($0.beginning) }
        }
        #expect(others.count == 4)
        for vector in others {
            for profile in ["obd_generic", "renault_uds", "opel_kwp", "vw_uds"] {
                let state = try state(vector.frames, profile, odometer: 0)
                #expect(state.odometer == nil, "\(vector.name)")
            }
        }
    }
}
