public import CAN
public import Units

/// Reads the answers that units give to somebody else, and never sends anything.
///
/// It knows the identifiers that answers come with (7E8 to 7EF, 18DAF1xx, and those of a profile).
/// A frame of any other identifier costs a few comparisons and no allocation.
public struct AnswerListener: Hashable, Sendable {
    /// The longest answer that is put together, in bytes.
    public static let longestAnswer = 256
    /// How many units are followed; the one unheard for longest makes room.
    static let unitsMaximum = 16

    private struct Unit: Hashable {
        var id: CANID
        var heardAt: BootTime
        var receiver: ISOTPReceiver
    }

    private let addresses: [DiagnosticAddress]
    private var units: [Unit] = []

    /// A listener for the answers of ISO 15765-4 and those of `addresses` of a profile.
    public init(addresses: [DiagnosticAddress] = []) {
        self.addresses = addresses
    }

    /// Hears a frame; the answer that it completes, if any.
    public mutating func receive(_ frame: CANFrame, at now: BootTime) -> DiagnosticAnswer? {
        guard let requestID = requestID(ofUnit: frame.id), frame.kind == .data else { return nil }
        let index = index(of: frame.id, requestID: requestID)
        units[index].heardAt = now
        for effect in units[index].receiver.receive(.classic(frame), at: now) {
            switch effect {
            case .received(let message): return DiagnosticAnswer(ecu: frame.id, message: message)
            case .transmit, .sent, .failed, .ignored: continue
            }
        }
        return nil
    }

    private func requestID(ofUnit id: CANID) -> CANID? {
        if let standard = DiagnosticAddress.requestID(ofStandardUnit: id) { return standard }
        for address in addresses {
            if let own = address.requestID(ofUnit: id) { return own }
        }
        return nil
    }

    private mutating func index(of id: CANID, requestID: CANID) -> Int {
        if let known = units.firstIndex(where: { $0.id == id }) { return known }
        if units.count == Self.unitsMaximum {
            let oldest = units.indices.min { units[$0].heardAt < units[$1].heardAt }
            if let oldest { units.remove(at: oldest) }
        }
        let receiver = ISOTPReceiver(
            link: .normal(transmit: requestID, receive: id), flowControl: nil,
            maximumLength: Self.longestAnswer)
        units.append(Unit(id: id, heardAt: .boot, receiver: receiver))
        return units.count - 1
    }
}
