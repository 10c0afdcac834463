/// Any key at all.
private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Refuses keys that nobody would read: a misspelt bound must not silently have no effect.
    func refuseUnknownKeys<First: CodingKey & CaseIterable>(besides first: First.Type) throws {
        try refuseKeys(outside: first.allCases.map(\.stringValue))
    }

    /// Refuses keys that stand in neither list.
    func refuseUnknownKeys<First: CodingKey & CaseIterable, Second: CodingKey & CaseIterable>(
        besides first: First.Type, _ second: Second.Type
    ) throws {
        try refuseKeys(
            outside: second.allCases.map(\.stringValue) + first.allCases.map(\.stringValue))
    }

    private func refuseKeys(outside known: [String]) throws {
        let values = try container(keyedBy: AnyKey.self)
        let unknown = values.allKeys.map(\.stringValue).filter { !known.contains($0) }
        guard let first = unknown.min() else { return }
        throw DecodingError.dataCorrupted(
            DecodingError.Context(
                codingPath: codingPath,
                debugDescription: "there is no key '\(first)' here; known are "
                    + known.joined(separator: ", ")))
    }
}
