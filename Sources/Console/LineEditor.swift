/// One line that a person types and edits, and how the terminal must be made to show it.
///
/// It draws with printing characters, spaces and backspaces alone, so it works on any terminal.
/// A line that is wider than the terminal scrolls sideways. Every character counts as one column.
public struct LineEditor: Hashable, Sendable {
    /// How many bytes a line has at most.
    public static let lineMaximum = 512
    /// How many lines are remembered.
    public static let historyMaximum = 32
    /// How many columns are used: one less than a terminal has, whose last one wraps.
    public static let columns = 79

    /// How what is typed is shown.
    public enum Echo: Hashable, Sendable {
        /// As it is typed.
        case shown
        /// Not at all: a secret.
        case hidden
        /// Not at all, and no prompt either: a program types.
        case plain
    }

    /// What a key has led to.
    public enum Event: Hashable, Sendable {
        /// A line was ended.
        case line(String)
        /// A line was ended that had more than ``lineMaximum`` bytes: so many.
        case tooLong(Int)
        /// A line was ended in which there was noise: so many bytes.
        case noisy(Int)
        /// `^C`
        case interrupted
        /// `^D` in an empty line.
        case ended
        /// Tab: completions are wanted for what stands before the cursor.
        case complete(String)
    }

    /// What stands in front of the line.
    public private(set) var prompt = ""
    /// How what is typed is shown.
    public private(set) var echo = Echo.shown
    private var text: [Unicode.Scalar] = []
    private var bytes = 0
    private var cursor = 0
    private var noise = 0
    private var excess = 0
    private var history: [[Unicode.Scalar]] = []
    /// Which line of the history is shown, from the newest; 0 is the line being typed.
    private var recalled = 0
    private var draft: [Unicode.Scalar] = []
    private var screen: [Unicode.Scalar] = []
    private var screenCursor = 0

    /// An empty line without a prompt.
    public init() {}

    /// Whether something stands in the line.
    public var isEmpty: Bool { text.isEmpty && excess == 0 && noise == 0 }

    /// Begins a new line behind `prompt`; gives what to write.
    public mutating func begin(_ prompt: String, echo: Echo = .shown) -> String {
        self.prompt = prompt
        self.echo = echo
        forget()
        return echo == .plain ? "" : prompt
    }

    /// Forgets what was typed, without drawing.
    public mutating func forget() {
        set([])
        noise = 0
        excess = 0
        recalled = 0
        draft = []
        screen = []
        screenCursor = 0
    }

    /// The line as it is shown, again: for behind something else that was written.
    public mutating func redrawn() -> String {
        guard echo != .plain else { return "" }
        screen = []
        screenCursor = 0
        return prompt + drawn()
    }

    /// Inserts `more` at the cursor; gives what to write.
    public mutating func insert(_ more: String) -> String {
        for scalar in more.unicodeScalars { insert(scalar) }
        return drawn()
    }

    /// Takes `key`, and appends what to write to `out`.
    public mutating func take(_ key: ConsoleKey, _ out: inout String) -> Event? {
        var event: Event?
        switch key {
        case .character(let scalar):
            guard type(scalar, &out) else { return nil }
        case .noise: noise += 1
        case .enter: return end(&out)
        case .interrupt:
            if echo != .plain { out += "^C\r\n" }
            forget()
            return .interrupted
        case .endOfInput:
            if isEmpty { return .ended }
            remove(from: cursor, to: cursor + 1)
        case .tab:
            if echo == .shown { event = .complete(String(text[..<cursor])) }
        case .backspace: remove(from: cursor - 1, to: cursor)
        case .delete: remove(from: cursor, to: cursor + 1)
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .home: cursor = 0
        case .end: cursor = text.count
        case .killToEnd: remove(from: cursor, to: text.count)
        case .killToStart: remove(from: 0, to: cursor)
        case .killWord: killWord()
        case .up: recall(1)
        case .down: recall(-1)
        case .redraw:
            if echo != .plain { out += "\r\n" + redrawn() }
        }
        out += drawn()
        return event
    }

    /// Types `scalar`; whether there was room for it.
    private mutating func type(_ scalar: Unicode.Scalar, _ out: inout String) -> Bool {
        guard excess == 0, bytes + scalar.utf8.count <= Self.lineMaximum else {
            if excess == 0, echo != .plain {
                out += "\u{07}\r\nthe line is too long: all up to Enter is ignored\r\n"
            }
            excess += scalar.utf8.count
            return false
        }
        insert(scalar)
        return true
    }

    private mutating func insert(_ scalar: Unicode.Scalar) {
        guard bytes + scalar.utf8.count <= Self.lineMaximum else { return }
        text.insert(scalar, at: cursor)
        bytes += scalar.utf8.count
        cursor += 1
    }

    private mutating func end(_ out: inout String) -> Event {
        if echo != .plain { out += "\r\n" }
        defer { forget() }
        if excess > 0 { return .tooLong(bytes + excess) }
        if noise > 0 { return .noisy(noise) }
        if echo == .shown, text.contains(where: { $0 != " " }), history.last != text {
            history = history.suffix(Self.historyMaximum - 1) + [text]
        }
        return .line(String(text[...]))
    }

    private mutating func remove(from: Int, to: Int) {
        let range = max(0, from)..<max(0, min(text.count, to))
        guard !range.isEmpty else { return }
        bytes -= text[range].reduce(0) { $0 + $1.utf8.count }
        text.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func killWord() {
        var start = cursor
        while start > 0, text[start - 1] == " " { start -= 1 }
        while start > 0, text[start - 1] != " " { start -= 1 }
        remove(from: start, to: cursor)
    }

    private mutating func recall(_ step: Int) {
        guard echo == .shown, (0...history.count).contains(recalled + step) else { return }
        if recalled == 0 { draft = text }
        recalled += step
        set(recalled == 0 ? draft : history[history.count - recalled])
    }

    private mutating func set(_ line: [Unicode.Scalar]) {
        text = line
        bytes = line.reduce(0) { $0 + $1.utf8.count }
        cursor = line.count
    }
}

extension LineEditor {
    /// What makes the terminal show the line as it is now.
    private mutating func drawn() -> String {
        guard echo == .shown else { return "" }
        let width = max(8, Self.columns - prompt.unicodeScalars.count)
        // The line scrolls by half of what is seen, so that it does not move with every key.
        let step = width / 2
        let start = cursor < width ? 0 : (cursor - width) / step * step + step
        var cells = Array(text[start..<min(text.count, start + width)])
        if start > 0 { cells[0] = "<" }
        let goal = cursor - start
        let same = zip(cells, screen).prefix { $0 == $1 }.count
        var out = ""
        var column = screenCursor
        func move(to place: Int) {
            while column > place {
                out += "\u{08}"
                column -= 1
            }
            while column < place {
                out.unicodeScalars.append(cells[column])
                column += 1
            }
        }
        if same < max(cells.count, screen.count) {
            move(to: same)
            move(to: cells.count)
            while column < screen.count {
                out += " "
                column += 1
            }
        }
        move(to: goal)
        screen = cells
        screenCursor = goal
        return out
    }
}

extension String {
    fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
