internal import CAN

extension DBCParser {
    /// What the file writes where nobody is meant.
    private static let nobody = "Vector__XXX"
    /// The message under which CANdb++ keeps signals that are in no message.
    private static let messageOfLooseSignals: UInt64 = 0xC000_0000

    /// `BO_ 246 NAME: 8 SENDER`
    mutating func message() throws(Skip) {
        target = .nowhere
        let number = try whole("an identifier")
        let idPlace = place
        let name = try newName("a message name")
        try mark(":")
        let length = try whole("a length in bytes")
        guard length <= UInt16.max else {
            throw .because(.unreadable, "a message cannot have \(length) bytes")
        }
        var senders: [String] = []
        if scanner.peek() != nil, !scanner.isAtLineStart(), scanner.peekKeyword() == nil,
            let word = scanner.word()
        {
            add(scanner.name(word), to: &senders)
        }
        place = idPlace
        guard number != Self.messageOfLooseSignals else {
            leftOut.insert(number)
            return
        }
        guard let word = UInt32(exactly: number), let id = CANID(dbc: word) else {
            leftOut.insert(number)
            warn(.identifierOutOfRange, "\(number) of message \(name) has more than 29 bits")
            return
        }
        var message = DBCMessage(id: id, name: name, length: Int(length))
        message.senders = senders
        guard dbc.add(message) else {
            warn(.repeatedMessage, "\(number) of message \(name) is that of another message")
            return
        }
        target = .message(dbc.messages.count - 1)
        if id.isExtended, word & 0x8000_0000 == 0 {
            warn(.identifierWithoutMark, "\(number) of message \(name) is taken for 29 bits")
        }
    }

    /// `SG_ NAME m3 : 7|16@0+ (0.01,0) [0|250] "km/h" RECEIVER`
    mutating func signal() throws(Skip) {
        let message: Int
        switch target {
        case .noMessage: throw .because(.signalWithoutMessage, "a signal without a message")
        case .nowhere: throw .silently
        case .message(let index): message = index
        }
        let name = try newName("a signal name")
        let namePlace = place
        let role = try multiplexingMark()
        let layout = try layout(of: name)
        try mark("(")
        let scale = try real()
        try mark(",")
        let offset = try real()
        try mark(")")
        try mark("[")
        let minimum = try real()
        try mark("|")
        let maximum = try real()
        try mark("]")
        var signal = DBCSignal(
            name: name, layout: layout, scale: scale, offset: offset, minimum: minimum,
            maximum: maximum, unit: try text())
        signal.receivers = receivers()
        signal.isMultiplexor = role.isMultiplexor
        let index = dbc.messages[message].signals.count
        place = namePlace
        if layout.bytesNeeded > dbc.messages[message].length {
            warn(.signalOutsideMessage, "signal \(name) does not fit its message")
        }
        let key = SignalKey(message: message, name: name)
        if signals[key] == nil {
            signals[key] = index
        } else {
            warn(.repeatedSignal, "signal \(name) stands in its message twice")
        }
        if let branch = role.branch {
            branches.add(branch, of: SignalPlace(message: message, signal: index), at: place)
        }
        dbc.messages[message].signals.append(signal)
    }

    /// `BO_TX_BU_ 246 : A,B;`
    mutating func senders() throws(Skip) {
        let message = try messagePlace()
        try mark(":")
        while let word = nextWord() {
            let name = scanner.name(word)
            if !dbc.messages[message].senders.contains(name) {
                add(name, to: &dbc.messages[message].senders)
            }
            _ = scanner.accept(",")
        }
        try endOfStatement()
    }

    private func add(_ node: String, to nodes: inout [String]) {
        if node != Self.nobody { nodes.append(node) }
    }

    /// Names with commas or blanks between, on the line of the signal.
    private mutating func receivers() -> [String] {
        var receivers: [String] = []
        while scanner.peek() != nil, !scanner.isAtLineStart(), scanner.peekKeyword() == nil,
            let word = scanner.word()
        {
            add(scanner.name(word), to: &receivers)
            _ = scanner.accept(",")
        }
        return receivers
    }

    private mutating func newName(_ what: String) throws(Skip) -> String {
        let word = try word(what)
        if !scanner.isPlainName(word) {
            warn(.unusualName, "'\(shown(word))' is an unusual name")
        }
        return scanner.name(word)
    }

    /// Reads `M`, `m3`, `m3M` or nothing, and the colon.
    private mutating func multiplexingMark() throws(Skip) -> (isMultiplexor: Bool, branch: UInt64?)
    {
        guard let word = nextWord() else {
            try mark(":")
            return (false, nil)
        }
        var letters = scanner[word]
        let isMultiplexor = letters.last == UInt8(ascii: "M")
        if isMultiplexor { letters = letters.dropLast() }
        var branch: UInt64?
        if letters.first == UInt8(ascii: "m") {
            branch = DBCNumber.whole(letters.dropFirst())
        }
        guard branch != nil || isMultiplexor && letters.isEmpty else {
            throw .because(.unreadable, "'\(shown(word))' is not M, m3 or m3M")
        }
        try mark(":")
        return (isMultiplexor, branch)
    }

    /// Reads `7|16@0+`.
    private mutating func layout(of name: String) throws(Skip) -> SignalLayout {
        let start = try whole("a start bit")
        let startPlace = place
        try mark("|")
        let length = try whole("a length in bits")
        try mark("@")
        let order: ByteOrder
        look()
        switch scanner.byte() {
        case UInt8(ascii: "0"): order = .bigEndian
        case UInt8(ascii: "1"): order = .littleEndian
        case _: throw .because(.unreadable, "the byte order is neither 0 nor 1")
        }
        let isSigned: Bool
        look()
        switch scanner.byte() {
        case UInt8(ascii: "+"): isSigned = false
        case UInt8(ascii: "-"): isSigned = true
        case _: throw .because(.unreadable, "the sign is neither + nor -")
        }
        guard let start = Int(exactly: start), let length = Int(exactly: length),
            let layout = SignalLayout(
                start: start, length: length, byteOrder: order, isSigned: isSigned)
        else {
            place = startPlace
            throw .because(.signalOutsideFrame, "signal \(name) does not fit 64 bits in 64 bytes")
        }
        return layout
    }
}
