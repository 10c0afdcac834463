public import Units

/// A quantity that answers state the same way in all cars (SAE J1979, GMW 3110).
public enum StandardReading: Hashable, Sendable {
    /// The odometer: 01 A6 in steps of 100 m, GMLAN 1A DF in steps of 1/64 km.
    case odometer(Millimetres)
    /// The way since fault codes were cleared: 01 31, whole kilometres, at most 65,535. It starts
    /// again whenever somebody clears them, so it measures differences only.
    case distanceSinceCleared(Millimetres)
    /// The speed: 01 0D, whole kilometres an hour, at most 255.
    case speed(MillimetresPerSecond)
    /// How full the tank is: 01 2F, in steps of 1/255.
    case fuelLevel(PerMille)
    /// The supply of the control unit: 01 42, in millivolts.
    case supply(Millivolts)

    /// The quantity in an answer; `nil` for any other answer, for one that is too short, and for
    /// an odometer of all ones, which says that there is none.
    public init?(_ answer: DiagnosticAnswer) {
        guard let request = answer.request else { return nil }
        let data = answer.data
        func number(_ count: Int) -> Int64? {
            guard data.count >= count else { return nil }
            return data.prefix(count).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
        switch request {
        case .currentData(pid: 0xA6):
            guard let raw = number(4), raw != 0xFFFF_FFFF else { return nil }
            self = .odometer(Millimetres(raw * 100_000))
        case .ecuIdentification(option: 0xDF):
            guard let raw = number(4), raw != 0xFFFF_FFFF else { return nil }
            self = .odometer(Millimetres(raw * 15_625))
        case .currentData(pid: 0x31):
            guard let raw = number(2) else { return nil }
            self = .distanceSinceCleared(Millimetres(raw * 1_000_000))
        case .currentData(pid: 0x0D):
            guard let raw = number(1) else { return nil }
            self = .speed(.kilometresPerHour(raw))
        case .currentData(pid: 0x2F):
            guard let raw = number(1) else { return nil }
            self = .fuelLevel(PerMille((raw * 2000 + 255) / 510))
        case .currentData(pid: 0x42):
            guard let raw = number(2) else { return nil }
            self = .supply(Millivolts(raw))
        case .currentData, .vehicleInformation, .ecuIdentification, .dataByIdentifier:
            return nil
        }
    }

    /// Whether a car on the road can have said it. An odometer of zero is what a unit says that
    /// was never told; the others have no value of that kind.
    public var isPlausible: Bool {
        switch self {
        case .odometer(let reading): reading > .zero
        case .distanceSinceCleared, .speed, .fuelLevel, .supply: true
        }
    }
}

/// Which parameters of service 01 a car knows, from the masks that it answers to PID 00, 20 … E0.
public struct SupportedPIDs: Hashable, Sendable {
    private var words: [UInt32] = Array(repeating: 0, count: 8)

    /// None.
    public init() {}

    /// Adds the parameters that an answer announces; `false` where it is no mask.
    ///
    /// Several control units answer a functional request; what one of them knows, the car knows.
    public mutating func insert(_ answer: DiagnosticAnswer) -> Bool {
        guard case .data(.currentData(let pid), let data) = answer.content,
            pid % 32 == 0, data.count >= 4
        else { return false }
        let mask = data.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        words[Int(pid) / 32] |= mask
        return true
    }

    /// Whether a parameter was announced. PID 00 never is: it is there, or there are no masks.
    public func contains(_ pid: UInt8) -> Bool {
        guard pid > 0 else { return false }
        // The top bit of the mask of PID n stands for n + 1.
        let index = Int(pid) - 1
        return words[index / 32] & (0x8000_0000 >> UInt32(index % 32)) != 0
    }

    /// All that were announced, ascending.
    public var all: [UInt8] { (1...255).filter(contains) }
}

/// The identification number of a vehicle: 17 characters (ISO 3779).
public struct VehicleIdentificationNumber: Hashable, Sendable, CustomStringConvertible {
    /// The 17 characters: digits and capital letters without I, O and Q.
    public let description: String

    /// The number written so; `nil` where it is none. The check digit is not looked at: only North
    /// America demands one.
    public init?(_ characters: some Collection<UInt8>) {
        guard characters.count == 17 else { return nil }
        for character in characters {
            switch character {
            case UInt8(ascii: "I"), UInt8(ascii: "O"), UInt8(ascii: "Q"): return nil
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                continue
            case _: return nil
            }
        }
        description = String(decoding: characters, as: UTF8.self)
    }

    /// The number in an answer to 09 02 or to 22 F190; `nil` where there is none.
    ///
    /// The answer to 09 02 begins with the count of items, which is one; some units fill up with
    /// zeroes.
    public init?(_ answer: DiagnosticAnswer) {
        switch answer.content {
        case .data(.vehicleInformation(type: 2), let data):
            guard data.first == 1 else { return nil }
            self.init(data.dropFirst().filter { $0 != 0 })
        case .data(.dataByIdentifier(0xF190), let data):
            self.init(data.filter { $0 != 0 })
        case .data, .refusal:
            return nil
        }
    }
}
