internal import CAN

extension DBCFile {
    /// Reads the text of a DBC file: UTF-8, Windows-1252, or some of both.
    ///
    /// Takes time and memory in proportion to the length, and never refuses a file. What cannot be
    /// read is skipped up to the next line that begins with a keyword, and stands in
    /// ``warnings``. Environment variables, signal groups and attributes other than the few that
    /// the properties of messages and signals name are passed over.
    public init(parsing bytes: [UInt8]) {
        var parser = DBCParser(bytes)
        self = parser.file()
    }
}

/// Reads statement by statement.
struct DBCParser {
    /// Why a statement is left out.
    enum Skip: Error {
        case because(DBCWarning.Kind, String)
        /// It is about a message that was left out, which has been said.
        case silently
    }

    /// Where the signals of a message go.
    enum Target {
        case noMessage
        /// The message was left out, and that has been said.
        case nowhere
        case message(Int)
    }

    /// Names a signal among those of all messages.
    struct SignalKey: Hashable {
        var message: Int
        var name: String
    }

    /// A signal of a message by their places.
    struct SignalPlace: Hashable {
        var message: Int
        var signal: Int
    }

    var scanner: DBCScanner
    var dbc = DBCFile()
    /// The start of the token that was looked at last: what a warning is about.
    var place = (line: 1, column: 1)
    var target = Target.noMessage
    /// Where the first signal of a name stands in its message.
    var signals: [SignalKey: Int] = [:]
    /// Where the first node of a name stands.
    var nodes: [String: Int] = [:]
    /// The identifiers of messages that were left out.
    var leftOut: Set<UInt64> = []
    var attributes = DBCAttributes()
    var branches = DBCBranches()
    /// The starts of statements on messages and signals that had not come yet.
    private var postponed: [DBCScanner] = []

    init(_ bytes: [UInt8]) {
        scanner = DBCScanner(bytes)
    }

    mutating func file() -> DBCFile {
        while let byte = scanner.peek() {
            if byte == UInt8(ascii: ";") {
                _ = scanner.byte()
                continue
            }
            let start = scanner
            do throws(Skip) {
                try statement()
            } catch {
                recover(from: error, of: start)
            }
        }
        let postponed = self.postponed
        for start in postponed {
            scanner.goBack(to: start)
            do throws(Skip) {
                try statement()
            } catch {
                if case .because(let kind, let reason) = error { warn(kind, reason) }
            }
        }
        for message in dbc.messages.indices {
            branches.resolve(message, in: &dbc)
        }
        attributes.apply(to: &dbc)
        dbc.sortWarnings()
        return dbc
    }

    /// Goes to where the next statement may begin.
    private mutating func recover(from skip: Skip, of start: DBCScanner) {
        switch skip {
        case .because(.missingMessage, _), .because(.missingSignal, _):
            // What it is about may come further down.
            postponed.append(start)
            passStatement()
        case .silently:
            passStatement()
        case .because(let kind, let reason):
            warn(kind, reason)
            scanner.skipToKeyword()
        }
    }

    private mutating func statement() throws(Skip) {
        _ = scanner.peek()
        place = (scanner.line, scanner.column)
        guard let keyword = scanner.peekKeyword() else {
            throw .because(.unknownStatement, "a line that begins no statement")
        }
        _ = scanner.word()
        switch keyword {
        case .signal: try signal()
        case .message: try message()
        case .choices: try choices()
        case .comment: try comment()
        case .attribute: try attribute()
        case .attributeDefinition: try attributeDefinition()
        case .attributeDefault: try attributeDefault()
        case .valueType: try valueType()
        case .multiplexing: try multiplexing()
        case .senders: try senders()
        case .valueTable: try valueTable()
        case .nodes: try nodeList()
        case .version: dbc.version = try text()
        case .newSymbols: newSymbols()
        case .bitTiming: bitTiming()
        case .signalGroup, .environmentVariable, .environmentData, .environmentDataOld,
            .relationDefinition, .relationDefault, .relation, .nodeSignalRelation,
            .nodeVariableRelation, .nodeMessageRelation, .signalTypeReference,
            .signalTypeValueType, .signalType, .signalTypeChoices, .signalTypeDefinition,
            .signalTypeAttribute, .categoryDefinition, .category, .filter,
            .newSymbolDescription:
            try restOfStatement()
        }
    }

    /// `NS_ :` and the keywords that a reader must know, each alone on its line.
    private mutating func newSymbols() {
        _ = scanner.accept(":")
        while scanner.isAtLineStart(), scanner.peekWord() != nil {
            var ahead = scanner
            _ = ahead.word()
            guard ahead.peek() == nil || ahead.isAtLineStart() else { return }
            scanner = ahead
        }
    }

    /// `BS_: 500000 : 1,2` or, nearly always, nothing.
    private mutating func bitTiming() {
        while scanner.peek() != nil, !scanner.isAtLineStart() { _ = scanner.byte() }
    }

    /// `BU_: A B C`
    private mutating func nodeList() throws(Skip) {
        try mark(":")
        while let word = nextWord() {
            let name = scanner.name(word)
            if nodes[name] == nil { nodes[name] = dbc.nodes.count }
            dbc.nodes.append(DBCNode(name: name))
        }
    }

    /// `VAL_TABLE_ name 0 "a" 1 "b" ;`
    private mutating func valueTable() throws(Skip) {
        let name = scanner.name(try word("the name of a value table"))
        dbc.valueTables.append(DBCValueTable(name: name, choices: try choiceList()))
        try endOfStatement()
    }
}

extension DBCParser {
    /// Takes note of where the next token is, unless it is on a later line.
    mutating func look() {
        guard scanner.peek() != nil, !scanner.isAtLineStart() else { return }
        place = (scanner.line, scanner.column)
    }

    mutating func warn(_ kind: DBCWarning.Kind, _ reason: String) {
        dbc.warn(
            DBCWarning(line: place.line, column: place.column, kind: kind, reason: reason))
    }

    /// A word that is not the beginning of the next statement.
    mutating func nextWord() -> Range<Int>? {
        look()
        if scanner.isAtLineStart(), scanner.peekKeyword() != nil { return nil }
        return scanner.word()
    }

    mutating func word(_ what: String) throws(Skip) -> Range<Int> {
        guard let word = nextWord() else { throw .because(.unreadable, "\(what) is missing") }
        return word
    }

    mutating func text() throws(Skip) -> String {
        look()
        switch scanner.text() {
        case .closed(let range): return DBCText.unquote(scanner[range])
        case .unclosed: throw .because(.unclosedText, "a text has no closing quote")
        case nil: throw .because(.unreadable, "a text in quotes is missing")
        }
    }

    mutating func mark(_ mark: Unicode.Scalar) throws(Skip) {
        look()
        guard scanner.accept(mark) else { throw .because(.unreadable, "'\(mark)' is missing") }
    }

    mutating func whole(_ what: String) throws(Skip) -> UInt64 {
        let word = try word(what)
        guard let number = DBCNumber.whole(scanner[word]) else {
            throw .because(.unreadable, "'\(shown(word))' is not \(what)")
        }
        return number
    }

    mutating func real() throws(Skip) -> Double {
        let word = try word("a number")
        guard let number = DBCNumber.real(scanner[word]) else {
            throw .because(.unreadable, "'\(shown(word))' is not a number")
        }
        return number
    }

    /// A word as a warning shows it, which is not all of a million letters.
    func shown(_ word: Range<Int>) -> String {
        word.count <= 64 ? scanner.name(word) : scanner.name(word.prefix(64)) + "…"
    }

    /// The end of a statement that `;` ends.
    mutating func endOfStatement() throws(Skip) {
        look()
        if scanner.accept(";") { return }
        guard scanner.peek() == nil || scanner.isAtLineStart() else {
            throw .because(.unreadable, "the statement goes on after its end")
        }
        warn(.missingSemicolon, "';' is missing at the end of the statement")
    }

    /// Passes over a statement up to its `;`, or to the next statement where that is missing.
    mutating func restOfStatement() throws(Skip) {
        if try !findsEnd() {
            warn(.missingSemicolon, "';' is missing at the end of the statement")
        }
    }

    /// Passes over a statement of which enough has been said.
    private mutating func passStatement() {
        do throws(Skip) {
            _ = try findsEnd()
        } catch {
            scanner.skipToKeyword()
        }
    }

    private mutating func findsEnd() throws(Skip) -> Bool {
        while let byte = scanner.peek() {
            if byte == UInt8(ascii: "\"") {
                _ = try text()
            } else if scanner.isAtLineStart(), scanner.peekKeyword() != nil {
                return false
            } else {
                look()
                if scanner.accept(";") { return true }
                if scanner.word() == nil { _ = scanner.byte() }
            }
        }
        return false
    }

    /// The message that a number means.
    mutating func messagePlace() throws(Skip) -> Int {
        try messagePlace(try whole("an identifier"))
    }

    func messagePlace(_ number: UInt64) throws(Skip) -> Int {
        guard !leftOut.contains(number) else { throw .silently }
        guard let word = UInt32(exactly: number), let id = CANID(dbc: word),
            let message = dbc.messageIndex(id)
        else { throw .because(.missingMessage, "there is no message \(number)") }
        return message
    }

    /// The signal that a number and a name mean.
    mutating func signalPlace() throws(Skip) -> SignalPlace {
        let message = try messagePlace()
        return SignalPlace(message: message, signal: try signal(of: message))
    }

    /// The signal of a message that a name means.
    mutating func signal(of message: Int) throws(Skip) -> Int {
        let word = try word("a signal name")
        let key = SignalKey(message: message, name: scanner.name(word))
        guard let signal = signals[key] else {
            let owner = dbc.messages[message].name
            throw .because(.missingSignal, "message \(owner) has no signal \(shown(word))")
        }
        return signal
    }
}

extension Range<Int> {
    /// The first `count` places.
    fileprivate func prefix(_ count: Int) -> Range<Int> {
        lowerBound..<Swift.min(upperBound, lowerBound + count)
    }
}
