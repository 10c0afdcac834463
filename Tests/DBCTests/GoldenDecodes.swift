import DBC

/// The right answers to a DBC file's frames, as another program decoded them.
struct GoldenDecodes: Decodable {
    var dbc: String
    var frames: [Frame]

    struct Frame: Decodable {
        var id: UInt32
        var ext: Bool
        var name: String
        var length: Int
        var cases: [Case]
    }

    struct Case: Decodable {
        var data: String
        var raw: [String: GoldenNumber]?
        var phys: [String: GoldenNumber]?
        var text: [String: String]?
        var error: String?

        /// The data bytes, which are written as pairs of hexadecimal digits.
        var bytes: [UInt8] {
            let digits = data.utf8.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x61 + 10) }
            return stride(from: 0, to: digits.count - 1, by: 2).map {
                digits[$0] << 4 | digits[$0 + 1]
            }
        }
    }
}

/// A number, which is written as a text where many programs would not read it exactly.
enum GoldenNumber: Decodable {
    case whole(Int64)
    case wide(UInt64)
    case real(Double)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int64.self) {
            self = .whole(number)
        } else if let number = try? value.decode(Double.self) {
            self = .real(number)
        } else {
            let text = try value.decode(String.self)
            if let number = Int64(text) {
                self = .whole(number)
            } else if let number = UInt64(text) {
                self = .wide(number)
            } else {
                self = .real(Double(text) ?? .nan)
            }
        }
    }

    var double: Double {
        switch self {
        case .whole(let value): Double(value)
        case .wide(let value): Double(value)
        case .real(let value): value
        }
    }

    /// Whether `raw` is exactly this.
    func equals(_ raw: SignalRaw) -> Bool {
        switch (self, raw) {
        case (.whole(let left), .signed(let right)): left == right
        case (.whole(let left), .unsigned(let right)): UInt64(exactly: left) == right
        case (.wide(let left), .unsigned(let right)): left == right
        case (_, .float(let right)): double == right || double.isNaN && right.isNaN
        case (.wide, .signed), (.real, .signed), (.real, .unsigned): false
        }
    }

    /// Whether `physical` is this but for rounding.
    func isNear(_ physical: Double) -> Bool {
        let wanted = double
        if wanted.isNaN { return physical.isNaN }
        return wanted == physical || abs(wanted - physical) <= 1e-9 * max(1, abs(wanted))
    }
}
