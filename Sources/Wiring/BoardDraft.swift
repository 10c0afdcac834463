/// A board as its file writes it, before anything is known to be right about it.
public struct BoardDraft: Hashable, Sendable {
    /// One line as it is written; what was left out is `nil`.
    public struct Line: Hashable, Sendable {
        /// The name of the line: one of ``LineName``.
        public var line: String
        /// The label of its chip.
        public var chip: String?
        /// Its number on the chip; either this or ``name``.
        public var offset: Int?
        /// Its name on the chip; either this or ``offset``.
        public var name: String?
        /// `in` or `out`.
        public var direction: String?
        /// A ``LinePolarity``.
        public var polarity: String?
        /// A ``LineBias``; as it is where this is left out.
        public var bias: String?
        /// A ``SafeLevel``, of an output only.
        public var safe: String?
        /// The width of a pulse in milliseconds, of a pulsed output only.
        public var width: Int64?
        /// The debounce time in milliseconds, of an input only.
        public var debounce: Int64?

        /// A line of this name, with nothing else written about it yet.
        public init(_ line: String) {
            self.line = line
        }
    }

    /// The board's name.
    public var name: String
    /// What it is, in a sentence.
    public var title: String
    /// Its lines, in the order of the file.
    public var lines: [Line]

    /// A draft of these parts.
    public init(name: String, title: String, lines: [Line]) {
        self.name = name
        self.title = title
        self.lines = lines
    }
}
