internal import CAN

extension ProfileReader {
    /// A source with the keys of `sections` besides its own, and the object that it stands in.
    mutating func source(
        _ value: JSON5Value, _ place: ProfilePlace, _ sections: [ProfileSchema.Section]
    ) -> (object: ProfileObject, entry: SourceEntry)? {
        let isPolled = Self.isPolled(value)
        let own = isPolled ? ProfileSchema.polled : ProfileSchema.broadcast
        let all = [own, ProfileSchema.values] + sections
        guard let object = mistakes.object(value, place, all) else { return nil }
        let origin: SourceEntry.Origin?
        if isPolled {
            origin = polled(object).map { .polled($0) }
        } else {
            origin = broadcast(object).map { .broadcast($0) }
        }
        let coding = mistakes.choice(object, "coding", of: ["plain", "j1939"])
        let notAvailable = mistakes.rawValues(object, "not_available")
        let error = mistakes.rawValues(object, "error")
        let initial = mistakes.rawValues(object, "initial")
        let maxAge = mistakes.real(object, "max_age_s", in: 0.001...86_400, isRequired: false)
        guard let origin else { return nil }
        return (
            object,
            SourceEntry(
                origin: origin, place: object.place, isJ1939: coding == "j1939",
                notAvailable: notAvailable, error: error, initial: initial,
                maxAge: maxAge.map { Int64(($0 * 1000).rounded()) })
        )
    }

    private static func isPolled(_ value: JSON5Value) -> Bool {
        guard case .object(let members) = value.content else { return false }
        return members.contains { ["request", "service", "identifier"].contains($0.key) }
    }

    private mutating func broadcast(_ object: ProfileObject) -> BroadcastEntry? {
        let message = identifier(object, "message")
        let signal = mistakes.text(object, "signal")
        let condition = object["valid_if"].flatMap {
            self.condition($0, object.place.at("valid_if"))
        }
        guard let message, let signal, condition != nil || !object.has("valid_if") else {
            return nil
        }
        return BroadcastEntry(message: message, signal: signal, condition: condition)
    }

    private mutating func condition(
        _ value: JSON5Value, _ place: ProfilePlace
    ) -> BroadcastEntry.Condition? {
        guard let object = mistakes.object(value, place, [ProfileSchema.condition]) else {
            return nil
        }
        let signal = mistakes.text(object, "signal")
        let equals = mistakes.whole(object, "equals", in: Int64.min...Int64.max)
        guard let signal, let equals else { return nil }
        return .init(signal: signal, equals: equals, place: object.place)
    }

    private mutating func polled(_ object: ProfileObject) -> PolledEntry? {
        let request = identifier(object, "request")
        let response = identifier(object, "response", isRequired: false)
        let service = mistakes.whole(object, "service", in: 0...0xFF)
        let identifier = mistakes.whole(object, "identifier", in: 0...0xFFFF)
        let interval = mistakes.real(object, "every_s", in: 0.001...86_400)
        let first = mistakes.whole(object, "first_byte", in: 0...7, isRequired: false) ?? 0
        let bytes = mistakes.whole(object, "bytes", in: 1...8)
        let order = mistakes.choice(object, "byte_order", of: ["big", "little"])
        let scale = mistakes.real(object, "scale", in: 1e-9...1e9)
        let offset = mistakes.real(object, "offset", in: -1e9...1e9, isRequired: false)
        let unit = mistakes.text(object, "unit")
        if let bytes, first + bytes > 8 {
            mistakes.add(
                object.place.at("bytes"), "end behind the first eight of the answer",
                "choose bytes that lie within them")
            return nil
        }
        guard let request, let service, let identifier, let interval, let bytes, let scale,
            let unit
        else { return nil }
        return PolledEntry(
            request: request, response: response, service: service, identifier: identifier,
            interval: Int64((interval * 1000).rounded()), firstByte: Int(first),
            bytes: Int(bytes), byteOrder: order == "little" ? .littleEndian : .bigEndian,
            scale: scale, offset: offset ?? 0, unit: unit)
    }

    /// The identifier of a frame; above `0x7ff` it has 29 bits.
    mutating func identifier(
        _ object: ProfileObject, _ key: String, isRequired: Bool = true
    ) -> CANID? {
        let range: ClosedRange<Int64> = 0...0x1FFF_FFFF
        guard let number = mistakes.whole(object, key, in: range, isRequired: isRequired) else {
            return nil
        }
        return CANID(integerLiteral: UInt32(number))
    }
}
