/// An object of a profile, whose keys are known ones.
struct ProfileObject {
    let place: ProfilePlace
    private let values: [String: JSON5Value]

    init(place: ProfilePlace, values: [String: JSON5Value]) {
        self.place = place
        self.values = values
    }

    subscript(key: String) -> JSON5Value? { values[key] }

    func has(_ key: String) -> Bool { values[key] != nil }
}

extension ProfileMistakes {
    /// `value` as an object with the keys of `sections`; takes down every other key.
    mutating func object(
        _ value: JSON5Value, _ place: ProfilePlace, _ sections: [ProfileSchema.Section]
    ) -> ProfileObject? {
        guard case .object(let members) = value.content else {
            add(place, "is \(value.kind), not an object", "write one in braces")
            return nil
        }
        let known = sections.flatMap(\.keys)
        var values: [String: JSON5Value] = [:]
        var found = ProfilePlace(path: place.path, offset: value.offset)
        for member in members {
            let here = ProfilePlace(path: found.at(member.key).path, offset: member.offset)
            guard values[member.key] == nil else {
                add(here, "stands here twice", "leave one of them out")
                continue
            }
            if !known.contains(member.key) {
                let nearest = NearestKey.of(member.key, among: known)
                add(
                    ProfilePlace(path: place.path, offset: member.offset),
                    "there is no key '\(member.key)' here",
                    nearest.map { "did you mean '\($0)'?" }
                        ?? "known are \(known.joined(separator: ", "))")
            }
            values[member.key] = member.value
            found.members[member.key] = member.value.offset
        }
        return ProfileObject(place: found, values: values)
    }

    /// The value of `key` as `read` makes it; takes down one that is missing or of another kind.
    mutating func value<Value>(
        _ object: ProfileObject, _ key: String, isRequired: Bool, _ kind: String,
        _ read: (JSON5Value.Content) -> Value?
    ) -> Value? {
        guard let value = object[key] else {
            if isRequired { add(object.place.at(key), "is missing", "write \(kind)") }
            return nil
        }
        guard let content = read(value.content) else {
            add(object.place.at(key), "is \(value.kind), not \(kind)", "write \(kind)")
            return nil
        }
        return content
    }

    mutating func text(
        _ object: ProfileObject, _ key: String, isRequired: Bool = true
    ) -> String? {
        value(object, key, isRequired: isRequired, "a text") { content in
            guard case .text(let text) = content else { return nil }
            return text
        }
    }

    mutating func truth(_ object: ProfileObject, _ key: String, isRequired: Bool = false) -> Bool? {
        value(object, key, isRequired: isRequired, "true or false") { content in
            guard case .truth(let truth) = content else { return nil }
            return truth
        }
    }

    /// A whole number of `range`.
    mutating func whole(
        _ object: ProfileObject, _ key: String, in range: ClosedRange<Int64>,
        isRequired: Bool = true
    ) -> Int64? {
        let whole = value(object, key, isRequired: isRequired, "a whole number") { content in
            guard case .integer(let whole) = content else { return nil as Int64? }
            return whole
        }
        guard let whole else { return nil }
        guard range.contains(whole) else {
            add(
                object.place.at(key), "\(whole) is not \(range.lowerBound) to \(range.upperBound)",
                "correct it")
            return nil
        }
        return whole
    }

    /// A number of `range`.
    mutating func real(
        _ object: ProfileObject, _ key: String, in range: ClosedRange<Double>,
        isRequired: Bool = true
    ) -> Double? {
        let real = value(object, key, isRequired: isRequired, "a number") { content in
            switch content {
            case .integer(let whole): Double(whole)
            case .real(let real): real
            case .null, .truth, .text, .list, .object: nil
            }
        }
        guard let real else { return nil }
        guard range.contains(real) else {
            add(
                object.place.at(key), "\(real) is not \(range.lowerBound) to \(range.upperBound)",
                "correct it")
            return nil
        }
        return real
    }

    /// A list of raw values, `missing` where it is left out.
    mutating func rawValues(
        _ object: ProfileObject, _ key: String, orElse missing: [Int64] = []
    ) -> [Int64] {
        let values = value(object, key, isRequired: false, "a list of raw values") { content in
            guard case .list(let items) = content else { return nil as [Int64]? }
            var values: [Int64] = []
            for item in items {
                guard case .integer(let whole) = item.content else { return nil }
                values.append(whole)
            }
            return values
        }
        return values ?? missing
    }

    /// A text that is one of a few.
    mutating func choice(
        _ object: ProfileObject, _ key: String, of choices: [String], isRequired: Bool = false
    ) -> String? {
        guard let text = text(object, key, isRequired: isRequired) else { return nil }
        guard choices.contains(text) else {
            add(
                object.place.at(key), "'\(text)' is not known",
                "known are \(choices.joined(separator: ", "))")
            return nil
        }
        return text
    }

    /// The items of a list, or the one object that stands instead of it.
    func items(
        _ object: ProfileObject, _ key: String
    ) -> [(value: JSON5Value, place: ProfilePlace)] {
        guard let value = object[key] else { return [] }
        let place = object.place.at(key)
        guard case .list(let items) = value.content else { return [(value, place)] }
        return items.enumerated().map { ($0.element, place.at($0.offset, $0.element)) }
    }
}
