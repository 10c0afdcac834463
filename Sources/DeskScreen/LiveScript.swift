public import Units

/// Keys with their times, for a desk that nobody sits at.
///
/// A line is a time and keys: `12.5 i` presses `i` 12.5 s after the start, `+2 i` 2 s after the
/// line before. Keys that follow one another in a line come every 0.3 s. `<up>`, `<down>`,
/// `<enter>`, `<clear>`, `<esc>`, `<space>` name keys; `<code>`, `<later>`,
/// `<tomorrow>`, `<owner>`, `<extend>` and `<time>` type the digits that the phone shows at that moment. `//` begins a
/// remark.
public struct LiveScript: Hashable, Sendable {
    /// What is done at one time.
    public enum Step: Hashable, Sendable {
        /// A key is pressed.
        case key(LiveKey)
        /// The digits of this code are typed, and nothing behind them.
        case code(PhoneCode)
    }

    /// The codes that a script can name.
    public enum PhoneCode: String, CaseIterable, Sendable {
        /// The rental that was booked last.
        case code
        /// The rental behind it, on the same day: too early, and known as that.
        case later
        /// The rental of tomorrow: too far away to be looked for.
        case tomorrow
        /// The owner's password.
        case owner
        /// A later end for the active rental.
        case extend
        /// The time.
        case time
    }

    /// One line that was read.
    public struct Line: Hashable, Sendable {
        /// Its number in the text, from 1.
        public var number: Int
        /// When, since the start.
        public var time: Milliseconds
        /// What, in order.
        public var steps: [Step]
    }

    /// What is wrong with a script.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The number of the line, from 1.
        public let line: Int
        /// What is wrong, and what would be right.
        public let reason: String

        /// `line 3: no time: write 12.5 or +2 before the keys`
        public var description: String { "line \(line): \(reason)" }
    }

    /// How far the keys of one line are apart.
    public static let keyPeriod = Milliseconds(300)
    /// The latest time of a script: 30 days.
    public static let longest = Milliseconds.days(30)

    /// The lines, in order.
    public let lines: [Line]

    /// Reads `text`.
    ///
    /// - Throws: ``Fault`` with the number of the first line that is wrong.
    public init(_ text: some StringProtocol) throws(Fault) {
        var lines: [Line] = []
        var time = Milliseconds.zero
        var number = 0
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let words = Self.words(raw)
            guard let first = words.first else { continue }
            time = try Self.time(first, after: time, line: number)
            var steps: [Step] = []
            for word in words.dropFirst() { steps += try Self.steps(word, line: number) }
            lines.append(Line(number: number, time: time, steps: steps))
        }
        self.lines = lines
    }

    /// The words of a line up to its remark.
    private static func words(_ line: some StringProtocol) -> [String] {
        var words: [String] = []
        for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }) {
            if word.hasPrefix("//") { break }
            words.append(String(word))
        }
        return words
    }

    private static func time(
        _ word: String, after last: Milliseconds, line: Int
    ) throws(Fault) -> Milliseconds {
        let isRelative = word.hasPrefix("+")
        guard let time = milliseconds(word.dropFirst(isRelative ? 1 : 0)) else {
            throw Fault(
                line: line, reason: "\(word) is no time: write 12.5 or +2 before the keys")
        }
        let absolute = isRelative ? last + time : time
        guard absolute >= last else {
            throw Fault(line: line, reason: "\(word) lies before the line above")
        }
        guard absolute <= longest else {
            throw Fault(line: line, reason: "\(word) is beyond 30 days")
        }
        return absolute
    }

    /// Seconds with at most three decimals.
    private static func milliseconds(_ text: some StringProtocol) -> Milliseconds? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].utf8.count <= 7,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let decimals = parts.count == 2 ? String(parts[1]) : "0"
        guard (1...3).contains(decimals.utf8.count), let whole = Int64(parts[0]),
            let rest = Int64(decimals + String(repeating: "0", count: 3 - decimals.utf8.count))
        else { return nil }
        return Milliseconds(whole * 1000 + rest)
    }

    private static func steps(_ word: String, line: Int) throws(Fault) -> [Step] {
        var steps: [Step] = []
        var rest = word[...]
        while let character = rest.first {
            if character == "<", let end = rest.firstIndex(of: ">") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                guard let step = named(name) else {
                    throw Fault(line: line, reason: "<\(name)> is no key")
                }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
                continue
            }
            let key = LiveKey.character(character)
            guard LiveAction(key) != nil else {
                throw Fault(line: line, reason: "\(character) does nothing")
            }
            steps.append(.key(key))
            rest = rest.dropFirst()
        }
        return steps
    }

    private static func named(_ name: String) -> Step? {
        if let code = PhoneCode(rawValue: name) { return .code(code) }
        switch name {
        case "up": return .key(.up)
        case "down": return .key(.down)
        case "enter": return .key(.enter)
        case "clear": return .key(.backspace)
        case "esc": return .key(.escape)
        case "space": return .key(.character(" "))
        default: return nil
        }
    }
}
