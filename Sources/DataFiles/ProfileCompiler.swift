internal import CAN
internal import DBC
internal import Units
internal import Vehicle

/// Joins a profile with its DBC file and turns both into integers.
struct ProfileCompiler {
    let document: ProfileDocument
    let dbc: DBCFile
    let file: String

    func compile(hash: String) throws(DataFileError) -> VehicleProfile {
        VehicleProfile(
            name: document.profile, hash: hash, odometers: try odometers(),
            distance: try distance(), speed: try speed(), ignition: try ignition(),
            doors: try doors(), fuel: try fuel(), plausibility: try plausibility())
    }

    private func odometers() throws(DataFileError) -> [OdometerSignal] {
        var odometers: [OdometerSignal] = []
        for (index, entry) in document.odometer.enumerated() {
            odometers.append(try odometer(entry, "odometer[\(index)]"))
        }
        return odometers
    }

    private func odometer(
        _ entry: OdometerEntry, _ place: String
    ) throws(DataFileError) -> OdometerSignal {
        let (source, signal) = try resolve(entry.signal, place)
        guard !source.layout.isSigned, source.layout.length <= 40 else {
            throw error(
                place, "an odometer has no sign and at most 40 bits", "correct the DBC file")
        }
        guard signal.offset == 0 else {
            throw error(place, "an odometer has no offset", "correct the DBC file")
        }
        if let modulus = entry.modulus,
            modulus < 2 || modulus - 1 > source.layout.range.upperBound
        {
            throw error("\(place).modulus", "does not lie within the signal", "correct it")
        }
        return OdometerSignal(
            signal: source, unit: try unit(entry, signal, place), invalid: entry.signal.invalid,
            modulus: entry.modulus)
    }

    private func unit(
        _ entry: OdometerEntry, _ signal: DBCSignal, _ place: String
    ) throws(DataFileError) -> OdometerUnit {
        guard let unit = entry.unit else {
            return .fixed(perCount: try perCount(signal, signal.unit, place))
        }
        let flag = try field(unit.signal, entry.signal.message, "\(place).unit.signal")
        var choices: [OdometerUnitChoice] = []
        for (key, name) in unit.map.sorted(by: { $0.key < $1.key }) {
            guard let raw = Int64(key) else {
                throw error(
                    "\(place).unit.map", "'\(key)' is no whole number", "write the raw value")
            }
            let perCount = try perCount(signal, name, "\(place).unit.map.\(key)")
            choices.append(OdometerUnitChoice(raw: raw, perCount: perCount))
        }
        return .bySignal(flag.layout, choices)
    }

    /// One count in whole millimetres, by the scale of the DBC file and a unit.
    private func perCount(
        _ signal: DBCSignal, _ unit: String, _ place: String
    ) throws(DataFileError) -> Millimetres {
        guard let length = ProfileUnits.millimetres(unit) else {
            throw error(
                place, "an odometer in '\(unit)' cannot be billed",
                "state km, mi or m in the DBC file, or a unit signal in the profile")
        }
        let exact = signal.scale * length
        let whole = exact.rounded()
        guard abs(exact - whole) < 1e-6, (1...2_000_000).contains(whole) else {
            throw error(
                place, "one count is \(exact) mm, which is not 1 to 2000000 whole ones",
                "correct the scale in the DBC file")
        }
        return Millimetres(Int64(whole))
    }

    private func distance() throws(DataFileError) -> DistanceCounter? {
        guard let entry = document.distance else { return nil }
        let (source, _) = try resolve(entry.signal, "distance")
        let values = source.layout.range
        guard values.lowerBound == 0, values.upperBound < 0x1_0000_0000 else {
            throw error("distance", "a counter has no sign and at most 32 bits", "correct the DBC")
        }
        let modulus = entry.modulus ?? values.upperBound + 1
        guard modulus >= 2, modulus - 1 <= values.upperBound else {
            throw error("distance.modulus", "does not lie within the signal", "correct it")
        }
        guard (1e-9...100).contains(entry.metresPerCount) else {
            throw error("distance.metres_per_count", "is not up to 100 m", "correct it")
        }
        guard (1...3_600_000).contains(entry.maxSilence) else {
            throw error("distance.max_silence_ms", "is not 1 ms to an hour", "correct it")
        }
        return DistanceCounter(
            signal: source, modulus: modulus,
            nanometresPerCount: Int64((entry.metresPerCount * 1e9).rounded()),
            calibrates: entry.calibrate, maxSilence: Milliseconds(entry.maxSilence))
    }

    private func speed() throws(DataFileError) -> SpeedSignal? {
        guard let entry = document.speed else { return nil }
        let (source, signal) = try resolve(entry, "speed")
        guard let unit = ProfileUnits.metresPerSecond(signal.unit) else {
            throw error(
                "speed", "a speed in '\(signal.unit)' cannot be read",
                "state km/h, mph or m/s in the DBC file")
        }
        let each = (signal.scale * unit * 1e9).rounded()
        let offset = (signal.offset * unit * 1000).rounded()
        guard source.layout.length <= 32, (1...1e9).contains(each), abs(offset) <= 1e6 else {
            throw error("speed", "has a scale or an offset of no car", "correct the DBC file")
        }
        return SpeedSignal(
            signal: source, nanometresPerSecond: Int64(each),
            offset: MillimetresPerSecond(Int64(offset)), invalid: entry.invalid)
    }

    private func ignition() throws(DataFileError) -> IgnitionSource? {
        switch document.ignition {
        case nil:
            return nil
        case .signal(let entry):
            return .signal(try flag(entry, "ignition"))
        case .activity(let message, let within):
            guard (1...60_000).contains(within) else {
                throw error("ignition.seen_within_ms", "is not 1 ms to a minute", "correct it")
            }
            let id = try self.message(message, "ignition").id
            return .busActivity(id, within: Milliseconds(within))
        }
    }

    private func doors() throws(DataFileError) -> [FlagSignal] {
        var doors: [FlagSignal] = []
        for (name, entry) in document.doors.sorted(by: { $0.key < $1.key }) {
            doors.append(try flag(entry, "doors.\(name)"))
        }
        guard doors.count <= 64 else { throw error("doors", "are more than 64", "leave some out") }
        return doors
    }

    private func flag(_ entry: FlagEntry, _ place: String) throws(DataFileError) -> FlagSignal {
        FlagSignal(signal: try resolve(entry.signal, place).source, onValues: entry.onValues)
    }

    private func fuel() throws(DataFileError) -> FuelSignal? {
        guard let entry = document.fuel else { return nil }
        let (source, _) = try resolve(entry.signal, "fuel")
        guard source.layout.length <= 32, (1...1_000_000).contains(entry.full) else {
            throw error("fuel.full", "is not the raw value of a full tank", "correct it")
        }
        return FuelSignal(
            signal: source, millionthsPerCount: 1_000_000 / entry.full,
            invalid: entry.signal.invalid)
    }

    private func plausibility() throws(DataFileError) -> Plausibility {
        var bounds = Plausibility()
        guard let entry = document.plausibility else { return bounds }
        for value in [entry.maxSpeed, entry.maxJump, entry.gapSpeed] {
            guard let value else { continue }
            guard (1...1000).contains(value) else {
                throw error("plausibility", "\(value) is not 1 to 1000", "correct it")
            }
        }
        if let speed = entry.maxSpeed { bounds.maxSpeed = .kilometresPerHour(speed) }
        if let jump = entry.maxJump { bounds.maxJump = .kilometres(jump) }
        if let speed = entry.gapSpeed { bounds.gapSpeed = .kilometresPerHour(speed) }
        return bounds
    }
}

extension ProfileCompiler {
    private func error(_ place: String, _ reason: String, _ remedy: String) -> DataFileError {
        DataFileError(file: file, place: place, reason: reason, remedy: remedy)
    }

    private func resolve(
        _ entry: SignalEntry, _ place: String
    ) throws(DataFileError) -> (source: SignalSource, signal: DBCSignal) {
        let message = try message(entry.message, place)
        let signal = try field(entry.signal, entry.message, "\(place).signal")
        var gates: [SignalGate] = []
        if let condition = entry.validIf {
            let flag = try field(condition.signal, entry.message, "\(place).valid_if.signal")
            gates.append(SignalGate(layout: flag.layout, value: condition.equals))
        }
        gates += try branchGates(signal, of: message, place)
        return (SignalSource(id: message.id, layout: signal.layout, gates: gates), signal)
    }

    /// The gates of all multiplexors on the way to a signal.
    private func branchGates(
        _ signal: DBCSignal, of message: DBCMessage, _ place: String
    ) throws(DataFileError) -> [SignalGate] {
        var gates: [SignalGate] = []
        var presence = signal.presence
        while true {
            switch presence {
            case .always: return gates
            case .never:
                throw error(place, "its message has no multiplexor", "correct the DBC file")
            case .selected(let by, let values):
                let multiplexor = message.signals[by]
                gates.append(try gate(multiplexor.layout, values, place))
                presence = multiplexor.presence
            }
        }
    }

    /// Open while the bits at `layout`, without a sign, are one of `values`.
    private func gate(
        _ layout: SignalLayout, _ values: [ClosedRange<UInt64>], _ place: String
    ) throws(DataFileError) -> SignalGate {
        let plain = SignalLayout(
            start: layout.start, length: layout.length, byteOrder: layout.byteOrder)
        let top = UInt64(Int64.max)
        guard let plain, layout.bytesNeeded <= 8, values.allSatisfy({ $0.upperBound <= top })
        else { throw error(place, "its multiplexor is of no classic frame", "correct the DBC") }
        return SignalGate(
            layout: plain, values: values.map { Int64($0.lowerBound)...Int64($0.upperBound) })
    }

    private func message(_ number: UInt32, _ place: String) throws(DataFileError) -> DBCMessage {
        guard let id = CANID(dbc: number), let message = dbc.message(id) else {
            throw error(
                "\(place).message", "\(document.dbc) has no message 0x\(hex(number))",
                "correct the identifier or add the message")
        }
        return message
    }

    private func field(
        _ name: String, _ number: UInt32, _ place: String
    ) throws(DataFileError) -> DBCSignal {
        let message = try message(number, place)
        guard let signal = message.signal(name) else {
            let known = message.signals.map(\.name).joined(separator: ", ")
            throw error(
                place, "message 0x\(hex(number)) has no signal \(name)",
                known.isEmpty ? "add it to \(document.dbc)" : "it has \(known)")
        }
        guard signal.layout.bytesNeeded <= min(message.length, 8) else {
            throw error(
                place,
                "\(name) needs \(signal.layout.bytesNeeded) bytes, its frame has "
                    + "\(min(message.length, 8))", "correct the DBC file")
        }
        guard signal.format == .integer else {
            throw error(place, "\(name) is no integer", "choose another signal")
        }
        return signal
    }

    private func hex(_ number: UInt32) -> String {
        String(number & 0x1FFF_FFFF, radix: 16, uppercase: true)
    }
}

/// The units that profiles and DBC files may state.
enum ProfileUnits {
    /// The length of a unit of distance in millimetres.
    static func millimetres(_ unit: String) -> Double? {
        switch unit {
        case "m": 1000
        case "km": 1_000_000
        // The international mile, exactly.
        case "mi", "mile", "miles": 1_609_344
        case _: nil
        }
    }

    /// A unit of speed in metres a second.
    static func metresPerSecond(_ unit: String) -> Double? {
        switch unit {
        case "m/s": 1
        case "km/h", "kph", "kmh": 1 / 3.6
        case "mph", "mi/h": 0.447_04
        case _: nil
        }
    }
}
