internal import CAN
internal import DBC
internal import Diagnostics
internal import Units
internal import Vehicle

/// Joins a profile with its DBC file, turns both into integers, and takes down what does not fit.
struct ProfileCompiler {
    let document: ProfileDocument
    /// `nil` for a profile that names none.
    let dbc: DBCFile?
    var mistakes: ProfileMistakes
    var queries = ProfileQueries()
    var sources: [ProfileSource] = []

    init(document: ProfileDocument, dbc: DBCFile?, mistakes: ProfileMistakes) {
        self.document = document
        self.dbc = dbc
        self.mistakes = mistakes
    }

    /// The compiled profile; where something is wrong, what is left of it.
    mutating func compile(hash: String) -> CompiledProfile {
        var vehicle = VehicleProfile(
            name: document.name, hash: hash,
            odometers: document.odometers.compactMap { odometer($0) },
            distance: document.distance.flatMap { distance($0) },
            speed: document.speed.compactMap { speed($0) },
            ignition: document.ignition.compactMap { ignition($0) },
            doors: document.doors.compactMap { flag($0) },
            fuel: document.fuel.compactMap { level($0, "FUEL") },
            charge: document.charge.compactMap { level($0, "CHARGE") },
            supply: document.supply.compactMap { supply($0) }, plausibility: plausibility)
        vehicle.diagnostics = DiagnosticUse(queries.list)
        return CompiledProfile(
            vehicle: vehicle, buses: document.buses,
            describes: document.describes, cars: document.cars, verified: document.verified,
            sources: sources)
    }

    private mutating func odometer(_ entry: OdometerEntry) -> OdometerSignal? {
        let place = entry.source.place
        guard let value = value(entry.source, called: "ODOMETER", isOdometer: true) else {
            return nil
        }
        let layout = value.source.layout
        guard !layout.isSigned, layout.length <= 40 else {
            mistakes.add(
                place, "an odometer has no sign and at most 40 bits", "correct its layout")
            return nil
        }
        guard value.offset == 0 else {
            mistakes.add(place, "an odometer has no offset", "correct the scale")
            return nil
        }
        if let modulus = entry.modulus, modulus - 1 > layout.range.upperBound {
            mistakes.add(
                place.at("modulus"), "\(modulus) does not lie within the signal", "correct it")
            return nil
        }
        guard let unit = unit(entry, value) else { return nil }
        let shown = value.shown(modulus: entry.modulus)
        let counts = entry.unit?.choices.map { "\(ProfileUnits.short(value.scale)) \($0.unit)" }
        let resolution = counts.map { $0.joined(separator: " or ") } ?? shown.each
        note(
            place, value.source,
            resolution: resolution + (entry.unit.map { ", as \($0.signal) says" } ?? ""),
            wrap: shown.wrap)
        return OdometerSignal(
            signal: value.source, unit: unit, special: special(entry.source),
            modulus: entry.modulus, role: entry.isDelta ? .delta : .dash)
    }

    private mutating func unit(_ entry: OdometerEntry, _ value: SourceValue) -> OdometerUnit? {
        guard let unit = entry.unit else {
            return perCount(value.scale, value.unit, value.unitPlace).map { .fixed(perCount: $0) }
        }
        guard case .broadcast(let broadcast) = entry.source.origin,
            let flag = field(unit.signal, broadcast.message, unit.place.at("signal"))
        else { return nil }
        var choices: [OdometerUnitChoice] = []
        for choice in unit.choices {
            guard let perCount = perCount(value.scale, choice.unit, choice.place) else { continue }
            choices.append(OdometerUnitChoice(raw: choice.raw, perCount: perCount))
        }
        return .bySignal(flag.layout, choices)
    }

    /// One count in whole millimetres.
    private mutating func perCount(
        _ scale: Double, _ unit: String, _ place: ProfilePlace
    ) -> Millimetres? {
        guard let length = ProfileUnits.millimetres(unit) else {
            mistakes.add(
                place, "an odometer in '\(unit)' cannot be billed",
                "state km, mi or m in the DBC file, or a unit in the profile")
            return nil
        }
        let exact = scale * length
        let whole = exact.rounded()
        guard abs(exact - whole) < 1e-6, (1...2_000_000).contains(whole) else {
            mistakes.add(
                place, "one count is \(exact) mm, which is not 1 to 2000000 whole ones",
                "correct the scale")
            return nil
        }
        return Millimetres(Int64(whole))
    }

    private mutating func distance(_ entry: DistanceEntry) -> DistanceInput? {
        guard let source = entry.source else {
            sources.append(
                ProfileSource(
                    quantity: "distance", key: PulseLine.key.name, bits: "",
                    resolution: ProfileUnits.metres(nanometres: entry.nanometresPerCount),
                    wrap: "never", interval: nil))
            return .line(
                PulseLine(
                    nanometresPerPulse: entry.nanometresPerCount, calibrates: entry.calibrates,
                    maxSilence: entry.maxSilence.map { Milliseconds($0) } ?? .seconds(2)))
        }
        guard let value = value(source, called: "DISTANCE"), let silence = entry.maxSilence else {
            return nil
        }
        let values = value.source.layout.range
        guard values.lowerBound == 0, values.upperBound < 0x1_0000_0000 else {
            mistakes.add(
                entry.place, "a counter has no sign and at most 32 bits", "correct the DBC file")
            return nil
        }
        let modulus = entry.modulus ?? values.upperBound + 1
        guard modulus >= 2, modulus - 1 <= values.upperBound else {
            mistakes.add(
                entry.place.at("modulus"), "\(modulus) does not lie within the signal",
                "correct it")
            return nil
        }
        let each = entry.nanometresPerCount
        // A turn that is made unheard would be missing from the bill.
        let product = each.multipliedReportingOverflow(by: modulus)
        let turn = product.overflow ? Int64.max : product.partialValue / 1000
        let speed = max(1, plausibility.maxSpeed.count)
        guard speed * silence < turn else {
            mistakes.add(
                entry.place.at("max_silence_ms"),
                "in \(silence) ms the car can go \(speed * silence / 1_000_000) m, and the counter "
                    + "turns over after \(turn / 1_000_000) m",
                "write at most \(turn / speed / 2), half a turn")
            return nil
        }
        note(
            entry.place, value.source, resolution: ProfileUnits.metres(nanometres: each),
            wrap: ProfileUnits.metres(nanometres: each, times: modulus))
        return .counter(
            DistanceCounter(
                signal: value.source, modulus: modulus, nanometresPerCount: each,
                calibrates: entry.calibrates, maxSilence: Milliseconds(silence)))
    }

    private mutating func speed(_ entry: SourceEntry) -> SpeedSignal? {
        guard let value = value(entry, called: "SPEED") else { return nil }
        guard let unit = ProfileUnits.metresPerSecond(value.unit) else {
            mistakes.add(
                value.unitPlace, "a speed in '\(value.unit)' is not known",
                "state km/h, mph or m/s")
            return nil
        }
        let each = (value.scale * unit * 1e9).rounded()
        let offset = (value.offset * unit * 1e3).rounded()
        guard value.source.layout.length <= 32, (1...1e9).contains(each), abs(offset) <= 1e6 else {
            mistakes.add(
                entry.place, "has a scale or an offset of no car", "correct its layout or scale")
            return nil
        }
        note(entry.place, value.source, resolution: value.shown(modulus: nil).each)
        return SpeedSignal(
            signal: value.source, nanometresPerSecond: Int64(each),
            offset: MillimetresPerSecond(Int64(offset)), special: special(entry))
    }
}

extension ProfileCompiler {
    private mutating func ignition(_ entry: IgnitionEntry) -> IgnitionSource? {
        switch entry {
        case .flag(let flag): return self.flag(flag).map { .signal($0) }
        case .activity(let id, let within, let place):
            guard message(id, place) != nil else { return nil }
            sources.append(
                ProfileSource(
                    quantity: place.quantity, key: "\(id)", bits: "",
                    resolution: "heard within \(within) ms", wrap: "", interval: nil))
            return .busActivity(id, within: Milliseconds(within))
        }
    }

    private mutating func flag(_ entry: FlagEntry) -> FlagSignal? {
        guard let value = value(entry.source, called: "FLAG") else { return nil }
        let range = value.source.layout.range
        for onValue in entry.onValues where !range.contains(onValue) {
            mistakes.add(
                entry.source.place.at("on_values"), "\(onValue) does not lie within the signal",
                "correct it")
        }
        note(entry.source.place, value.source)
        return FlagSignal(
            signal: value.source, onValues: entry.onValues, special: special(entry.source),
            debounce: Milliseconds(entry.debounce))
    }

    private mutating func level(_ entry: LevelEntry, _ name: String) -> LevelSignal? {
        let place = entry.source.place
        guard let value = value(entry.source, called: name) else { return nil }
        let each: Double
        let zero: Double
        if let full = entry.full {
            guard full > entry.empty else {
                mistakes.add(
                    place.at("full"), "\(full) is not above empty, \(entry.empty)", "correct it")
                return nil
            }
            each = 1e6 / Double(full - entry.empty)
            zero = -Double(entry.empty) * each / 1000
        } else {
            guard ["%", "percent", "Percent"].contains(value.unit) else {
                mistakes.add(
                    value.unitPlace, "a level in '\(value.unit)' is not known",
                    "write the raw value of a full store as 'full'")
                return nil
            }
            each = value.scale * 1e4
            zero = value.offset * 10
        }
        guard value.source.layout.length <= 32, (0.5...1e6).contains(each), abs(zero) <= 1e6 else {
            mistakes.add(
                place, "has a scale or an offset of no store", "correct its layout or scale")
            return nil
        }
        note(place, value.source, resolution: ProfileUnits.short(each / 1e4) + " %")
        return LevelSignal(
            signal: value.source, millionthsPerCount: Int64(each.rounded()),
            offset: PerMille(Int64(zero.rounded())), special: special(entry.source))
    }

    private mutating func supply(_ entry: SourceEntry) -> VoltageSignal? {
        guard let value = value(entry, called: "SUPPLY") else { return nil }
        guard let unit = ProfileUnits.volts(value.unit) else {
            mistakes.add(
                value.unitPlace, "a voltage in '\(value.unit)' is not known", "state V or mV")
            return nil
        }
        let each = (value.scale * unit * 1e6).rounded()
        let offset = (value.offset * unit * 1e3).rounded()
        guard value.source.layout.length <= 32, (1...1e6).contains(each), abs(offset) <= 1e5 else {
            mistakes.add(
                entry.place, "has a scale or an offset of no car", "correct its layout or scale")
            return nil
        }
        note(entry.place, value.source, resolution: value.shown(modulus: nil).each)
        return VoltageSignal(
            signal: value.source, microvoltsPerCount: Int64(each),
            offset: Millivolts(Int64(offset)), special: special(entry))
    }

    private var plausibility: Plausibility {
        var bounds = Plausibility()
        let entry = document.plausibility
        if let speed = entry.maxSpeed { bounds.maxSpeed = .kilometresPerHour(speed) }
        if let jump = entry.maxJump { bounds.maxJump = .kilometres(jump) }
        if let speed = entry.gapSpeed { bounds.gapSpeed = .kilometresPerHour(speed) }
        return bounds
    }

    private func special(_ entry: SourceEntry) -> SpecialValues {
        SpecialValues(
            coding: entry.isJ1939 ? .j1939 : .plain, initial: entry.initial,
            notAvailable: entry.notAvailable, error: entry.error)
    }
}
