extension DBC {
    /// Reads the text of a DBC file.
    ///
    /// Never refuses a file: what cannot be read is skipped up to the next statement and stands
    /// in ``warnings``. Read are messages, signals with simple multiplexing, value tables, float
    /// formats, comments and long names; nodes, other attributes and signal groups are passed
    /// over.
    public init(parsing bytes: [UInt8]) {
        var parser = DBCParser(bytes)
        self = parser.file()
    }
}

/// Reads statement by statement; a statement begins with a keyword at the start of a line.
struct DBCParser {
    /// Why a statement is skipped.
    struct Oddity: Error {
        var reason: String
    }

    private var lexer: DBCLexer
    private var dbc = DBC()
    private var lastMessage: Int?
    private var longNames: [LongName] = []

    /// A name that did not fit the 32 characters of the statement.
    private struct LongName {
        var message: Int
        var signal: Int?
        var name: String
    }

    init(_ bytes: [UInt8]) {
        lexer = DBCLexer(bytes)
    }

    mutating func file() -> DBC {
        while true {
            let isAtLineStart = lexer.isAtLineStart()
            let line = lexer.line
            let token = lexer.next()
            if token == .end { return renamed() }
            guard isAtLineStart, case .word(let keyword) = token else { continue }
            do throws(Oddity) {
                try statement(keyword)
            } catch {
                dbc.warnings.append(DBC.Warning(line: line, reason: error.reason))
            }
        }
    }

    private mutating func statement(_ keyword: String) throws(Oddity) {
        switch keyword {
        case "BO_": try message()
        case "SG_": try signal()
        case "VAL_": try choices()
        case "CM_": try comment()
        case "SIG_VALTYPE_": try format()
        case "BA_": try attribute()
        // Everything else begins a line that says nothing about where signals stand.
        case _: return
        }
    }

    private mutating func message() throws(Oddity) {
        lastMessage = nil
        let id = try identifier()
        let name = try word("a message name")
        try mark(":")
        let length = try whole("a message length")
        guard (0...4096).contains(length) else { throw Oddity(reason: "a length of \(length)") }
        var sender = ""
        if !lexer.isAtLineStart(), case .word(let node) = lexer.peek() {
            sender = node
            _ = lexer.next()
        }
        let message = DBCMessage(
            id: id, name: name, length: Int(length), sender: sender, signals: [], comment: nil)
        guard dbc.add(message) else { throw Oddity(reason: "message \(id) stands here again") }
        lastMessage = dbc.messages.count - 1
    }

    private mutating func signal() throws(Oddity) {
        guard let lastMessage else { throw Oddity(reason: "a signal without a message") }
        let name = try word("a signal name")
        let role = try role()
        let layout = try layout(of: name)
        try mark("(")
        let scale = try number()
        try mark(",")
        let offset = try number()
        try mark(")")
        try mark("[")
        let minimum = try number()
        try mark("|")
        let maximum = try number()
        try mark("]")
        let unit = try text()
        if layout.bytesNeeded > dbc.messages[lastMessage].length {
            let reason = "signal \(name) does not fit its message"
            dbc.warnings.append(DBC.Warning(line: lexer.line, reason: reason))
        }
        dbc.messages[lastMessage].signals.append(
            DBCSignal(
                name: name, layout: layout, role: role, format: .integer, scale: scale,
                offset: offset, minimum: minimum, maximum: maximum, unit: unit, choices: [],
                comment: nil))
    }

    /// Reads `M`, `m3`, `m3M` or nothing, and the colon.
    private mutating func role() throws(Oddity) -> DBCSignal.Role {
        guard case .word(let mark) = lexer.peek() else {
            try self.mark(":")
            return .plain
        }
        _ = lexer.next()
        try self.mark(":")
        if mark == "M" { return .multiplexor }
        let isBoth = mark.hasSuffix("M")
        guard mark.hasPrefix("m"), let branch = UInt64(mark.dropFirst().dropLast(isBoth ? 1 : 0))
        else { throw Oddity(reason: "a multiplexing mark '\(mark)'") }
        return isBoth ? .both(branch) : .multiplexed(branch)
    }

    /// Reads `7|16@0+`.
    private mutating func layout(of name: String) throws(Oddity) -> SignalLayout {
        let start = try whole("a start bit")
        try mark("|")
        let length = try whole("a length in bits")
        try mark("@")
        // Byte order and sign make one word, `0+`.
        let kind = try word("byte order and sign")
        let order: ByteOrder
        switch kind.first {
        case "0": order = .bigEndian
        case "1": order = .littleEndian
        case _: throw Oddity(reason: "a byte order '\(kind)'")
        }
        guard kind.count == 2, kind.hasSuffix("+") || kind.hasSuffix("-") else {
            throw Oddity(reason: "a sign '\(kind)'")
        }
        guard let start = Int(exactly: start), let length = Int(exactly: length),
            let layout = SignalLayout(
                start: start, length: length, byteOrder: order, isSigned: kind.hasSuffix("-"))
        else { throw Oddity(reason: "signal \(name) lies outside 64 bytes") }
        return layout
    }

    private mutating func choices() throws(Oddity) {
        // A value table of an environment variable begins with its name, not with a number.
        if case .word(let first) = lexer.peek(), UInt32(first) == nil { return }
        let (message, signal) = try signalReference()
        var choices: [DBCSignal.Choice] = []
        while case .word = lexer.peek(), !lexer.isAtLineStart() {
            // Some tools write a raw value as a real number.
            let value = try number()
            let text = try text()
            guard let raw = Int64(exactly: value.rounded()) else { continue }
            choices.append(DBCSignal.Choice(raw: raw, text: text))
        }
        dbc.messages[message].signals[signal].choices = choices
    }

    private mutating func format() throws(Oddity) {
        let (message, signal) = try signalReference()
        if lexer.peek() == .mark(UInt8(ascii: ":")) { _ = lexer.next() }
        let bits = dbc.messages[message].signals[signal].layout.length
        switch (try whole("a format"), bits) {
        case (0, _): return
        case (1, 32): dbc.messages[message].signals[signal].format = .float
        case (2, 64): dbc.messages[message].signals[signal].format = .double
        case _: throw Oddity(reason: "a float format that does not match \(bits) bits")
        }
    }

    private mutating func comment() throws(Oddity) {
        switch lexer.next() {
        case .text: return
        case .word("SG_"):
            let (message, signal) = try signalReference()
            dbc.messages[message].signals[signal].comment = try text()
        case .word("BO_"):
            let id = try identifier()
            guard let message = dbc.position(of: id) else {
                throw Oddity(reason: "a comment on message \(id), which does not exist")
            }
            dbc.messages[message].comment = try text()
        case .word:
            // A comment on a node or an environment variable.
            while case .word = lexer.peek() { _ = lexer.next() }
            _ = try text()
        case .mark, .end: throw Oddity(reason: "a comment without text")
        }
    }

    /// Only the attributes that hold a longer name are of use.
    private mutating func attribute() throws(Oddity) {
        switch lexer.next() {
        case .text("SystemMessageLongSymbol"):
            guard lexer.next() == .word("BO_") else { return }
            let id = try identifier()
            guard let message = dbc.position(of: id) else {
                throw Oddity(reason: "a name for message \(id), which does not exist")
            }
            longNames.append(LongName(message: message, signal: nil, name: try text()))
        case .text("SystemSignalLongSymbol"):
            guard lexer.next() == .word("SG_") else { return }
            let (message, signal) = try signalReference()
            longNames.append(LongName(message: message, signal: signal, name: try text()))
        case .text, .word, .mark, .end: return
        }
    }

    /// Statements refer to the short names, hence the long ones are given last.
    private func renamed() -> DBC {
        var dbc = dbc
        for long in longNames {
            if let signal = long.signal {
                dbc.messages[long.message].signals[signal].name = long.name
            } else {
                dbc.messages[long.message].name = long.name
            }
        }
        return dbc
    }

    private mutating func signalReference() throws(Oddity) -> (message: Int, signal: Int) {
        let id = try identifier()
        let name = try word("a signal name")
        guard let message = dbc.position(of: id),
            let signal = dbc.messages[message].signals.firstIndex(where: { $0.name == name })
        else { throw Oddity(reason: "signal \(name) of message \(id) does not exist") }
        return (message, signal)
    }
}

extension DBCParser {
    private mutating func identifier() throws(Oddity) -> CANID {
        let number = try whole("an identifier")
        guard let word = UInt32(exactly: number), let id = CANID(dbc: word) else {
            throw Oddity(reason: "an identifier \(number), which has more than 29 bits")
        }
        return id
    }

    private mutating func word(_ what: String) throws(Oddity) -> String {
        guard case .word(let word) = lexer.peek() else {
            throw Oddity(reason: "\(what) is missing")
        }
        _ = lexer.next()
        return word
    }

    private mutating func text() throws(Oddity) -> String {
        guard case .text(let text) = lexer.peek() else {
            throw Oddity(reason: "a text in quotes is missing")
        }
        _ = lexer.next()
        return text
    }

    private mutating func mark(_ character: Unicode.Scalar) throws(Oddity) {
        guard lexer.peek() == .mark(UInt8(ascii: character)) else {
            throw Oddity(reason: "'\(character)' is missing")
        }
        _ = lexer.next()
    }

    private mutating func whole(_ what: String) throws(Oddity) -> Int64 {
        let text = try word(what)
        guard let number = Int64(text) else { throw Oddity(reason: "\(what) of '\(text)'") }
        return number
    }

    private mutating func number() throws(Oddity) -> Double {
        let text = try word("a number")
        guard let number = Double(text), number.isFinite else {
            throw Oddity(reason: "a number of '\(text)'")
        }
        return number
    }
}
