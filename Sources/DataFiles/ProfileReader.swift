internal import CAN

/// Reads the text of a profile, and takes down all that is wrong in it by itself.
struct ProfileReader {
    var mistakes: ProfileMistakes

    /// The profile that `root` writes; where something is wrong, what is left of it.
    mutating func document(_ root: JSON5Value) -> ProfileDocument? {
        let top = ProfilePlace(path: "", offset: root.offset)
        guard let object = mistakes.object(root, top, [ProfileSchema.profile]) else { return nil }
        let name = mistakes.text(object, "profile")
        if let name, !mistakes.file.hasSuffix("/\(name)\(DataFolder.ending)"),
            mistakes.file != name + DataFolder.ending
        {
            mistakes.add(
                object.place.at("profile"), "says '\(name)'", "a profile has the name of its file")
        }
        if let version = mistakes.whole(object, "version", in: 0...Int64(Int32.max)), version != 1 {
            mistakes.add(object.place.at("version"), "\(version) is not known", "known is 1")
        }
        let describes = mistakes.text(object, "describes")
        let verified = mistakes.text(object, "verified")
        let cars = mistakes.value(object, "cars", isRequired: true, "a list of texts") { content in
            Self.texts(content)
        }
        let buses = mistakes.items(object, "buses").compactMap { bus($0.value, $0.place) }
        return ProfileDocument(
            name: name ?? "", describes: describes ?? "", cars: cars ?? [],
            verified: verified ?? "",
            dbc: mistakes.text(object, "dbc", isRequired: false),
            dbcPlace: object.place.at("dbc"), buses: buses,
            odometers: mistakes.items(object, "odometer").compactMap {
                odometer($0.value, $0.place)
            },
            distance: object["distance"].flatMap { distance($0, object.place.at("distance")) },
            speed: mistakes.items(object, "speed").compactMap { plain($0.value, $0.place) },
            ignition: mistakes.items(object, "ignition").compactMap {
                ignition($0.value, $0.place)
            },
            doors: doors(object), fuel: levels(object, "fuel"), charge: levels(object, "charge"),
            supply: mistakes.items(object, "supply").compactMap { plain($0.value, $0.place) },
            plausibility: object["plausibility"].flatMap {
                plausibility($0, object.place.at("plausibility"))
            } ?? PlausibilityEntry())
    }

    private static func texts(_ content: JSON5Value.Content) -> [String]? {
        guard case .list(let items) = content, !items.isEmpty else { return nil }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item.content else { return nil }
            texts.append(text)
        }
        return texts
    }

    private mutating func bus(_ value: JSON5Value, _ place: ProfilePlace) -> ProfileBus? {
        guard let object = mistakes.object(value, place, [ProfileSchema.bus]) else { return nil }
        let name = mistakes.text(object, "name")
        let bitrate = mistakes.whole(object, "bitrate", in: 10_000...1_000_000)
        let isListenOnly = mistakes.truth(object, "listen_only", isRequired: true)
        let tap = mistakes.text(object, "tap", isRequired: false)
        guard let name, let bitrate, let isListenOnly else { return nil }
        return ProfileBus(
            name: name, bitrate: Int(bitrate), isListenOnly: isListenOnly, tap: tap ?? "")
    }

    /// A source without keys of its own.
    private mutating func plain(_ value: JSON5Value, _ place: ProfilePlace) -> SourceEntry? {
        source(value, place, [])?.entry
    }

    private mutating func odometer(
        _ value: JSON5Value, _ place: ProfilePlace
    ) -> OdometerEntry? {
        guard let (object, source) = source(value, place, [ProfileSchema.odometer]) else {
            return nil
        }
        var unit: OdometerEntry.Unit?
        if case .broadcast = source.origin, let value = object["unit"] {
            guard let read = self.unit(value, object.place.at("unit")) else { return nil }
            unit = read
        }
        return OdometerEntry(
            source: source, unit: unit,
            modulus: mistakes.whole(object, "modulus", in: 2...1 << 40, isRequired: false),
            isDelta: mistakes.choice(object, "role", of: ["dash", "delta"]) == "delta")
    }

    private mutating func unit(
        _ value: JSON5Value, _ place: ProfilePlace
    ) -> OdometerEntry.Unit? {
        guard let object = mistakes.object(value, place, [ProfileSchema.unit]) else { return nil }
        let signal = mistakes.text(object, "signal")
        let members = mistakes.value(object, "map", isRequired: true, "an object") { content in
            guard case .object(let members) = content else { return nil as [JSON5Member]? }
            return members
        }
        guard let signal, let members else { return nil }
        var choices: [OdometerEntry.Unit.Choice] = []
        let map = object.place.at("map")
        for member in members {
            let here = ProfilePlace(path: map.at(member.key).path, offset: member.offset)
            guard let raw = Int64(member.key) else {
                mistakes.add(here, "'\(member.key)' is no whole number", "write the raw value")
                continue
            }
            guard case .text(let text) = member.value.content else {
                mistakes.add(here, "is \(member.value.kind), not a unit", "write km, mi or m")
                continue
            }
            choices.append(.init(raw: raw, unit: text, place: here))
        }
        return .init(
            signal: signal, choices: choices.sorted { $0.raw < $1.raw }, place: object.place)
    }

    private mutating func distance(
        _ value: JSON5Value, _ place: ProfilePlace
    ) -> DistanceEntry? {
        var entry: SourceEntry?
        let object: ProfileObject
        if Self.has(value, "input") {
            guard let line = mistakes.object(value, place, [ProfileSchema.distance]) else {
                return nil
            }
            object = line
            _ = mistakes.choice(object, "input", of: ["pulses"])
            if object.has("modulus") {
                mistakes.add(
                    object.place.at("modulus"), "the count of pulses does not wrap",
                    "leave it out")
            }
        } else {
            guard let (counter, source) = source(value, place, [ProfileSchema.distance]) else {
                return nil
            }
            object = counter
            entry = source
            if case .polled = source.origin {
                mistakes.add(
                    source.place, "a counter cannot be polled: it wraps in between",
                    "name a message that the car sends by itself")
            }
        }
        let metres = mistakes.real(object, "metres_per_count", in: 1e-9...100)
        let silence = mistakes.whole(
            object, "max_silence_ms", in: 1...3_600_000, isRequired: entry != nil)
        guard let metres, silence != nil || entry == nil else { return nil }
        return DistanceEntry(
            source: entry, place: object.place,
            modulus: mistakes.whole(object, "modulus", in: 2...1 << 32, isRequired: false),
            nanometresPerCount: Int64((metres * 1e9).rounded()),
            calibrates: mistakes.truth(object, "calibrate") ?? false, maxSilence: silence)
    }

    private static func has(_ value: JSON5Value, _ key: String) -> Bool {
        guard case .object(let members) = value.content else { return false }
        return members.contains { $0.key == key }
    }
}

extension ProfileReader {
    private mutating func ignition(
        _ value: JSON5Value, _ place: ProfilePlace
    ) -> IgnitionEntry? {
        guard Self.has(value, "seen_within_ms") else {
            return flag(value, place).map { .flag($0) }
        }
        guard let object = mistakes.object(value, place, [ProfileSchema.activity]) else {
            return nil
        }
        let message = identifier(object, "message")
        let within = mistakes.whole(object, "seen_within_ms", in: 1...60_000)
        guard let message, let within else { return nil }
        return .activity(message, within: within, object.place)
    }

    private mutating func doors(_ object: ProfileObject) -> [FlagEntry] {
        guard let value = object["doors"] else { return [] }
        let place = object.place.at("doors")
        guard case .object(let members) = value.content else {
            mistakes.add(place, "is \(value.kind), not an object", "write a name for each door")
            return []
        }
        if members.count > 64 { mistakes.add(place, "are more than 64", "leave some out") }
        // By name, so that the order in the file has no say.
        let sorted = members.sorted { ($0.key, $0.offset) < ($1.key, $1.offset) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.key == right.key {
            let here = ProfilePlace(path: place.at(right.key).path, offset: right.offset)
            mistakes.add(here, "stands here twice", "leave one of them out")
        }
        return sorted.compactMap { member in
            let path = place.at(member.key).path
            return flag(member.value, ProfilePlace(path: path, offset: member.value.offset))
        }
    }

    private mutating func flag(_ value: JSON5Value, _ place: ProfilePlace) -> FlagEntry? {
        guard let (object, source) = source(value, place, [ProfileSchema.flag]) else { return nil }
        let onValues = mistakes.rawValues(object, "on_values", orElse: [1])
        if onValues.isEmpty {
            mistakes.add(object.place.at("on_values"), "are none", "write a raw value that is on")
        }
        let debounce = mistakes.whole(object, "debounce_ms", in: 0...60_000, isRequired: false)
        return FlagEntry(source: source, onValues: onValues, debounce: debounce ?? 0)
    }

    private mutating func levels(_ object: ProfileObject, _ key: String) -> [LevelEntry] {
        var levels: [LevelEntry] = []
        for (value, place) in mistakes.items(object, key) {
            guard let (object, source) = source(value, place, [ProfileSchema.level]) else {
                continue
            }
            let range: ClosedRange<Int64> = 0...1_000_000
            let full = mistakes.whole(object, "full", in: range, isRequired: false)
            let empty = mistakes.whole(object, "empty", in: range, isRequired: false)
            levels.append(LevelEntry(source: source, full: full, empty: empty ?? 0))
        }
        return levels
    }

    private mutating func plausibility(
        _ value: JSON5Value, _ place: ProfilePlace
    ) -> PlausibilityEntry? {
        guard let object = mistakes.object(value, place, [ProfileSchema.plausibility]) else {
            return nil
        }
        func bound(_ key: String, _ mistakes: inout ProfileMistakes) -> Int64? {
            mistakes.whole(object, key, in: 1...1000, isRequired: false)
        }
        return PlausibilityEntry(
            maxSpeed: bound("max_speed_kmh", &mistakes), maxJump: bound("max_jump_km", &mistakes),
            gapSpeed: bound("max_gap_speed_kmh", &mistakes))
    }
}
