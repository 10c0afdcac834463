public import CAN

/// Reads the signals of frames by a DBC file, without a heap allocation a frame.
///
/// The file is turned once into a flat list of steps, and a frame walks those of its message.
/// A signal that does not fit the frame is left out, and with it those that it chooses; all
/// others are read, whatever length the file states.
public struct DBCDecoder: Sendable {
    /// How the message of a frame is found.
    public enum Matching: Hashable, Sendable {
        /// By the whole identifier.
        case identifier
        /// By the whole identifier, else by its parameter group (SAE J1939-21): whatever its
        /// priority and source, and its destination where it has one.
        ///
        /// Only for messages that the file declares so (`VFrameFormat` is `J1939PG`); of several
        /// of one group the first counts.
        case parameterGroup
    }

    /// What the signals mean.
    public let file: DBCFile
    private let routes: MessageRoutes
    private let program: SignalProgram

    /// Compiles `file`.
    public init(_ file: DBCFile, matching: Matching = .identifier) {
        self.file = file
        routes = MessageRoutes(file, matching: matching)
        program = SignalProgram(file)
    }

    /// The place in ``DBCFile/messages`` of the message that frames with this identifier carry.
    public func message(for id: CANID) -> Int? { routes[id] }

    /// Hands the signals of a frame to `visit`, in the order of the file, except that a
    /// multiplexor stands right before the signals that it chooses.
    ///
    /// - Returns: The place of its message in ``DBCFile/messages``; `nil` where the file does not
    ///   have it, or the frame is a remote frame or an error report.
    @discardableResult
    public func decode(_ frame: CANFrame, _ visit: (DecodedSignal) -> Void) -> Int? {
        guard frame.kind == .data, let message = routes[frame.id] else { return nil }
        program.run(message, on: ClassicPayload(frame), visit)
        return message
    }

    /// Hands the signals of a CAN FD frame to `visit`, as those of a classic one.
    @discardableResult
    public func decode(_ frame: CANFDFrame, _ visit: (DecodedSignal) -> Void) -> Int? {
        guard let message = routes[frame.id] else { return nil }
        program.run(message, on: FlexiblePayload(frame: frame), visit)
        return message
    }

    /// Hands the signals of a frame of either kind to `visit`, as those of a classic one.
    @discardableResult
    public func decode(_ frame: BusFrame, _ visit: (DecodedSignal) -> Void) -> Int? {
        switch frame {
        case .classic(let frame): decode(frame, visit)
        case .flexible(let frame): decode(frame, visit)
        }
    }

    /// The decoded signal in the file.
    public func signal(_ decoded: DecodedSignal) -> DBCSignal {
        file.messages[decoded.message].signals[decoded.signal]
    }

    /// What the raw value means by the value table.
    public func text(_ decoded: DecodedSignal) -> String? {
        decoded.choice.map { signal(decoded).choices[$0].text }
    }
}
