import CAN
import Diagnostics
import Testing
import Units

@Suite struct `The transmit allow-list` {
    private let now = BootTime(milliseconds: 10_000)

    private func judge(
        _ list: inout TransmitAllowList, _ text: String, after: Int64 = 0
    ) throws -> TransmitRefusal? {
        let frame = try CANFrame(text)
        let moment = now + Milliseconds(after)
        switch list.judge(frame, at: moment) {
        case .refused(let refusal): return refusal
        case .permitted(let permitted):
            #expect(permitted.frame == frame)
            #expect(permitted.permittedAt == moment)
            return nil
        }
    }

    /// Whether the bytes are a request that only reads, said without the code under test.
    static func isHarmlessRequest(_ bytes: [UInt8]) -> Bool {
        let filling: ArraySlice<UInt8>
        switch (bytes.first, bytes.dropFirst().first) {
        case (2, 0x01), (2, 0x09), (2, 0x1A):
            guard bytes.count >= 3 else { return false }
            filling = bytes[3...]
        case (3, 0x22):
            guard bytes.count >= 4 else { return false }
            filling = bytes[4...]
        case _: return false
        }
        guard let first = filling.first else { return true }
        return [0, 0x55, 0xAA, 0xCC, 0xFF].contains(first) && filling.allSatisfy { $0 == first }
    }

    static func isStandardRequestID(_ id: CANID) -> Bool {
        if !id.isExtended { return id.number == 0x7DF || 0x7E0...0x7E7 ~= id.number }
        if id.number == 0x18DB_33F1 { return true }
        return id.number & 0x1FFF_00FF == 0x18DA_00F1 && id.number != 0x18DA_F1F1
    }

    @Test(
        arguments: [
            ("7DF#0201A6CCCCCCCCCC", nil), ("7E0#0322F190AAAAAAAA", nil), ("7E7#021ADF", nil),
            ("18DB33F1#0209020000000000", nil), ("18DA10F1#0322F19055555555", nil),
            ("743#0322020700000000", nil), ("7E0#R3", .notData), ("7E8#0201A6", .unknownID),
            ("744#0322020700000000", .unknownID), ("000#0201A6", .unknownID),
            ("18DAF1F1#0201A6", .unknownID), ("18DA10F2#0201A6", .unknownID),
            ("18DB33F2#0201A6", .unknownID), ("7E0#0210030000000000", .serviceNotAllowed),
            ("7E0#0227010000000000", .serviceNotAllowed),
            ("7E0#042EF19001000000", .serviceNotAllowed),
            ("7E0#042F010203000000", .serviceNotAllowed),
            ("7E0#0431010203000000", .serviceNotAllowed),
            ("7E0#0414FFFFFF000000", .serviceNotAllowed),
            ("7E0#023E000000000000", .serviceNotAllowed),
            ("7E0#0104000000000000", .serviceNotAllowed),
            ("7E0#0211010000000000", .serviceNotAllowed),
            ("7E0#1014220207000000", .notSingleFrame), ("7E0#2122020700000000", .notSingleFrame),
            ("7E0#4022020700000000", .notSingleFrame), ("7E0#0022020700000000", .malformed),
            ("7E0#0822020700000000", .malformed), ("7E0#0322F1", .malformed), ("7E0#", .malformed),
            ("7E0#0222F10000000000", .malformed), ("7E0#0301A60000000000", .malformed),
            ("7E0#0522F190F1870000", .malformed), ("7E0#0101000000000000", .malformed),
            ("7E0#0201A60210030000", .suspectPadding), ("7E0#0201A6CCCCCCCC00", .suspectPadding),
            ("7E0#0201A61010101010", .suspectPadding), ("7E0#3000000000000000", .nobodyAnswers),
            ("7E0#3100000000000000", .flowStatusNotAllowed),
            ("7E0#3001000000000000", .flowStatusNotAllowed), ("7E0#3000", .malformed),
            ("7E0#3000000210030000", .suspectPadding), ("7DF#3000000000000000", .nobodyAnswers),
        ] as [(String, TransmitRefusal?)])
    func `a frame is permitted or refused with a reason`(text: String, refusal: TransmitRefusal?)
        throws
    {
        let own = try #require(DiagnosticAddress(request: 0x743, response: 0x763))
        var list = TransmitAllowList(addresses: [own])
        #expect(try judge(&list, text) == refusal)
    }

    @Test func `an error frame is refused`() {
        var list = TransmitAllowList()
        let error = CANFrame(id: 0x7E0, length: 8, payload: 0xCCCC_CCCC_CCA6_0102, kind: .error)
        #expect(list.judge(error, at: now) == .refused(.notData))
    }

    @Test func `no other identifier of 11 bits carries a request`() {
        var list = TransmitAllowList()
        for number in UInt32(0)...0x7FF {
            let id = CANID(integerLiteral: number)
            let frame = CANFrame(id: id, length: 8, payload: 0xCCCC_CCCC_CCA6_0102)
            #expect(isPermitted(list.judge(frame, at: now)) == Self.isStandardRequestID(id))
        }
    }

    @Test(arguments: [0x18DA_0000, 0x18DB_0000, 0x18DC_0000, 0x14DA_0000, 0x0CDA_0000] as [UInt32])
    func `no other identifier of 29 bits carries a request`(base: UInt32) {
        var list = TransmitAllowList()
        var count = 0
        for low in UInt32(0)...0xFFFF {
            let id = CANID(integerLiteral: base | low)
            let frame = CANFrame(id: id, length: 8, payload: 0xCCCC_CCCC_CCA6_0102)
            guard isPermitted(list.judge(frame, at: now)) else { continue }
            count += 1
            #expect(Self.isStandardRequestID(id), "\(id)")
        }
        let expected: [UInt32: Int] = [0x18DA_0000: 255, 0x18DB_0000: 1]
        #expect(count == expected[base] ?? 0)
    }

    /// All beginnings of a frame, at all lengths, behind several fillings.
    @Test(arguments: [0x7DF, 0x7E3, 0x743, 0x18DB_33F1, 0x18DA_10F1] as [CANID])
    func `of all beginnings of a frame only requests that read are permitted`(id: CANID) throws {
        let own = try #require(DiagnosticAddress(request: 0x743, response: 0x763))
        var list = TransmitAllowList(addresses: [own])
        var permitted = 0
        for beginning in UInt32(0)...0xFFFF {
            for (length, filling) in [(8, 0xCC), (8, 0x10), (4, 0xCC), (3, 0xA6), (2, 0)] {
                let fill = UInt64(filling) &* 0x0001_0101_0101
                let payload = UInt64(beginning) | 0xA6 << 16 | fill << 24
                let frame = CANFrame(id: id, length: length, payload: payload)
                let isAllowed = isPermitted(list.judge(frame, at: now))
                if isAllowed != Self.isHarmlessRequest(frame.bytes) {
                    Issue.record("\(frame)")
                }
                if isAllowed { permitted += 1 }
            }
        }
        // Four services filled with CC, at lengths 8 and 4, three of them at length 3.
        #expect(permitted == 4 + 4 + 3 + 0)
    }

    @Test func `to a unit that answers us only two forms of flow control are permitted besides`()
        throws
    {
        var list = TransmitAllowList()
        let request = try CANFrame("7E0#0209020000000000")
        let first = try CANFrame("7E8#1014490201575A5A")
        var flows: [UInt64] = []
        for beginning in UInt64(0)...0xFFFF {
            _ = list.judge(request, at: now)
            list.observe(first, at: now)
            let payload = beginning | 0xA6 << 16 | 0xCC_CCCC_CCCC << 24
            let frame = CANFrame(id: 0x7E0, length: 8, payload: payload)
            guard isPermitted(list.judge(frame, at: now)) else { continue }
            if !Self.isHarmlessRequest(frame.bytes) { flows.append(beginning) }
        }
        #expect(flows == [0x0030, 0x0032])
    }

    @Test func `a unit that answers us gets one flow control for each first frame`() throws {
        var list = TransmitAllowList()
        #expect(try judge(&list, "7DF#0209020000000000") == nil)
        let first = try CANFrame("7E9#1014490201575A5A")
        list.observe(first, at: now)
        #expect(try judge(&list, "7E0#3000000000000000") == .nobodyAnswers)
        #expect(try judge(&list, "7DF#3000000000000000") == .nobodyAnswers)
        #expect(try judge(&list, "7E1#3000000000000000") == nil)
        #expect(try judge(&list, "7E1#3000000000000000") == .nobodyAnswers)
        list.observe(first, at: now)
        #expect(try judge(&list, "7E1#3200000000000000") == nil)
    }

    @Test(arguments: [
        "7E8#101449020157", "7E9#1014490201575A5A", "7E8#1014490401575A5A",
        "7E8#101462F190575A5A", "7E8#0649020157", "7E8#2149020157585858", "7E8#3000000000000000",
        "7E0#1014490201575A5A", "7E8#R8",
    ])
    func `what is no first frame of the answer to the request allows no flow control`(
        text: String
    ) throws {
        var list = TransmitAllowList()
        #expect(try judge(&list, "7E0#0209020000000000") == nil)
        list.observe(try CANFrame(text), at: now)
        #expect(try judge(&list, "7E0#3000000000000000") == .nobodyAnswers)
    }

    @Test(
        arguments: [
            (5500, 0, nil), (5501, 0, .nobodyAnswers), (0, 1000, nil), (0, 1001, .nobodyAnswers),
        ] as [(Int64, Int64, TransmitRefusal?)])
    func `an answer and its flow control come in their time`(
        answered: Int64, controlled: Int64, refusal: TransmitRefusal?
    ) throws {
        var list = TransmitAllowList()
        #expect(try judge(&list, "7E0#0209020000000000") == nil)
        list.observe(try CANFrame("7E8#1014490201575A5A"), at: now + Milliseconds(answered))
        let moment = answered + controlled
        #expect(try judge(&list, "7E0#3000000000000000", after: moment) == refusal)
    }

    @Test(arguments: [("7E8#037F0978", true), ("7E8#037F2278", false), ("7E8#037F0922", false)])
    func `a unit that asks for time may answer later`(text: String, isLonger: Bool) throws {
        var list = TransmitAllowList()
        #expect(try judge(&list, "7E0#0209020000000000") == nil)
        list.observe(try CANFrame(text), at: now + Milliseconds(5000))
        list.observe(try CANFrame("7E8#1014490201575A5A"), at: now + Milliseconds(9000))
        let refusal: TransmitRefusal? = isLonger ? nil : .nobodyAnswers
        #expect(try judge(&list, "7E0#3000000000000000", after: 9000) == refusal)
    }

    @Test func `without a request no frame allows flow control`() throws {
        var list = TransmitAllowList()
        list.observe(try CANFrame("7E8#1014490201575A5A"), at: now)
        #expect(try judge(&list, "7E0#3000000000000000") == .nobodyAnswers)
    }

    @Test func `a new request ends what was allowed for the last`() throws {
        var list = TransmitAllowList()
        #expect(try judge(&list, "7E0#0209020000000000") == nil)
        list.observe(try CANFrame("7E8#1014490201575A5A"), at: now)
        #expect(try judge(&list, "7E1#0209020000000000") == nil)
        #expect(try judge(&list, "7E0#3000000000000000") == .nobodyAnswers)
    }

    private func isPermitted(_ verdict: TransmitVerdict) -> Bool {
        switch verdict {
        case .permitted: true
        case .refused: false
        }
    }
}

@Suite struct `Addresses of control units` {
    @Test(
        arguments: [
            (0x743, 0x763, true), (0x726, 0x72E, true), (0x5FF, 0x601, false), (0x600, 0x601, true),
            (0x241, 0x641, true), (0x23F, 0x641, false), (0x240, 0x641, true), (0x25F, 0x641, true),
            (0x260, 0x641, false), (0x000, 0x7E8, false), (0x743, 0x743, false),
            (0x7E0, 0x7E8, true), (0x7E0, 0x7E9, false), (0x7DF, 0x7E8, false),
            (0x7E8, 0x7E0, false),
            (0x7EF, 0x763, false), (0x743, 0x7E0, false), (0x17FC_0076, 0x17FE_0076, true),
            (0x18DA_DAF1, 0x18DA_F1DA, true), (0x18DA_DAF1, 0x18DA_F1DB, false),
            (0x18DA_F1DA, 0x18DA_DAF1, false), (0x18DA_10F2, 0x18DA_F210, false),
            (0x13FF_FFFF, 0x1400_0001, false), (0x1400_0000, 0x1400_0001, true),
        ] as [(CANID, CANID, Bool)])
    func `a profile names only identifiers on which nothing else is said`(
        request: CANID, response: CANID, isTaken: Bool
    ) {
        let address = DiagnosticAddress(request: request, response: response)
        #expect((address != nil) == isTaken)
        if let address {
            #expect(address.request == request)
            #expect(address.isAnswered(by: response))
            #expect(!address.isAnswered(by: request))
            #expect(address.requestID(ofUnit: response) == request)
            #expect(!address.isFunctional)
        }
    }

    @Test func `a functional request is answered by the units of its format`() {
        let eleven = DiagnosticAddress.functional11
        #expect(
            (UInt32(0)...0x7FF).filter { eleven.isAnswered(by: CANID(integerLiteral: $0)) }
                == Array(0x7E8...0x7EF))
        #expect(!eleven.isAnswered(by: 0x18DA_F110))
        let long = DiagnosticAddress.functional29
        #expect(long.requestID(ofUnit: 0x18DA_F110) == 0x18DA_10F1)
        #expect(!long.isAnswered(by: 0x18DA_F1F1))
        #expect(!long.isAnswered(by: 0x18DA_10F1))
        #expect(!long.isAnswered(by: 0x7E8))
    }

    @Test func `units of the standard have their numbers`() {
        #expect(DiagnosticAddress.unit11(7)?.request == 0x7E7)
        #expect(DiagnosticAddress.unit11(7)?.isAnswered(by: 0x7EF) == true)
        #expect(DiagnosticAddress.unit11(8) == nil)
        #expect(DiagnosticAddress.unit29(0x10)?.request == 0x18DA_10F1)
        #expect(DiagnosticAddress.unit29(0xF1) == nil)
    }
}
