/// Reads the numbers of a DBC file.
enum DBCNumber {
    /// A whole number without a sign; `nil` for anything else and above `UInt64.max`.
    static func whole(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        guard !bytes.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            guard let digit = digit(byte) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = product.addingReportingOverflow(UInt64(digit))
            guard !isTooLarge, !isTooLargeNow else { return nil }
            value = sum
        }
        return value
    }

    /// A real number, correctly rounded; `nil` for anything else, infinity included.
    static func real(_ bytes: ArraySlice<UInt8>) -> Double? {
        short(bytes) ?? long(bytes)
    }

    /// Most numbers have few digits: both the digits and the power of ten are exact then, and one
    /// division rounds correctly.
    private static func short(_ bytes: ArraySlice<UInt8>) -> Double? {
        var digits: UInt64 = 0
        var count = 0
        var decimals = 0
        var hasPoint = false
        var isNegative = false
        for (index, byte) in zip(bytes.indices, bytes) {
            if let digit = digit(byte) {
                digits = digits &* 10 &+ UInt64(digit)
                count += 1
                if hasPoint { decimals += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte == UInt8(ascii: "-"), index == bytes.startIndex {
                isNegative = true
            } else {
                return nil
            }
        }
        guard (1...15).contains(count) else { return nil }
        let value = Double(digits) / powersOfTen[decimals]
        return isNegative ? -value : value
    }

    private static func long(_ bytes: ArraySlice<UInt8>) -> Double? {
        // A word of a million letters is no number, and hexadecimal or `nan` is none here.
        guard bytes.count <= 400 else { return nil }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"),
                UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"):
                continue
            case _: return nil
            }
        }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte ? byte - UInt8(ascii: "0") : nil
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}
