import CAN
import Diagnostics
import Testing

@Suite struct `Diagnostic requests` {
    @Test(
        arguments: [
            (.currentData(pid: 0xA6), "01 A6"), (.vehicleInformation(type: 2), "09 02"),
            (.ecuIdentification(option: 0xDF), "1A DF"), (.dataByIdentifier(0x0207), "22 02 07"),
        ] as [(DiagnosticRequest, String)])
    func `a request is its bytes and back`(request: DiagnosticRequest, text: String) {
        #expect(request.description == text)
        #expect(hexadecimal(request.message) == hexadecimal(bytes(text)))
        #expect(DiagnosticRequest(message: bytes(text)) == request)
        let made = DiagnosticRequest(service: request.service, identifier: request.identifier)
        #expect(made == request)
    }

    @Test func `of all messages up to three bytes only those that read are requests`() {
        var count = 0
        for first in UInt8.min...UInt8.max {
            for length in 0...4 {
                let message = Array([first, 0xF1, 0x90, 0x00].prefix(length))
                guard DiagnosticRequest(message: message) != nil else { continue }
                count += 1
                #expect([0x01, 0x09, 0x1A, 0x22].contains(first))
                #expect(message.count == (first == 0x22 ? 3 : 2))
            }
        }
        #expect(count == 4)
    }

    @Test func `an identifier of two bytes is for one service only`() {
        for service in DiagnosticService.allCases {
            let isMade = DiagnosticRequest(service: service, identifier: 0x100) != nil
            #expect(isMade == (service == .dataByIdentifier))
            #expect(DiagnosticRequest(service: service, identifier: 0xFF) != nil)
        }
    }

    @Test(
        arguments: [
            (0x78, .wait), (0x11, .never), (0x12, .never), (0x31, .never), (0x13, .never),
            (0x7E, .never), (0x7F, .never), (0x33, .locked), (0x37, .locked), (0x38, .later),
            (0x21, .later), (0x22, .later), (0x10, .later), (0x93, .later), (0xF0, .later),
        ] as [(UInt8, NegativeResponseCode.Consequence)])
    func `a refusal has a consequence`(byte: UInt8, consequence: NegativeResponseCode.Consequence) {
        #expect(NegativeResponseCode(rawValue: byte).consequence == consequence)
    }

    @Test func `a refusal is named as the standard names it`() {
        #expect(NegativeResponseCode(rawValue: 0x31).description == "0x31 requestOutOfRange")
        #expect(NegativeResponseCode(rawValue: 0x05).description == "0x05")
    }
}

@Suite struct `Diagnostic answers` {
    @Test(
        arguments: [
            ("41A6000186A0", .currentData(pid: 0xA6), "000186a0"),
            ("4902013132", .vehicleInformation(type: 2), "013132"),
            ("5ADF003D0900", .ecuIdentification(option: 0xDF), "003d0900"),
            ("62020701E240", .dataByIdentifier(0x0207), "01e240"),
            ("410D", .currentData(pid: 0x0D), ""),
        ] as [(String, DiagnosticRequest, String)])
    func `data stand behind the identifier`(text: String, request: DiagnosticRequest, data: String)
        throws
    {
        let answer = try #require(DiagnosticAnswer(ecu: 0x7E8, message: bytes(text)))
        #expect(answer.request == request)
        #expect(hexadecimal(answer.data) == data)
        #expect(answer.answers(request))
        #expect(!answer.answers(.currentData(pid: 0)))
        #expect(answer.payload?.id == 0x7E8)
        #expect(answer.payload.map { hexadecimal($0.bytes) } == data)
    }

    @Test(arguments: ["", "41", "6202", "7F22", "7F1022", "7F", "5003", "01A6", "7E", "FF"])
    func `what answers none of our services is no answer`(text: String) {
        #expect(DiagnosticAnswer(ecu: 0x7E8, message: bytes(text)) == nil)
    }

    @Test func `a refusal answers every request of its service and carries no values`() throws {
        let answer = try #require(DiagnosticAnswer(ecu: 0x7E8, message: [0x7F, 0x22, 0x31]))
        let code = NegativeResponseCode(rawValue: 0x31)
        #expect(answer.content == .refusal(.dataByIdentifier, code))
        #expect(answer.answers(.dataByIdentifier(0x1234)))
        #expect(!answer.answers(.currentData(pid: 0x22)))
        #expect(answer.payload == nil)
        #expect(answer.data == [])
    }

    @Test func `a value is read from an answer as from a frame, if the answer is long enough`()
        throws
    {
        let layout = try #require(SignalLayout(start: 7, length: 24, byteOrder: .bigEndian))
        let whole = try #require(
            DiagnosticAnswer(ecu: 0x763, message: bytes("62020701E24000")))
        #expect(whole.payload.flatMap(layout.raw) == 123_456)
        let short = try #require(DiagnosticAnswer(ecu: 0x763, message: bytes("62020701E2")))
        #expect(short.payload?.length == 2)
        #expect(short.payload.flatMap(layout.raw) == nil)
    }

    @Test func `of a long answer the first eight bytes can be read`() throws {
        let message = [0x62, 0xF1, 0x90] + (1...17).map(UInt8.init)
        let answer = try #require(DiagnosticAnswer(ecu: 0x7E8, message: message))
        #expect(answer.payload?.bytes == (1...8).map(UInt8.init))
        #expect(answer.data.count == 17)
    }
}
