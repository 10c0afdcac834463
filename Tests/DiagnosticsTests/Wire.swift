import CAN
import Diagnostics
import Units

/// A sender and a receiver with a wire between them, on which a test may meddle.
struct Wire {
    struct Sent: Hashable {
        var isFromSender: Bool
        var frame: BusFrame
    }

    var sender: ISOTPSender
    var receiver: ISOTPReceiver
    var now = BootTime(milliseconds: 1000)
    var frames: [Sent] = []
    var received: [[UInt8]] = []
    var isSent = false
    var senderFaults: [ISOTPFault] = []
    var receiverFaults: [ISOTPFault] = []
    /// What the n-th frame of the sender becomes; `nil` is lost.
    var meddle: (Int, BusFrame) -> BusFrame? = { $1 }
    private var sentCount = 0

    init(sender: ISOTPSender, receiver: ISOTPReceiver) {
        self.sender = sender
        self.receiver = receiver
    }

    /// Sends a message and lets everything happen that follows from it.
    mutating func run(_ message: [UInt8]) {
        carryOut(sender.send(message, at: now))
        // Only pauses and time-outs are left when nothing is on the wire.
        while let next = [sender.nextDeadline, receiver.nextDeadline].compactMap(\.self).min() {
            now = max(now, next)
            carryOut(sender.advance(to: now))
            answer(receiver.advance(to: now).map { [$0] } ?? [])
        }
    }

    private mutating func carryOut(_ first: ISOTPEffect?) {
        var next = first
        while let effect = next {
            next = nil
            switch effect {
            case .transmit(let frame):
                frames.append(Sent(isFromSender: true, frame: frame))
                sentCount += 1
                let heard = meddle(sentCount, frame)
                let replies = heard.map { receiver.receive($0, at: now) } ?? []
                next = sender.transmitted(at: now)
                let reply = answer(replies)
                if let reply, let more = sender.receive(reply, at: now) { next = more }
            case .sent: isSent = true
            case .failed(let fault), .ignored(let fault): senderFaults.append(fault)
            case .received: break
            }
        }
    }

    @discardableResult
    private mutating func answer(_ effects: [ISOTPEffect]) -> BusFrame? {
        var reply: BusFrame?
        for effect in effects {
            switch effect {
            case .transmit(let frame):
                frames.append(Sent(isFromSender: false, frame: frame))
                receiver.transmitted(at: now)
                reply = frame
            case .received(let message): received.append(message)
            case .failed(let fault), .ignored(let fault): receiverFaults.append(fault)
            case .sent: break
            }
        }
        return reply
    }
}
