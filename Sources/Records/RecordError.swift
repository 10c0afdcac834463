package import Units

/// Why bytes are not a record.
public enum RecordError: Error, Equatable, CustomStringConvertible {
    /// Not JSON at all.
    case notJSON(JSONParseError)
    /// JSON, but no object.
    case notAnObject
    /// JSON, but not the one byte sequence that RFC 8785 allows for this value.
    case notCanonical
    /// The member is missing, of the wrong type or out of range.
    case member(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .notAnObject: "not a JSON object"
        case .notCanonical: "JSON, but not in canonical form (RFC 8785)"
        case .member(let name): "the member \"\(name)\" is missing, of another type or out of range"
        }
    }
}

/// Reads typed members out of an object, naming the one that fails.
package struct Members {
    private let json: CanonicalJSON

    package init(_ json: CanonicalJSON) {
        self.json = json
    }

    package func has(_ name: String) -> Bool { json[name] != nil }

    package func integer(_ name: String) throws(RecordError) -> Int64 {
        guard let value = json[name]?.integer else { throw .member(name) }
        return value
    }

    package func optionalInteger(_ name: String) throws(RecordError) -> Int64? {
        guard let value = json[name] else { return nil }
        guard let integer = value.integer else { throw .member(name) }
        return integer
    }

    package func unsigned32(_ name: String) throws(RecordError) -> UInt32 {
        guard let value = UInt32(exactly: try integer(name)) else { throw .member(name) }
        return value
    }

    package func unsigned16(_ name: String) throws(RecordError) -> UInt16 {
        guard let value = UInt16(exactly: try integer(name)) else { throw .member(name) }
        return value
    }

    package func string(_ name: String) throws(RecordError) -> String {
        guard let value = json[name]?.string else { throw .member(name) }
        return value
    }

    package func bool(_ name: String) throws(RecordError) -> Bool {
        guard let value = json[name]?.bool else { throw .member(name) }
        return value
    }

    package func digest(_ name: String) throws(RecordError) -> Digest256 {
        guard let value = Digest256(hex: try string(name)) else { throw .member(name) }
        return value
    }

    package func choice<Choice: RawRepresentable<String>>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(RecordError) -> Choice {
        guard let value = Choice(rawValue: try string(name)) else { throw .member(name) }
        return value
    }

    package func optionalChoice<Choice: RawRepresentable<String>>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(RecordError) -> Choice? {
        json[name] == nil ? nil : try choice(name, of: type)
    }

    package func array(_ name: String) throws(RecordError) -> [CanonicalJSON] {
        guard let value = json[name]?.array else { throw .member(name) }
        return value
    }

    package func object(_ name: String) throws(RecordError) -> CanonicalJSON {
        guard let value = json[name], case .object = value else { throw .member(name) }
        return value
    }

    package func optionalObject(_ name: String) throws(RecordError) -> CanonicalJSON? {
        json[name] == nil ? nil : try object(name)
    }
}
