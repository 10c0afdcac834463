import CAN
import FoundationEssentials
import Testing

@Suite struct `DBC files` {
    private func dbc(_ text: String) -> DBC { DBC(parsing: Array(text.utf8)) }

    @Test func `messages, signals, value tables and comments are read`() throws {
        let dbc = dbc(
            """
            VERSION "x"
            BO_ 246 SLOW: 8 CAR
             SG_ STATUS : 4|2@0+ (1,0) [0|3] "" BOX
             SG_ TEMPERATURE m1 : 15|8@1- (.5,-40) [-40|85] "degC" BOX,RADIO

            VAL_ 246 STATUS 0 "off" 1 "on" ;
            CM_ SG_ 246 STATUS "two
            lines";
            CM_ BO_ 246 "slow";
            BA_ "GenMsgCycleTime" BO_ 246 500;
            """)
        #expect(dbc.warnings.isEmpty)
        let message = try #require(dbc.message(0xF6))
        #expect(message.name == "SLOW")
        #expect(message.length == 8)
        #expect(message.sender == "CAR")
        #expect(message.comment == "slow")
        let status = try #require(message.signal("STATUS"))
        #expect(status.layout == SignalLayout(start: 4, length: 2, byteOrder: .bigEndian))
        #expect(status.choices.map(\.text) == ["off", "on"])
        #expect(status.comment == "two\nlines")
        let temperature = try #require(message.signal("TEMPERATURE"))
        #expect(temperature.layout.isSigned)
        #expect(temperature.layout.byteOrder == .littleEndian)
        #expect(temperature.scale == 0.5)
        #expect(temperature.offset == -40)
        #expect(temperature.minimum == -40)
        #expect(temperature.maximum == 85)
        #expect(temperature.unit == "degC")
        #expect(temperature.role == .multiplexed(1))
    }

    @Test func `a frame holds the signals of its branch`() throws {
        let dbc = dbc(
            """
            BO_ 1 M: 2 X
             SG_ WHICH M : 0|8@1+ (1,0) [0|0] "" X
             SG_ A m0 : 8|8@1+ (1,0) [0|0] "" X
             SG_ B m1 : 8|8@1+ (1,0) [0|0] "" X
            """)
        let message = try #require(dbc.message(1))
        #expect(message.signals(in: try CANFrame("001#0007")).map(\.name) == ["WHICH", "A"])
        #expect(message.signals(in: try CANFrame("001#0107")).map(\.name) == ["WHICH", "B"])
        #expect(message.signals(in: try CANFrame("001#0207")).map(\.name) == ["WHICH"])
    }

    @Test(arguments: [
        ("BO_ 4294967295 M: 8 X", "an identifier 4294967295, which has more than 29 bits"),
        ("BO_ 1 M 8 X", "':' is missing"), ("BO_ x M: 8 X", "an identifier of 'x'"),
        (" SG_ S : 0|8@1+ (1,0) [0|0] \"\" X", "a signal without a message"),
        ("VAL_ 9 S 0 \"a\" ;", "signal S of message 009 does not exist"),
    ])
    func `an oddity is a warning with its line, and the rest is read`(
        line: String, reason: String
    ) throws {
        let dbc = dbc(
            "VERSION \"\"\n\(line)\nBO_ 7 LAST: 1 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n")
        #expect(dbc.warnings.map(\.reason) == [reason])
        #expect(dbc.warnings.first?.line == 2)
        #expect(dbc.message(7)?.signals.count == 1)
    }

    @Test func `a signal that does not fit is kept with a warning`() {
        let dbc = dbc("BO_ 1 M: 1 X\n SG_ S : 0|9@1+ (1,0) [0|0] \"\" X\n")
        #expect(dbc.warnings.map(\.reason) == ["signal S does not fit its message"])
        #expect(dbc.message(1)?.signals.count == 1)
    }

    @Test func `no prefix of a file makes the reader fall`() {
        let text = Array(
            ("BO_ 1 M: 8 X\n SG_ S m1M : 7|16@0- (1e-3,-4) [0|1] \"\u{e9}\" X\n"
                + "VAL_ 1 S 1 \"a\\\"b\" ;\n").utf8)
        for length in 0...text.count {
            #expect(DBC(parsing: Array(text[..<length])).messages.count <= 1)
        }
    }

    @Test func `bytes that are no UTF-8 are read as Latin letters`() {
        let text = Array("BO_ 1 M: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"".utf8) + [0xB0, 0x43, 0x22]
        #expect(DBC(parsing: text).message(1)?.signal("S")?.unit == "°C")
    }
}

// The recordings and reference decodes are too large and too many-licensed for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of reference data"))
struct `Reference decodes` {
    @Test func `every reference file loads`() throws {
        for name in try OutsideData.names("dbc", ending: ".dbc") {
            let dbc = DBC(parsing: try OutsideData.bytes("dbc/" + name))
            #expect(!dbc.messages.isEmpty, "\(name)")
            #expect(dbc.messages.contains { !$0.signals.isEmpty }, "\(name)")
        }
    }

    @Test func `all raw values of classic frames agree exactly`() throws {
        var compared = 0
        for name in try OutsideData.names("golden/dbc", ending: ".json") {
            let bytes = Data(try OutsideData.bytes("golden/dbc/" + name))
            let golden = try JSONDecoder().decode(GoldenDecodes.self, from: bytes)
            let dbc = DBC(parsing: try OutsideData.bytes("golden/" + golden.dbc))
            for frame in golden.frames where frame.length <= 8 && !frame.fd {
                compared += compare(frame, with: dbc, name)
            }
        }
        #expect(compared > 50_000)
    }

    private func compare(_ frame: GoldenDecodes.Frame, with dbc: DBC, _ file: String) -> Int {
        let id = frame.ext ? CANID(extended: frame.id) : CANID(base: frame.id)
        guard let id, let message = dbc.message(id) else {
            Issue.record("\(file) has no message \(frame.id)")
            return 0
        }
        var compared = 0
        for example in frame.cases {
            guard let wanted = example.raw,
                let data = try? CANFrame("\(id)#\(example.data)")
            else { continue }
            for (name, number) in wanted.sorted(by: { $0.key < $1.key }) {
                guard let signal = message.signal(name) else {
                    Issue.record("\(file): no signal \(message.name).\(name)")
                    continue
                }
                guard signal.format == .integer else { continue }
                if let whole = number.whole {
                    #expect(signal.layout.raw(from: data) == whole, "\(file) \(name)")
                } else if let bits = number.bits {
                    #expect(signal.layout.bits(from: data) == bits, "\(file) \(name)")
                } else {
                    continue
                }
                compared += 1
            }
        }
        return compared
    }
}
