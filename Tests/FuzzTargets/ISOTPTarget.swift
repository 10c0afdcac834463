internal import CAN
internal import Diagnostics
internal import Units

extension FuzzTarget {
    /// The two sides of ISO-TP, a listener and the allow-list, all hearing a bus made of any bytes.
    ///
    /// Each ten bytes are: which identifier, how much later, eight bytes of a frame.
    static let isotp = FuzzTarget("isotp") { bytes in
        var bus = FuzzedBus()
        var rest = bytes[...]
        while rest.count >= 10 {
            bus.hear(rest.prefix(10))
            rest = rest.dropFirst(10)
        }
        bus.wait()
    }
}

/// Everything that hears frames of ISO-TP, on one bus.
private struct FuzzedBus {
    private static let ids: [CANID] = [0x7E0, 0x7E8, 0x7DF, 0x7E9, 0x18DA_10F1, 0x18DA_F110]
    private static let longest = 300

    private var now = BootTime.boot
    private var receiver = ISOTPReceiver(
        link: .normal(transmit: 0x7E0, receive: 0x7E8), flowControl: FlowControl(blockSize: 2),
        maximumLength: Self.longest)
    private var listener = ISOTPReceiver(
        link: .normal(transmit: 0x7E0, receive: 0x7E8), flowControl: nil,
        maximumLength: Self.longest)
    private var sender = ISOTPSender(link: .normal(transmit: 0x7E0, receive: 0x7E8))
    private var answers = AnswerListener()
    private var allowList = TransmitAllowList()

    mutating func hear(_ bytes: ArraySlice<UInt8>) {
        let script = Array(bytes)
        let id = Self.ids[Int(script[0] & 0x0F) % Self.ids.count]
        // Shorter frames, and some that begin a message of our own.
        let length = 8 - Int(script[0] >> 4) % 9
        now = now + Milliseconds(Int64(script[1]) * 8)
        guard let frame = CANFrame(id: id, bytes: script[2..<2 + length]) else { return }
        if script[1] & 7 == 7, sender.isIdle {
            perform(sender.send(Array(script[2...]) + Array(script[2...]), at: now))
        }
        pass()
        for effect in receiver.receive(.classic(frame), at: now) { perform(effect) }
        receiver.transmitted(at: now)
        for effect in listener.receive(.classic(frame), at: now) {
            if case .transmit = effect { preconditionFailure("a listener never sends") }
            perform(effect)
        }
        if let effect = sender.receive(.classic(frame), at: now) { perform(effect) }
        if let effect = sender.transmitted(at: now) { perform(effect) }
        _ = answers.receive(frame, at: now)
        allowList.observe(frame, at: now)
        judge(frame)
    }

    /// After a minute of silence nothing is under way.
    mutating func wait() {
        for _ in 0..<60 {
            now = now + .seconds(1)
            pass()
        }
        precondition(receiver.isIdle && listener.isIdle, "silence ends every transfer")
        precondition(sender.isIdle, "silence ends what is sent")
    }

    private mutating func pass() {
        if let effect = receiver.advance(to: now) { perform(effect) }
        if let effect = listener.advance(to: now) { perform(effect) }
        if let effect = sender.advance(to: now) { perform(effect) }
    }

    private func perform(_ effect: ISOTPEffect) {
        switch effect {
        case .received(let message):
            precondition(
                (1...Self.longest).contains(message.count), "a message has the length it may have")
        case .transmit(let frame): precondition(frame.length <= 8, "a classic frame is classic")
        case .sent, .failed, .ignored: return
        }
    }

    /// Whatever the history, what may be sent only reads.
    private mutating func judge(_ frame: CANFrame) {
        guard case .permitted(let permitted) = allowList.judge(frame, at: now) else { return }
        let sent = permitted.frame
        precondition(sent == frame, "what is permitted is what was asked for")
        switch sent[0] >> 4 {
        case 0: precondition([0x01, 0x09, 0x1A, 0x22].contains(sent[1]), "a request only reads")
        case 3: precondition(sent[0] != 0x31, "a flow control never makes a unit wait")
        case _: preconditionFailure("only single frames and flow control are sent")
        }
    }
}
