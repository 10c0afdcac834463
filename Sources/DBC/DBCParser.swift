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
        while scanner.peekKeyword() == nil, let word = nextWord() {
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
