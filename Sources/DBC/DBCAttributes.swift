/// The attributes of a file that mean something here, while it is read.
///
/// Their defaults may stand behind their values, and statements refer to short names; hence all
/// is given to the messages at the end.
struct DBCAttributes {
    /// The attributes of use.
    enum Name: String {
        case cycleTime = "GenMsgCycleTime"
        case frameFormat = "VFrameFormat"
        case messageLongName = "SystemMessageLongSymbol"
        case signalLongName = "SystemSignalLongSymbol"
        case nodeLongName = "SystemNodeLongSymbol"
        case startValue = "GenSigStartValue"
        case suspectParameterNumber = "SPN"
    }

    enum Value {
        case number(Double)
        case text(String)
    }

    var frameFormats: [String] = []
    var cycleTime: Double = 0
    var startValue: Double?
    var frameFormat: DBCMessage.FrameFormat?
    var longNames: [(place: DBCParser.SignalPlace, name: String)] = []
    var messageLongNames: [(message: Int, name: String)] = []
    var nodeLongNames: [String: String] = [:]
    var cycleTimes: [Int: Double] = [:]
    var formats: [Int: DBCMessage.FrameFormat] = [:]

    /// The frame format that a value means: a text, or its place in the list of the definition.
    func frameFormat(_ value: Value) -> DBCMessage.FrameFormat? {
        switch value {
        case .text(let text): return DBCMessage.FrameFormat(rawValue: text)
        case .number(let number):
            guard let number = Int(exactly: number) else { return nil }
            guard !frameFormats.isEmpty else { return DBCMessage.FrameFormat(number: number) }
            guard frameFormats.indices.contains(number) else { return nil }
            return DBCMessage.FrameFormat(rawValue: frameFormats[number])
        }
    }

    /// Gives the messages, signals and nodes what was read.
    func apply(to dbc: inout DBCFile) {
        for index in dbc.messages.indices {
            let time = cycleTimes[index] ?? cycleTime
            dbc.messages[index].cycleTime = time >= 1 ? Int(exactly: time.rounded()) : nil
            dbc.messages[index].frameFormat = formats[index] ?? frameFormat
        }
        for long in messageLongNames { dbc.messages[long.message].name = long.name }
        for long in longNames {
            dbc.messages[long.place.message].signals[long.place.signal].name = long.name
        }
        if let startValue {
            for message in dbc.messages.indices {
                for signal in dbc.messages[message].signals.indices
                where dbc.messages[message].signals[signal].startValue == nil {
                    dbc.messages[message].signals[signal].startValue = startValue
                }
            }
        }
        if !nodeLongNames.isEmpty { renameNodes(of: &dbc) }
    }

    private func renameNodes(of dbc: inout DBCFile) {
        func rename(_ names: inout [String]) {
            for index in names.indices {
                if let long = nodeLongNames[names[index]] { names[index] = long }
            }
        }
        for index in dbc.nodes.indices {
            if let long = nodeLongNames[dbc.nodes[index].name] { dbc.nodes[index].name = long }
        }
        for message in dbc.messages.indices {
            rename(&dbc.messages[message].senders)
            for signal in dbc.messages[message].signals.indices {
                rename(&dbc.messages[message].signals[signal].receivers)
            }
        }
    }
}

extension DBCParser {
    /// `BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN";`
    mutating func attributeDefinition() throws(Skip) {
        _ = nextWord()
        guard scanner.peek() == UInt8(ascii: "\""),
            DBCAttributes.Name(rawValue: try text()) == .frameFormat,
            let type = nextWord(), scanner[type].elementsEqual("ENUM".utf8)
        else { return try restOfStatement() }
        var formats: [String] = []
        repeat { formats.append(try text()) } while scanner.accept(",")
        attributes.frameFormats = formats
        try endOfStatement()
    }

    /// `BA_DEF_DEF_ "GenMsgCycleTime" 0;`
    mutating func attributeDefault() throws(Skip) {
        guard let name = DBCAttributes.Name(rawValue: try text()) else {
            return try restOfStatement()
        }
        let value = try attributeValue()
        switch (name, value) {
        case (.cycleTime, .number(let number)): attributes.cycleTime = number
        case (.startValue, .number(let number)): attributes.startValue = number
        case (.frameFormat, _): attributes.frameFormat = attributes.frameFormat(value)
        case (.cycleTime, .text), (.startValue, .text), (.messageLongName, _),
            (.signalLongName, _), (.nodeLongName, _), (.suspectParameterNumber, _):
            break
        }
        try endOfStatement()
    }

    /// `BA_ "GenMsgCycleTime" BO_ 246 500;`
    mutating func attribute() throws(Skip) {
        guard let name = DBCAttributes.Name(rawValue: try text()), let kind = nextWord() else {
            return try restOfStatement()
        }
        switch (name, String(decoding: scanner[kind], as: UTF8.self)) {
        case (.cycleTime, "BO_"), (.frameFormat, "BO_"), (.messageLongName, "BO_"):
            let message = try messagePlace()
            note(name, try attributeValue(), of: message)
        case (.signalLongName, "SG_"), (.startValue, "SG_"), (.suspectParameterNumber, "SG_"):
            let signal = try signalPlace()
            note(name, try attributeValue(), of: signal)
        case (.nodeLongName, "BU_"):
            let node = scanner.name(try word("a node's name"))
            attributes.nodeLongNames[node] = try text()
        case _: return try restOfStatement()
        }
        try endOfStatement()
    }

    private mutating func attributeValue() throws(Skip) -> DBCAttributes.Value {
        if scanner.peek() == UInt8(ascii: "\"") { return .text(try text()) }
        return .number(try real())
    }

    private mutating func note(
        _ name: DBCAttributes.Name, _ value: DBCAttributes.Value, of message: Int
    ) {
        switch (name, value) {
        case (.cycleTime, .number(let number)): attributes.cycleTimes[message] = number
        case (.frameFormat, _):
            attributes.formats[message] = attributes.frameFormat(value)
        case (.messageLongName, .text(let long)):
            attributes.messageLongNames.append((message, long))
        case (.cycleTime, .text), (.messageLongName, .number), (.signalLongName, _),
            (.nodeLongName, _), (.startValue, _), (.suspectParameterNumber, _):
            break
        }
    }

    private mutating func note(
        _ name: DBCAttributes.Name, _ value: DBCAttributes.Value, of place: SignalPlace
    ) {
        switch (name, value) {
        case (.startValue, .number(let number)):
            dbc.messages[place.message].signals[place.signal].startValue = number
        case (.suspectParameterNumber, .number(let number)):
            let spn = Int(exactly: number).flatMap { $0 > 0 ? $0 : nil }
            dbc.messages[place.message].signals[place.signal].suspectParameterNumber = spn
        case (.signalLongName, .text(let long)):
            attributes.longNames.append((place, long))
        case (.startValue, .text), (.suspectParameterNumber, .text), (.signalLongName, .number),
            (.cycleTime, _), (.frameFormat, _), (.messageLongName, _), (.nodeLongName, _):
            break
        }
    }
}
