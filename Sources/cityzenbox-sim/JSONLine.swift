import Probe
import Units
import Vehicle

/// A JSON object on one line, member by member.
struct JSONLine {
    private var bytes: [UInt8] = []

    /// The object.
    var text: String { "{" + String(decoding: bytes, as: UTF8.self) + "}" }

    mutating func add(_ name: String, _ value: String) {
        key(name)
        ByteText.quoted(value, to: &bytes)
    }

    mutating func add(_ name: String, _ value: Int64) {
        key(name)
        ByteText.decimal(value, decimals: 0, to: &bytes)
    }

    /// A length in metres; nothing where there is none.
    mutating func add(_ name: String, _ value: Metres?) {
        if let value { add(name, value.count) }
    }

    mutating func add(_ name: String, seconds time: BootTime) {
        key(name)
        ByteText.decimal(time.milliseconds, decimals: 3, to: &bytes)
    }

    mutating func add(_ name: String, _ values: [String]) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            ByteText.quoted(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// The members of an odometer.
    mutating func add(_ odometer: OdometerEstimate) {
        add("display_m", odometer.display)
        add("position_m", odometer.position)
        add("position_error_m", odometer.error)
        add("resolution_m", odometer.resolution)
        add("source", odometer.key.name)
        add("quality", odometer.source.rawValue)
    }

    private mutating func key(_ name: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        ByteText.quoted(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}
