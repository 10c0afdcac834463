internal import CAN
internal import DBC

extension FuzzTarget {
    /// A DBC file, and frames made of its own bytes for its first messages.
    static let dbc = FuzzTarget("dbc") { bytes in
        let file = DBCFile(parsing: bytes)
        for warning in file.warnings {
            precondition(warning.line >= 1 && warning.column >= 1, "a warning has a place")
        }
        for (index, message) in file.messages.enumerated() {
            precondition(file.messageIndex(message.id) == index, "an identifier stands once")
        }
        let decoder = DBCDecoder(file)
        for (index, message) in file.messages.prefix(16).enumerated() {
            let seed = bytes.dropFirst(index * 8).prefix(8)
            guard let frame = CANFrame(id: message.id, bytes: seed) else { continue }
            check(frame, decoder, message)
        }
    }

    /// What the decoder says of a frame is what each signal's layout says.
    private static func check(_ frame: CANFrame, _ decoder: DBCDecoder, _ message: DBCMessage) {
        let place = decoder.decode(frame) { decoded in
            let signal = message.signals[decoded.signal]
            guard signal.format == .integer else { return }
            guard let bits = signal.layout.bits(from: frame) else {
                preconditionFailure("a signal that does not fit is left out")
            }
            switch decoded.raw {
            case .unsigned(let value):
                precondition(value == bits, "the bits are those of the layout")
            case .signed(let value):
                precondition(signal.layout.raw(from: frame) == value, "the sign is the layout's")
            case .float: preconditionFailure("an integer is no float")
            }
            _ = decoder.text(decoded)
        }
        precondition(place != nil, "the message of a frame is found")
    }
}
