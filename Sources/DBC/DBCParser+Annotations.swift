internal import CAN

extension DBCParser {
    /// `VAL_ 246 SIGNAL 0 "off" 1 "on" ;`, or `VAL_ VARIABLE 0 "off" ;`
    mutating func choices() throws(Skip) {
        if let word = scanner.peekWord(), DBCNumber.whole(scanner[word]) == nil {
            return try restOfStatement()
        }
        let place = try signalPlace()
        let choices = try choiceList()
        dbc.messages[place.message].signals[place.signal].choices = choices
        try endOfStatement()
    }

    /// The lines of a value table.
    mutating func choiceList() throws(Skip) -> [DBCChoice] {
        var choices: [DBCChoice] = []
        while let word = scanner.peekWord(), !scanner.isAtLineStart() || isNumber(word) {
            let number = try real()
            let numberPlace = place
            // Some tools write a raw value as a real number; many digits are rounded by it.
            let raw = abs(number) < 0x1p53 ? Int64(exactly: number) : whole(word)
            let text = try text()
            guard let raw else {
                place = numberPlace
                warn(.choiceOutOfRange, "'\(shown(word))' is no raw value")
                continue
            }
            choices.append(DBCChoice(raw: raw, text: text))
        }
        return choices
    }

    private func isNumber(_ word: Range<Int>) -> Bool { DBCNumber.real(scanner[word]) != nil }

    /// A whole number that a real one would round.
    private func whole(_ word: Range<Int>) -> Int64? {
        Int64(String(decoding: scanner[word], as: UTF8.self))
    }

    /// `CM_ SG_ 246 SIGNAL "text";`, alike for `BO_ 246`, `BU_ NODE`, `EV_ VARIABLE`, and without.
    mutating func comment() throws(Skip) {
        if scanner.peek() == UInt8(ascii: "\"") {
            dbc.comment = try text()
            return try endOfStatement()
        }
        guard let kind = nextWord() else {
            throw .because(.unreadable, "a comment without a text")
        }
        let commentPlace = place
        switch String(decoding: scanner[kind], as: UTF8.self) {
        case "SG_": try signalComment()
        case "BO_":
            let message = try messagePlace()
            dbc.messages[message].comment = try text()
        case "BU_": try nodeComment()
        case "EV_":
            _ = try word("the name of a variable")
            _ = try text()
        case _:
            guard let number = DBCNumber.whole(scanner[kind]) else {
                throw .because(.unreadable, "a comment on '\(shown(kind))', which is unknown")
            }
            let message = try messagePlace(number)
            give(try text(), to: message)
            place = commentPlace
            warn(.commentWithoutKeyword, "a comment on \(number), taken for a message")
        }
        try endOfStatement()
    }

    private mutating func signalComment() throws(Skip) {
        let message = try messagePlace()
        if scanner.peek() == UInt8(ascii: "\"") {
            look()
            let textPlace = place
            give(try text(), to: message)
            place = textPlace
            return warn(.commentWithoutSignal, "a comment on a signal without its name")
        }
        let signal = try signal(of: message)
        dbc.messages[message].signals[signal].comment = try text()
    }

    private mutating func nodeComment() throws(Skip) {
        let name = scanner.name(try word("a node's name"))
        let text = try text()
        if let node = nodes[name] { dbc.nodes[node].comment = text }
    }

    /// A comment that was not meant for the message does not displace the one that was.
    private mutating func give(_ text: String, to message: Int) {
        if dbc.messages[message].comment == nil { dbc.messages[message].comment = text }
    }

    /// `SIG_VALTYPE_ 246 SIGNAL : 1;`
    mutating func valueType() throws(Skip) {
        let place = try signalPlace()
        _ = scanner.accept(":")
        let type = try whole("a type of value")
        let bits = dbc.messages[place.message].signals[place.signal].layout.length
        let format: DBCSignal.Format
        switch (type, bits) {
        case (0, _): format = .integer
        case (1...2, 16): format = .half
        case (1...2, 32): format = .single
        case (1...2, 64): format = .double
        case (1...2, _): throw .because(.floatSize, "no float has \(bits) bits")
        case _: throw .because(.unreadable, "a value is of type 0, 1 or 2")
        }
        if type == 1 && bits == 64 || type == 2 && bits != 64 {
            warn(.floatSize, "a float of \(bits) bits, which is not what type \(type) means")
        }
        dbc.messages[place.message].signals[place.signal].format = format
        try endOfStatement()
    }

    /// `SG_MUL_VAL_ 246 SIGNAL MULTIPLEXOR 0-0, 3-5;`
    mutating func multiplexing() throws(Skip) {
        let message = try messagePlace()
        let signal = try signal(of: message)
        let multiplexor = try self.signal(of: message)
        let multiplexorPlace = place
        var values: [ClosedRange<UInt64>] = []
        repeat {
            let word = try word("a range of values")
            guard let range = range(scanner[word]) else {
                throw .because(.unreadable, "'\(shown(word))' is no range such as 3-5")
            }
            values.append(range)
        } while scanner.accept(",")
        dbc.messages[message].signals[multiplexor].isMultiplexor = true
        branches.add(
            values, by: multiplexor, of: SignalPlace(message: message, signal: signal),
            at: multiplexorPlace)
        try endOfStatement()
    }

    /// `3-5`, or `3`.
    private func range(_ bytes: ArraySlice<UInt8>) -> ClosedRange<UInt64>? {
        guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")) else {
            return DBCNumber.whole(bytes).map { $0...$0 }
        }
        guard let low = DBCNumber.whole(bytes[..<dash]),
            let high = DBCNumber.whole(bytes[(dash + 1)...]), low <= high
        else { return nil }
        return low...high
    }
}
