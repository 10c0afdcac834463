internal import CAN

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
    mutating func passStatement() {
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
