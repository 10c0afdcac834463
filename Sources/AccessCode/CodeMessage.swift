internal import Units

/// What a code is for: the byte that keeps one kind of code from standing for another.
enum CodeType: UInt8 {
    case rental = 1
    case extend = 2
    case revoke = 3
    case keySwitch = 4
    case time = 5
    case returned = 6
}

/// What is authenticated: `CZB1 | type | box | key epoch | slot | duration | generation`, big
/// endian, 23 bytes, and for some types a few more behind them.
struct CodeMessage {
    let type: CodeType
    let box: BoxID
    let keyEpoch: KeyEpoch
    var slot: UInt32 = 0
    var duration: UInt16 = 0
    var generation: UInt16 = 0
    /// The counter of an extension.
    var counter: UInt16?
    /// The end and the distance of a receipt.
    var returned: (endMinute: UInt32, metres: UInt32)?

    /// The message alone.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(32)
        write(to: &out)
        return out
    }

    /// Appends the message.
    private func write(to out: inout [UInt8]) {
        out.append(contentsOf: head)
        writeRest(to: &out)
    }

    /// What all messages of one type under one key begin with: a search makes it once.
    var head: [UInt8] {
        var out = Array("CZB1".utf8)
        out.append(type.rawValue)
        out.append(bigEndian: box.value)
        out.append(bigEndian: keyEpoch.number)
        return out
    }

    /// Appends what stands behind ``head``: a search does so hundreds of times.
    func writeRest(to out: inout [UInt8]) {
        out.append(bigEndian: slot)
        out.append(bigEndian: duration)
        out.append(bigEndian: generation)
        if let counter { out.append(bigEndian: counter) }
        if let returned {
            out.append(bigEndian: returned.endMinute)
            out.append(bigEndian: returned.metres)
        }
    }

    /// The input of K_day = HMAC-SHA-256(K_epoch, …).
    static func dayKey(box: BoxID, keyEpoch: KeyEpoch, day: UInt32) -> [UInt8] {
        var out = Array("CZB1/day".utf8)
        out.append(bigEndian: box.value)
        out.append(bigEndian: keyEpoch.number)
        out.append(bigEndian: day)
        return out
    }

    /// The input of K_epoch = HMAC-SHA-256(K_master, …), which only the fleet computes.
    static func epochKey(box: BoxID, keyEpoch: KeyEpoch) -> [UInt8] {
        var out = Array("CZB1/box".utf8)
        out.append(bigEndian: box.value)
        out.append(bigEndian: keyEpoch.number)
        return out
    }
}

extension [UInt8] {
    /// Appends `number`, its highest byte first.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// The decimal tag of a code: the leading 128 bits of its HMAC, modulo a power of ten.
///
/// Not RFC 4226's truncation: 31 bits cannot fill nine digits evenly.
struct CodeTag {
    static let nineDigits: UInt64 = 1_000_000_000
    static let eightDigits: UInt64 = 100_000_000

    static func of(_ bits: UInt128, modulo: UInt64) -> UInt32 {
        CodeTag(modulo: modulo).of(bits)
    }

    private let modulo: UInt64
    /// What is left of 2^64.
    private let carry: UInt64

    /// Tags below `modulo`.
    init(modulo: UInt64) {
        self.modulo = modulo
        carry = (UInt64.max % modulo + 1) % modulo
    }

    /// The tag of these leading bits of an HMAC.
    func of(_ bits: UInt128) -> UInt32 {
        // Short divisions instead of one long one, as this runs for every candidate of a search.
        let high = UInt64(truncatingIfNeeded: bits >> 64) % modulo
        let low = UInt64(truncatingIfNeeded: bits) % modulo
        return UInt32((high * carry + low) % modulo)
    }
}
