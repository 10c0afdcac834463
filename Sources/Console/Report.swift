internal import Records
internal import Units

/// What a command has to say, once for people and once for programs.
///
/// A key is stable: programs read it. What is unknown is `unknown` to people and `null` to
/// programs, never left out and never guessed.
struct Report: Hashable, Sendable {
    struct Field: Hashable, Sendable {
        let key: String
        let label: String
        let text: String
        let json: CanonicalJSON
        /// Lines below the field, for people.
        var below: [String] = []
    }

    private(set) var fields: [Field] = []

    private mutating func add(
        _ key: String, _ label: String, _ text: String?, _ json: CanonicalJSON?
    ) {
        fields.append(
            Field(key: key, label: label, text: text ?? "unknown", json: json ?? .null))
    }

    mutating func put(_ key: String, _ label: String, _ text: String?) {
        add(key, label, text, text.map { .string($0) })
    }

    mutating func put(_ key: String, _ label: String, _ number: (some BinaryInteger)?) {
        add(key, label, number.map { "\($0)" }, number.map { .integer(Int64($0)) })
    }

    mutating func put(
        _ key: String, _ label: String, _ amount: Quantity<some UnitOfMeasure>?
    ) {
        add(key, label, amount.map { "\($0)" }, amount.map { .integer($0.count) })
    }

    mutating func put(
        _ key: String, _ label: String, _ flag: Bool?, _ yes: String = "yes", _ no: String = "no"
    ) {
        add(key, label, flag.map { $0 ? yes : no }, flag.map { .bool($0) })
    }

    /// Something else for people than for programs.
    mutating func put(
        _ key: String, _ label: String, _ text: String?, json: CanonicalJSON?
    ) {
        add(key, label, text, json)
    }

    /// Rows under one heading: an array of objects.
    mutating func put(_ key: String, _ label: String, rows: [Report], none: String = "none") {
        var field = Field(
            key: key, label: label, text: rows.isEmpty ? none : "",
            json: .array(rows.map(\.json)))
        field.below = rows.map { row in row.fields.map(\.text).joined(separator: "  ") }
        fields.append(field)
    }

    /// A report within a report.
    mutating func put(_ key: String, _ label: String, _ section: Report) {
        var field = Field(key: key, label: label, text: "", json: section.json)
        field.below = section.lines
        fields.append(field)
    }

    var json: CanonicalJSON {
        .object(Dictionary(fields.map { ($0.key, $0.json) }) { first, _ in first })
    }

    /// A line a field, the values below each other.
    var lines: [String] {
        let width = (fields.map(\.label.count).max() ?? 0) + 2
        return fields.flatMap { field in
            let label = field.label + String(repeating: " ", count: width - field.label.count)
            return [field.text.isEmpty ? field.label : label + field.text]
                + field.below.map { "  " + $0 }
        }
    }
}

extension Report {
    /// `48 210.5 km`
    static func kilometres(_ metres: Metres) -> String {
        let tenths = (metres.count + 50) / 100
        return "\(tenths / 10).\(tenths % 10) km"
    }

    /// `3 d 4 h`, `12 min`, `5 s`
    static func time(_ time: Milliseconds) -> String {
        let seconds = max(0, time.wholeSeconds)
        switch seconds {
        case 86_400...: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        case 3600...: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        case 60...: return "\(seconds / 60) min"
        case _: return "\(seconds) s"
        }
    }
}
