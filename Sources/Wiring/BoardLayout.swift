public import Units

/// Which level on the wire means active.
public enum LinePolarity: String, CaseIterable, Sendable {
    /// A high level.
    case activeHigh = "active-high"
    /// A low level.
    case activeLow = "active-low"
}

/// What the chip itself holds a line at while nobody drives it.
public enum LineBias: String, CaseIterable, Sendable {
    /// Whatever it was found at, because the wiring decides it.
    case asIs = "as-is"
    /// Nothing: the line floats.
    case disabled
    /// The chip's resistor to its supply.
    case pullUp = "pull-up"
    /// The chip's resistor to ground.
    case pullDown = "pull-down"
}

/// The state of an output that hurts nobody: before the program runs, and after it.
public enum SafeLevel: String, CaseIterable, Sendable {
    /// Not doing what the line is named for.
    case inactive
    /// Doing it.
    case active
}

/// Where a line is found on its chip.
public enum LinePlace: Hashable, Sendable {
    /// By its number on the chip, from 0.
    case offset(Int)
    /// By the name that the device tree gives it.
    case named(String)
}

extension LinePlace: CustomStringConvertible {
    /// `offset 17`, `line 'GPIO17'`
    public var description: String {
        switch self {
        case .offset(let offset): "offset \(offset)"
        case .named(let name): "line '\(name)'"
        }
    }
}

/// One line of a board: where it is and how it is driven or read.
public struct BoardLine: Hashable, Sendable {
    /// How a line is used, with what only that use has.
    public enum Use: Hashable, Sendable {
        /// Read; a change counts when it has been steady for `debounce`.
        case input(debounce: Milliseconds)
        /// Held at a level; `safe` before and after the program.
        case held(safe: SafeLevel)
        /// Driven active for `width` and then inactive, which is its safe level always.
        case pulsed(width: Milliseconds)
    }

    /// Which line it is.
    public let name: LineName
    /// The label of its chip: numbers of chips change between kernels.
    public let chip: String
    /// Where it is on the chip.
    public let place: LinePlace
    /// Which level is active.
    public let polarity: LinePolarity
    /// What the chip holds it at.
    public let bias: LineBias
    /// How it is used.
    public let use: Use
}

/// The wiring of a board, checked: every needed line once, each at a place of its own.
public struct BoardLayout: Hashable, Sendable {
    /// The board's name, which is that of its file.
    public let name: String
    /// What the board is, in a sentence.
    public let title: String
    /// Its lines, in the order of ``LineName``.
    public let lines: [BoardLine]

    /// The layout that `draft` describes.
    ///
    /// - Throws: ``BoardMistakes`` with every mistake in it, in the order of the file.
    public init(_ draft: BoardDraft) throws(BoardMistakes) {
        var check = BoardCheck(draft)
        check.run()
        guard check.mistakes.isEmpty else { throw BoardMistakes(all: check.mistakes) }
        name = draft.name
        title = draft.title
        lines = LineName.allCases.compactMap { name in check.lines.first { $0.name == name } }
    }

    /// The line called `name`; `nil` where the board has none, which only lines that are not
    /// needed may be.
    public subscript(name: LineName) -> BoardLine? { lines.first { $0.name == name } }

    /// The labels of all chips, each once, in the order of their first line.
    public var chips: [String] {
        var found: [String] = []
        for line in lines where !found.contains(line.chip) { found.append(line.chip) }
        return found
    }
}
