/// Cuts the bytes of a DBC file into words, texts and marks, and knows where it stands.
///
/// What comes next is told by the first byte that is no blank, hence nothing is read twice.
struct DBCScanner {
    /// A text between quotes.
    enum Text {
        case closed(Range<Int>)
        /// The closing quote is missing: the text would run over the statements behind it.
        case unclosed
    }

    private let bytes: [UInt8]
    /// The next byte to be read.
    private(set) var position = 0
    /// The line of ``position``, counted from 1.
    private(set) var line = 1
    private var lineStart = 0
    /// The line on which the last token ended; 0 before the first.
    private var lastLine = 0
    private var closing = Closing(range: 0..<0, lastKeyword: 0, endsStatement: false)

    /// The closing quote of a text, and what tells whether it is meant to be that.
    private struct Closing {
        /// From the opening quote to the closing one.
        var range: Range<Int>
        /// The last line in there that begins like a statement.
        var lastKeyword: Int
        /// Whether `;` follows.
        var endsStatement: Bool
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // The byte order mark of UTF-8 is no part of the text, but counts as columns.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Goes to where `other` is, and keeps what is known of texts.
    mutating func goBack(to other: DBCScanner) {
        position = other.position
        line = other.line
        lineStart = other.lineStart
        lastLine = other.lastLine
    }

    /// The column of ``position`` in bytes, counted from 1.
    var column: Int { position - lineStart + 1 }

    /// The first byte of the next token; `nil` at the end. Passes over blanks and `// comments`.
    mutating func peek() -> UInt8? {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Self.slash, position + 1 < bytes.count, bytes[position + 1] == Self.slash {
                while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
                    position += 1
                }
                continue
            }
            guard byte <= 0x20 else { return byte }
            pass(byte)
        }
        return nil
    }

    /// Whether the next token is the first of its line. There must be one.
    mutating func isAtLineStart() -> Bool {
        _ = peek()
        return line != lastLine
    }

    /// Takes a mark; `false` where something else comes next.
    mutating func accept(_ mark: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: mark) else { return false }
        position += 1
        lastLine = line
        return true
    }

    /// Takes a single byte, such as the byte order in `7|16@0+`.
    mutating func byte() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        lastLine = line
        return byte
    }

    /// Takes a name, a keyword or a number; `nil` where something else comes next.
    mutating func word() -> Range<Int>? {
        let word = peekWord()
        guard let word else { return nil }
        position = word.upperBound
        lastLine = line
        return word
    }

    /// The next name, keyword or number without taking it.
    mutating func peekWord() -> Range<Int>? {
        guard let byte = peek(), Self.isWord(byte) else { return nil }
        var end = position + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        return position..<end
    }

    /// Takes a text; `nil` where something else comes next.
    ///
    /// A text may have several lines, and its last quote may be missing. So a text that holds a
    /// line which begins like a statement counts as unclosed unless `;` follows it; then, and
    /// where there is no further quote at all, only the rest of the line is taken.
    mutating func text() -> Text? {
        guard peek() == UInt8(ascii: "\"") else { return nil }
        let opening = position
        let end = closingQuote(of: opening)
        var firstBreak = opening
        while firstBreak < end, bytes[firstBreak] != 0x0A, bytes[firstBreak] != 0x0D {
            firstBreak += 1
        }
        let isSuspect = closing.lastKeyword > opening && !closing.endsStatement
        guard end < bytes.count, !isSuspect else {
            position = firstBreak
            lastLine = line
            return .unclosed
        }
        while position <= end { pass(bytes[position]) }
        lastLine = line
        return .closed(opening + 1..<end)
    }

    /// The next quote that is none of the text, or the end of the file.
    private mutating func closingQuote(of opening: Int) -> Int {
        // Looked for once: after an unclosed text the next one may begin before it.
        if closing.range.contains(opening) { return closing.range.upperBound }
        var end = opening + 1
        var lastKeyword = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") || isEscaped(end, after: opening)
        {
            let isBreak = bytes[end] == 0x0A || bytes[end] == 0x0D
            if isBreak, keyword(onLineAt: end + 1) != nil { lastKeyword = end + 1 }
            end += 1
        }
        closing = Closing(
            range: opening..<end, lastKeyword: lastKeyword, endsStatement: endsStatement(end + 1))
        return end
    }

    /// Goes to the next line that begins with a keyword, or to the end.
    ///
    /// That is the line of the next token if none of it was taken.
    mutating func skipToKeyword() {
        if line != lastLine, keyword(onLineAt: lineStart) != nil { return }
        while position < bytes.count {
            skipLine()
            if keyword(onLineAt: position) != nil { break }
        }
        lastLine = 0
    }

    /// Goes to the beginning of the next line.
    mutating func skipLine() {
        let first = line
        while position < bytes.count, line == first { pass(bytes[position]) }
    }

    /// The keyword that the next token is, without taking it.
    mutating func peekKeyword() -> DBCKeyword? {
        _ = peek()
        return keyword(at: position)
    }

    /// The bytes of a word or a text.
    subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

    /// A word as a string.
    func name(_ range: Range<Int>) -> String { DBCText.decode(bytes[range]) }

    /// Whether the word is a name in C.
    func isPlainName(_ range: Range<Int>) -> Bool {
        let first = bytes[range.lowerBound]
        guard first < UInt8(ascii: "0") || first > UInt8(ascii: "9") else { return false }
        for byte in bytes[range] where !Self.isPlain(byte) { return false }
        return true
    }

    private mutating func pass(_ byte: UInt8) {
        position += 1
        // A carriage return ends a line unless a line feed does right behind it.
        if byte == 0x0A
            || byte == 0x0D && (position == bytes.count || bytes[position] != 0x0A)
        {
            line += 1
            lineStart = position
        }
    }

    /// Whether the quote at `index` is part of the text: `\"`, but not in `"C:\dir\";`.
    private func isEscaped(_ index: Int, after opening: Int) -> Bool {
        guard index - 1 > opening, bytes[index - 1] == UInt8(ascii: "\\") else { return false }
        var next = index + 1
        while next < bytes.count, bytes[next] == 0x20 { next += 1 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: ";") else { return true }
        next += 1
        return next < bytes.count && bytes[next] > 0x20
    }

    private func endsStatement(_ start: Int) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: ";")
    }

    private func keyword(onLineAt start: Int) -> DBCKeyword? {
        var index = start
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        return keyword(at: index)
    }

    private func keyword(at start: Int) -> DBCKeyword? {
        guard start < bytes.count, Self.canBeginKeyword(bytes[start]) else { return nil }
        var end = start
        while end < bytes.count, end - start < DBCKeyword.lengthMaximum,
            Self.isKeyword(bytes[end])
        {
            end += 1
        }
        guard end == bytes.count || !Self.isWord(bytes[end]) else { return nil }
        return DBCKeyword(rawValue: String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private static let slash = UInt8(ascii: "/")

    private static func canBeginKeyword(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "B"), UInt8(ascii: "C"), UInt8(ascii: "E"), UInt8(ascii: "F"),
            UInt8(ascii: "N"), UInt8(ascii: "S"), UInt8(ascii: "V"):
            true
        case _: false
        }
    }

    private static func isKeyword(_ byte: UInt8) -> Bool {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: "_")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        case _: false
        }
    }

    /// Everything but blanks and the marks that the format has.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: ":"), UInt8(ascii: ";"),
            UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "|"), UInt8(ascii: "@"):
            false
        case _: true
        }
    }
}

/// The words that begin statements.
enum DBCKeyword: String {
    case signal = "SG_"
    case choices = "VAL_"
    case message = "BO_"
    case comment = "CM_"
    case attribute = "BA_"
    case valueType = "SIG_VALTYPE_"
    case multiplexing = "SG_MUL_VAL_"
    case senders = "BO_TX_BU_"
    case valueTable = "VAL_TABLE_"
    case attributeDefinition = "BA_DEF_"
    case attributeDefault = "BA_DEF_DEF_"
    case nodes = "BU_"
    case version = "VERSION"
    case newSymbols = "NS_"
    case bitTiming = "BS_"
    case signalGroup = "SIG_GROUP_"
    case environmentVariable = "EV_"
    case environmentData = "ENVVAR_DATA_"
    case environmentDataOld = "EV_DATA_"
    case relationDefinition = "BA_DEF_REL_"
    case relationDefault = "BA_DEF_DEF_REL_"
    case relation = "BA_REL_"
    case nodeSignalRelation = "BU_SG_REL_"
    case nodeVariableRelation = "BU_EV_REL_"
    case nodeMessageRelation = "BU_BO_REL_"
    case signalTypeReference = "SIG_TYPE_REF_"
    case signalTypeValueType = "SIGTYPE_VALTYPE_"
    case signalType = "SGTYPE_"
    case signalTypeChoices = "SGTYPE_VAL_"
    case signalTypeDefinition = "BA_DEF_SGTYPE_"
    case signalTypeAttribute = "BA_SGTYPE_"
    case categoryDefinition = "CAT_DEF_"
    case category = "CAT_"
    case filter = "FILTER"
    case newSymbolDescription = "NS_DESC_"

    /// The length of the longest, and one more.
    static let lengthMaximum = 17
}
