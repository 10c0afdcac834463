import CAN
import Diagnostics
import TestData
import Testing
import Units

/// Needs the outside data; without it these are skipped.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA is not there"))
struct `Recorded transfers` {
    @Test func `every transfer is built and read as recorded, frame by frame`() throws {
        let cases = try OutsideData.decode(
            GoldenTransfers.self, from: "golden/isotp/transfers.json"
        ).cases
        #expect(cases.count == 258)
        for transfer in cases {
            var wire = try Wire(transfer)
            let message = transfer.message
            wire.run(message)
            // Of long transfers the first twelve frames are written down.
            #expect(wire.frames.count == transfer.frameCount, "\(transfer.name)")
            let recorded = Array(wire.recorded.prefix(transfer.frames.count))
            #expect(recorded == transfer.frames, "\(transfer.name)")
            #expect(wire.received == [message], "\(transfer.name)")
            #expect(wire.isSent, "\(transfer.name)")
            #expect(wire.senderFaults + wire.receiverFaults == [], "\(transfer.name)")
        }
    }

    @Test(
        arguments: [
            ("drop 2nd CF", 3, nil), ("drop last CF (timeout)", 4, nil),
            ("wrong sequence number", 3, 0x25), ("first frame lost (no FC)", 1, nil),
            ("receiver max_frame_size too small -> overflow", 0, nil),
        ] as [(String, Int, UInt8?)])
    func `a transfer with a fault fails as recorded`(
        name: String, place: Int, head: UInt8?
    ) throws {
        let faults = try OutsideData.decode(GoldenFaults.self, from: "golden/isotp/faults.json")
        #expect(faults.transfersWithFaults.count == 5)
        let transfer = try #require(faults.transfersWithFaults.first { $0.name == name })
        var wire = try Wire(transfer)
        wire.meddle = { count, frame in
            guard count == place else { return frame }
            guard let head else { return nil }
            return CANFrame(id: frame.id, bytes: [head] + frame.bytes.dropFirst())
                .map(BusFrame.classic)
        }
        wire.run(transfer.message)
        #expect(wire.recorded == transfer.frames)
        #expect(wire.received == [])
        #expect(wire.senderFaults.map(\.recordedName) == transfer.errorsSender)
        #expect(wire.receiverFaults.map(\.recordedName) == transfer.errorsReceiver)
    }

    @Test func `every reception gives the messages and the faults that were recorded`() throws {
        let cases = try OutsideData.decode(GoldenFaults.self, from: "golden/isotp/faults.json")
            .receiveOnly
        #expect(cases.count == 16)
        for reception in cases {
            let outcome = try receive(reception.framesIn)
            // A first frame for seven bytes is to be ignored; the recording takes it.
            let isDeviant = reception.name == "FF length 7 (fits SF)"
            let messages = isDeviant ? [] : reception.payloadsOut
            let replies = isDeviant ? [] : reception.txOut
            let faults =
                isDeviant
                ? ["needlessFirstFrame", "UnexpectedConsecutiveFrameError"] : reception.errors
            #expect(outcome.messages == messages, "\(reception.name)")
            #expect(outcome.replies == replies, "\(reception.name)")
            #expect(outcome.faults == faults, "\(reception.name)")
        }
    }

    private func receive(
        _ frames: [String]
    ) throws -> (messages: [String], replies: [String], faults: [String]) {
        var outcome: (messages: [String], replies: [String], faults: [String]) = ([], [], [])
        var receiver = ISOTPReceiver(
            link: .normal(transmit: 0x7E0, receive: 0x7E8),
            flowControl: FlowControl(blockSize: 8))
        var effects: [ISOTPEffect] = []
        for frame in frames {
            let frame = try #require(CANFrame(id: 0x7E8, bytes: bytes(frame)))
            effects += receiver.receive(.classic(frame), at: .boot)
            receiver.transmitted(at: .boot)
        }
        if let late = receiver.advance(to: BootTime(milliseconds: 1000)) { effects.append(late) }
        for effect in effects {
            switch effect {
            case .received(let message): outcome.messages.append(hexadecimal(message))
            case .transmit(let frame): outcome.replies.append(hexadecimal(frame.bytes))
            case .failed(let fault), .ignored(let fault):
                outcome.faults.append(fault.recordedName)
            case .sent: Issue.record("a receiver sends no messages")
            }
        }
        return outcome
    }
}

extension ISOTPFault {
    /// The name that the recordings give it.
    var recordedName: String {
        switch self {
        case .timeout(.consecutiveFrame): "ConsecutiveFrameTimeoutError"
        case .timeout(.flowControl): "FlowControlTimeoutError"
        case .frameTooShort, .unknownFrameType, .badSingleFrameLength: "InvalidCanDataError"
        case .tooLong: "FrameTooLongError"
        case .unexpectedConsecutiveFrame: "UnexpectedConsecutiveFrameError"
        case .wrongSequence: "WrongSequenceNumberError"
        case .interruptedBySingleFrame: "ReceptionInterruptedWithSingleFrameError"
        case .interruptedByFirstFrame: "ReceptionInterruptedWithFirstFrameError"
        case .overflow: "OverflowError"
        case .needlessFirstFrame: "needlessFirstFrame"
        case .timeout, .segmentedToFunctional, .unexpectedFlowControl, .tooManyWaits,
            .unknownFlowStatus:
            "none"
        }
    }
}

extension Wire {
    init(_ transfer: GoldenTransfer) throws {
        let link = try #require(Self.link(transfer.mode, isFunctional: transfer.functional))
        var format = ISOTPFrameFormat.classic(padding: transfer.sender.txPadding)
        var replyFormat = ISOTPFrameFormat.classic(padding: transfer.receiver.txPadding)
        if transfer.sender.canFd == true {
            let length = try #require(transfer.sender.txDataLength)
            format = try #require(.flexible(dataLength: length, bitRateSwitch: true))
            replyFormat = try #require(.flexible(dataLength: 8))
        }
        let flowControl = FlowControl(
            blockSize: transfer.receiver.blocksize,
            separation: SeparationTime(rawValue: transfer.receiver.stmin), format: replyFormat)
        self.init(
            sender: ISOTPSender(link: link, format: format),
            receiver: ISOTPReceiver(
                link: link.reversed, flowControl: flowControl,
                maximumLength: transfer.receiver.maxFrameSize))
    }

    /// The addresses that the recordings use.
    private static func link(_ mode: String, isFunctional: Bool) -> ISOTPLink? {
        switch mode {
        case "normal11": .normal(transmit: 0x7E0, receive: 0x7E8, isFunctional: isFunctional)
        case "normal29": .normal(transmit: 0x18DA_10F1, receive: 0x18DA_F110)
        case "normalfixed29": .normalFixed(target: 0x10, source: 0xF1)
        case "extended11": .extended(transmit: 0x6F1, target: 0x12, receive: 0x612, source: 0xF1)
        case "extended29":
            .extended(transmit: 0x18DA_0001, target: 0x12, receive: 0x18DA_0002, source: 0xF1)
        case "mixed11": .mixed(transmit: 0x7A0, receive: 0x7A8, extension: 0x99)
        case "mixed29": .mixedFixed(target: 0x10, source: 0xF1, extension: 0x55)
        case _: nil
        }
    }

    /// The frames as the recordings write them.
    var recorded: [GoldenTransfer.Frame] {
        frames.map { sent in
            var isFlexible = false
            var bitRateSwitch = false
            if case .flexible(let frame) = sent.frame {
                isFlexible = true
                bitRateSwitch = frame.bitRateSwitch
            }
            return GoldenTransfer.Frame(
                dir: sent.isFromSender ? "A>B" : "B>A", id: sent.frame.id.number,
                ext: sent.frame.id.isExtended, fd: isFlexible, brs: bitRateSwitch,
                data: hexadecimal(sent.frame.bytes))
        }
    }
}
