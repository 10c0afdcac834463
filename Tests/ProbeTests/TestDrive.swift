import CAN
import DataFiles
import FoundationEssentials
import Probe
import Testing
import Units
import Vehicle

/// The profiles of this package.
enum TestProfiles {
    static let folder =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Profiles"

    static var names: [String] { ProfileFile.names(in: [folder]) }

    static func load(_ name: String) throws -> VehicleProfile {
        try ProfileFile.load("\(folder)/\(name).json5") { _ in String(repeating: "0", count: 64) }
    }

    /// Those of cars that tell odometer and speed of themselves.
    static var heard: [String] {
        names.filter { name in
            guard let profile = try? load(name) else { return false }
            let isAsked = profile.odometers.contains { $0.signal.selector.broadcastID == nil }
            return !profile.odometers.isEmpty && !isAsked
                && profile.speed.first?.signal.selector.broadcastID != nil
        }
    }

    static func all() throws -> [VehicleProfile] { try names.map(load) }
}

/// A drive in a car that speaks as a profile says, at changing speeds.
struct TestDrive {
    /// What can be wrong with the car, or is not driven at all.
    struct Habits {
        var stands = false
        var seconds: Int64 = 240
        /// The odometer does not count.
        var isFrozen = false
        /// The frames that are never sent.
        var silent: Set<CANID> = []
        /// How many thousandths of the true way the counter counts.
        var counterPerMille: Int64 = 1000
        /// The odometer's raw value at the beginning.
        var start: Int64 = 87_654
        /// A clock that other cars have in the same frame: ticks with time.
        var clock: CANID?
        var unitRaw: Int64?
    }

    private let profile: VehicleProfile
    private let habits: Habits
    /// Millimetres driven.
    private(set) var way: Int64 = 0
    private var speed: Int64 = 0

    init(_ profile: VehicleProfile, _ habits: Habits = Habits()) {
        self.profile = profile
        self.habits = habits
    }

    /// 5 to 25 m/s and back in 80 s, and standing for the first seconds.
    private func speed(at time: Int64) -> Int64 {
        guard !habits.stands, time > 3000 else { return 0 }
        let phase = time % 80_000
        let speed = 5000 + (phase < 40_000 ? phase : 80_000 - phase) / 2
        // A slow car drives as the others do, at its own pace.
        let highest = profile.plausibility.maxSpeed.count * 4 / 5
        return highest < 25_000 ? speed * highest / 25_000 : speed
    }

    /// All frames, every tenth of a second or every second.
    mutating func frames() -> [(at: BootTime, frame: CANFrame)] {
        var out: [(at: BootTime, frame: CANFrame)] = []
        for time in stride(from: Int64(0), through: habits.seconds * 1000, by: 100) {
            speed = speed(at: time)
            way += speed / 10
            for (id, isFast) in identifiers {
                guard isFast || time % 1000 == 0, !habits.silent.contains(id) else { continue }
                out.append((BootTime(milliseconds: 5000 + time), frame(id)))
            }
            if let clock = habits.clock, time % 1000 == 0 {
                let ticks = UInt64(1_000_000 + time / 100)
                let frame = CANFrame(id: clock, length: 8, payload: ticks.byteSwapped)
                out.append((BootTime(milliseconds: 5000 + time), frame))
            }
        }
        return out
    }

    /// The frames of the car, and whether they come ten times a second.
    private var identifiers: [(CANID, Bool)] {
        var found: [(CANID, Bool)] = []
        func add(_ id: CANID?, _ isFast: Bool) {
            guard let id else { return }
            if let place = found.firstIndex(where: { $0.0 == id }) {
                found[place].1 = found[place].1 || isFast
            } else {
                found.append((id, isFast))
            }
        }
        for odometer in profile.odometers { add(odometer.signal.selector.broadcastID, false) }
        if case .counter(let counter) = profile.distance {
            add(counter.signal.selector.broadcastID, true)
        }
        for speed in profile.speed { add(speed.signal.selector.broadcastID, true) }
        for ignition in profile.ignition {
            switch ignition {
            case .signal(let flag): add(flag.signal.selector.broadcastID, false)
            case .busActivity(let id, within: _): add(id, true)
            }
        }
        for door in profile.doors { add(door.signal.selector.broadcastID, false) }
        return found
    }

    private func frame(_ id: CANID) -> CANFrame {
        var frame = CANFrame(id: id, length: 8)
        for odometer in profile.odometers where odometer.signal.selector.broadcastID == id {
            put(odometer, &frame)
        }
        if case .counter(let counter) = profile.distance,
            counter.signal.selector.broadcastID == id
        {
            let counted = way * 1_000_000 / counter.nanometresPerCount * habits.counterPerMille
            put(counted / 1000 % counter.modulus, counter.signal, &frame)
        }
        for signal in profile.speed where signal.signal.selector.broadcastID == id {
            let past = (speed - signal.offset.count) * 1_000_000
            put(past / signal.nanometresPerSecond, signal.signal, &frame)
        }
        for ignition in profile.ignition {
            if case .signal(let flag) = ignition, flag.signal.selector.broadcastID == id,
                let on = flag.onValues.first
            {
                put(on, flag.signal, &frame)
            }
        }
        return frame
    }

    private func put(_ odometer: OdometerSignal, _ frame: inout CANFrame) {
        var perCount = odometer.unit.counts[0]
        if case .bySignal(let layout, let choices) = odometer.unit {
            perCount = choices[0].perCount
            _ = layout.insert(habits.unitRaw ?? choices[0].raw, into: &frame)
        }
        let counts = habits.start + (habits.isFrozen ? 0 : way / perCount.count)
        put(counts, odometer.signal, &frame)
    }

    private func put(_ raw: Int64, _ source: SignalSource, _ frame: inout CANFrame) {
        for gate in source.gates {
            if let open = gate.values.first {
                _ = gate.layout.insert(open.lowerBound, into: &frame)
            }
        }
        _ = source.layout.insert(raw, into: &frame)
    }
}

extension Probe {
    /// Hears all frames.
    mutating func receive(_ frames: [(at: BootTime, frame: CANFrame)]) {
        for (at, frame) in frames { receive(frame, at: at) }
    }
}

extension Probe.Report {
    func finding(_ profile: String) throws -> ProfileFinding {
        try #require(findings.first { $0.profile == profile })
    }
}
