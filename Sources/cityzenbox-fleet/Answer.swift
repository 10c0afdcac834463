import Records
import Units

/// What a command has to say: once for people, once for programs.
struct Answer {
    private(set) var lines: [String] = []
    private(set) var members: [String: CanonicalJSON] = [:]

    /// A line for people.
    mutating func say(_ line: String) { lines.append(line) }

    /// A member for programs; `null` for what is unknown.
    mutating func put(_ name: String, _ value: CanonicalJSON?) { members[name] = value ?? .null }

    /// Says it on standard output.
    func show(asJSON: Bool) {
        guard asJSON else {
            for line in lines { print(line) }
            return
        }
        print(CanonicalJSON.object(members).text)
    }
}

/// Lines of a table for people: columns as wide as their widest cell.
enum TableText {
    static func lines(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            return line.last == " " ? String(line.reversed().drop { $0 == " " }.reversed()) : line
        }
    }
}

extension CanonicalJSON {
    /// A time in milliseconds since 1970, UTC.
    static func time(_ time: WallTime?) -> CanonicalJSON {
        time.map { .integer($0.milliseconds) } ?? .null
    }

    /// A text, or nothing.
    static func text(_ text: String?) -> CanonicalJSON { text.map { .string($0) } ?? .null }
}
