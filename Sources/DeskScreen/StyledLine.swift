/// How a piece of text is shown where there are colours.
public enum Ink: String, CaseIterable, Sendable {
    /// As the terminal has it.
    case plain
    /// Bold.
    case bold
    /// Faint.
    case faint
    /// Green.
    case green
    /// Red.
    case red
    /// Yellow.
    case yellow

    /// The parameter of SGR (ECMA-48, 8.3.117); `nil` for none.
    var parameter: String? {
        switch self {
        case .plain: nil
        case .bold: "1"
        case .faint: "2"
        case .green: "1;32"
        case .red: "1;31"
        case .yellow: "33"
        }
    }
}

/// One line of the screen: text of a width that is known before it is coloured.
public struct StyledLine: Hashable, Sendable {
    /// A piece in one ink.
    public struct Piece: Hashable, Sendable {
        /// The text.
        public var text: String
        /// The ink.
        public var ink: Ink
    }

    /// The pieces, from the left.
    public private(set) var pieces: [Piece] = []

    /// A line of `text`.
    public init(_ text: String = "", _ ink: Ink = .plain) {
        add(text, ink)
    }

    /// How many columns it takes: one for each character.
    public var width: Int { pieces.reduce(0) { $0 + $1.text.count } }

    /// Adds `text` on the right.
    public mutating func add(_ text: String, _ ink: Ink = .plain) {
        if !text.isEmpty { pieces.append(Piece(text: text, ink: ink)) }
    }

    /// Adds `line` on the right.
    public mutating func add(_ line: StyledLine) {
        pieces += line.pieces
    }

    /// Fills up with spaces to `width` columns, or cuts off what is beyond.
    public mutating func fit(_ width: Int) {
        cut(width)
        add(String(repeating: " ", count: max(0, width - self.width)))
    }

    /// Cuts off what is beyond `width` columns.
    public mutating func cut(_ width: Int) {
        var room = max(0, width)
        var cut: [Piece] = []
        for piece in pieces where room > 0 {
            let text = String(piece.text.prefix(room))
            room -= text.count
            cut.append(Piece(text: text, ink: piece.ink))
        }
        pieces = cut
    }

    /// The text alone, without spaces at its end.
    public var text: String {
        var text = pieces.map(\.text).joined()
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    /// The text with the control sequences of its inks.
    public var coloured: String {
        pieces.map { piece in
            piece.ink.parameter.map { "\u{1B}[\($0)m\(piece.text)\u{1B}[0m" } ?? piece.text
        }
        .joined()
    }
}

extension String {
    /// The text in ASCII, one character for each: for terminals that have nothing else.
    public var foldedToASCII: String {
        String(map { $0.isASCII ? $0 : Self.folded[$0] ?? "?" })
    }

    private static let folded: [Character: Character] = [
        "é": "e", "è": "e", "ê": "e", "à": "a", "â": "a", "ô": "o", "î": "i", "ï": "i", "û": "u",
        "ù": "u", "ç": "c", "É": "E", "±": "~", "‰": "%",
    ]
}
