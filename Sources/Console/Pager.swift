/// Long answers, a screen at a time.
struct Pager: Hashable, Sendable {
    /// What a key leads to.
    enum Step: Hashable, Sendable {
        /// Show these lines; more are left.
        case more([String])
        /// Show these lines; they are the last.
        case last([String])
        /// Show no more.
        case quit
        /// The key means nothing here.
        case nothing
    }

    /// How many lines a screen has, the question below them apart.
    static let height = 23
    static let question = "--More--"
    /// Puts the cursor back and wipes the question.
    static let wipe = "\r" + String(repeating: " ", count: question.count) + "\r"

    private var rest: ArraySlice<String>

    /// The first screen of `lines`, and what pages the rest; `nil` where all fits.
    static func begin(_ lines: [String]) -> (shown: [String], pager: Pager)? {
        guard lines.count > height else { return nil }
        return (Array(lines.prefix(height)), Pager(rest: lines.dropFirst(height)))
    }

    /// Space and `f` show the next screen, Enter the next line, `q` and `^C` end it.
    mutating func take(_ key: ConsoleKey) -> Step {
        switch key {
        case .character(" "), .character("f"): advance(Self.height)
        case .enter: advance(1)
        case .character("q"), .character("Q"), .interrupt, .endOfInput: .quit
        case _: .nothing
        }
    }

    private mutating func advance(_ count: Int) -> Step {
        let lines = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return rest.isEmpty ? .last(lines) : .more(lines)
    }
}
