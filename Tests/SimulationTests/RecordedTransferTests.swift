import CAN
import CANLog
import DataFiles
import Diagnostics
import FoundationEssentials
import TestData
import Testing
import Units

/// What another program put together from a recording of a diagnostic tool.
private struct RecordedTransfers: Decodable {
    /// A message, or a flow control, which has no payload.
    struct Transfer: Decodable {
        var t: Double
        var id: String
        var type: String
        var payload: String?
    }

    var incomplete: [String: [String: Int]]
    var pdus: [Transfer]

    static func load() throws -> Self {
        let path = OutsideData.path("recordings/kona_ev_cc0/expected_isotp_221210-1.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    }
}

/// A message and the frames that it came in.
private struct Message: Hashable {
    var id: String
    var payload: String
}

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Transfers of a diagnostic tool with a Kona` {
    private static let recording = Result {
        try RecordedFrames("kona_ev_cc0/221210-1-2021-dcan-car-scanner-elm327.csv")
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// A listener for the messages in the frames of `id`.
    private func receiver(_ id: CANID) throws -> ISOTPReceiver {
        let other = try #require(CANID(base: id.number ^ 8))
        return ISOTPReceiver(
            link: .normal(transmit: other, receive: id), flowControl: nil, maximumLength: 4095)
    }

    @Test func `are all put together, in their order`() throws {
        let expected = try RecordedTransfers.load()
        var receivers: [CANID: ISOTPReceiver] = [:]
        var messages: [Message] = []
        var faults: [CANID: [ISOTPFault]] = [:]
        for heard in try Self.recording.get().heard {
            let id = heard.frame.id
            var receiver = try receivers[id] ?? receiver(id)
            for effect in receiver.receive(.classic(heard.frame), at: .boot + heard.at) {
                switch effect {
                case .received(let bytes):
                    messages.append(Message(id: "\(id)", payload: hexadecimal(bytes)))
                case .failed(let fault), .ignored(let fault):
                    faults[id, default: []].append(fault)
                case .transmit, .sent: Issue.record("a listener sends nothing")
                }
            }
            receivers[id] = receiver
        }
        let wanted = expected.pdus.compactMap { pdu in
            pdu.payload.map { Message(id: pdu.id, payload: $0) }
        }
        #expect(wanted.count == 1814)
        #expect(messages.count == wanted.count)
        #expect(messages == wanted)
        // Two units began a message that the tool never asked to be gone on with. The other program
        // tells of one; the beginning of the other it forgot at the next.
        #expect(expected.incomplete.keys.sorted() == ["7CC"])
        let timeout = [ISOTPFault.timeout(.consecutiveFrame)]
        #expect(faults == [0x7CC: timeout, 0x778: timeout])
        let areIdle = receivers.values.allSatisfy { $0.isIdle }
        #expect(areIdle)
    }

    @Test func `of the standard units reach a listener as answers`() throws {
        let expected = try RecordedTransfers.load()
        var listener = AnswerListener()
        var answers: [Message] = []
        for heard in try Self.recording.get().heard {
            guard let answer = listener.receive(heard.frame, at: .boot + heard.at) else {
                continue
            }
            guard case .data(let request, let data) = answer.content else { continue }
            var bytes = [request.service.rawValue | 0x40]
            if request.service.identifierLength == 2 {
                bytes.append(UInt8(request.identifier >> 8))
            }
            bytes.append(UInt8(request.identifier & 0xFF))
            answers.append(Message(id: "\(answer.ecu)", payload: hexadecimal(bytes + data)))
        }
        let units = ["7E8", "7E9", "7EA", "7EB", "7EC", "7ED", "7EE", "7EF"]
        let services = Set(["41", "49", "62", "5a"])
        let wanted = expected.pdus.compactMap { pdu -> Message? in
            guard let payload = pdu.payload, units.contains(pdu.id),
                services.contains(String(payload.prefix(2)))
            else { return nil }
            return Message(id: pdu.id, payload: payload)
        }
        #expect(wanted.count == 665)
        #expect(answers == wanted)
    }
}
