internal import Units

/// The canonical bytes without a detour: every record is written once and read many times.
extension Envelope {
    /// The canonical bytes: those of ``json``.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(448)
        write("{\"boot\":", Int64(stamp.boot), to: &out)
        out.append(contentsOf: ",\"box\":\"".utf8)
        Hex.append(id.box.value, to: &out)
        write("\",\"epoch\":", Int64(id.epoch), to: &out)
        out.append(contentsOf: ",\"kind\":".utf8)
        CanonicalJSON.write(string: kind, to: &out)
        write(",\"mono\":", stamp.mono.milliseconds, to: &out)
        out.append(contentsOf: ",\"ph\":\"".utf8)
        bodyHash.appendHex(to: &out)
        out.append(contentsOf: "\",\"prev\":\"".utf8)
        previous.appendHex(to: &out)
        write("\",\"seq\":", id.sequence, to: &out)
        write(",\"v\":", version, to: &out)
        if let wall = stamp.wall {
            write(",\"wall\":", wall.time.milliseconds, to: &out)
            write(",\"wallErr\":", wall.error.count, to: &out)
        }
        out.append(contentsOf: ",\"wallQ\":".utf8)
        CanonicalJSON.write(string: (stamp.wall?.quality ?? .unset).rawValue, to: &out)
        out.append(UInt8(ascii: "}"))
        return out
    }

    private func write(_ name: String, _ value: Int64, to out: inout [UInt8]) {
        out.append(contentsOf: name.utf8)
        CanonicalJSON.write(integer: value, to: &out)
    }

    /// The envelope whose ``bytes`` are exactly these; `nil` for any other, which may still be one
    /// to ``init(json:)``.
    init?(canonical bytes: [UInt8]) {
        var reader = EnvelopeReader(bytes: bytes)
        guard let envelope = reader.envelope(), envelope.bytes == bytes else { return nil }
        self = envelope
    }
}

/// Reads the members of an envelope in the order in which they are written.
private struct EnvelopeReader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func envelope() -> Envelope? {
        guard let boot = integer("{\"boot\":").flatMap(UInt32.init(exactly:)),
            let box = text(",\"box\":\"").flatMap({ BoxID($0) }),
            let epoch = integer("\",\"epoch\":").flatMap(UInt32.init(exactly:)),
            let kind = text(",\"kind\":\""),
            let mono = integer("\",\"mono\":"),
            let bodyHash = digest(",\"ph\":\""),
            let previous = digest("\",\"prev\":\""),
            let sequence = integer("\",\"seq\":"), sequence > 0,
            let version = integer(",\"v\":")
        else { return nil }
        let time = integer(",\"wall\":")
        let error = time == nil ? nil : integer(",\"wallErr\":")
        guard let quality = text(",\"wallQ\":\"").flatMap(WallQuality.init(rawValue:)) else {
            return nil
        }
        var wall: WallReading?
        if let time {
            guard let error else { return nil }
            wall = WallReading(
                time: WallTime(milliseconds: time), error: Milliseconds(error), quality: quality)
        }
        return Envelope(
            version: version, id: RecordID(box: box, epoch: epoch, sequence: sequence),
            stamp: Stamp(boot: boot, mono: BootTime(milliseconds: mono), wall: wall), kind: kind,
            bodyHash: bodyHash, previous: previous)
    }

    /// Goes behind `text` where that comes next.
    private mutating func take(_ text: String) -> Bool {
        var end = offset
        for byte in text.utf8 {
            guard end < bytes.count, bytes[end] == byte else { return false }
            end += 1
        }
        offset = end
        return true
    }

    /// The whole number behind `name`, if a record may carry it.
    private mutating func integer(_ name: String) -> Int64? {
        guard take(name) else { return nil }
        let isNegative = take("-")
        let start = offset
        var value: Int64 = 0
        while offset < bytes.count, let digit = decimal(bytes[offset]) {
            value = value * 10 + digit
            guard value <= CanonicalJSON.integerMaximum else { return nil }
            offset += 1
        }
        guard offset > start else { return nil }
        return isNegative ? -value : value
    }

    private func decimal(_ character: UInt8) -> Int64? {
        let value = character &- UInt8(ascii: "0")
        return value < 10 ? Int64(value) : nil
    }

    /// The characters behind `name` up to the next quote, which stays.
    private mutating func text(_ name: String) -> String? {
        guard take(name) else { return nil }
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func digest(_ name: String) -> Digest256? {
        guard take(name), offset + 64 <= bytes.count else { return nil }
        defer { offset += 64 }
        return Digest256(hexDigits: bytes[offset..<offset + 64])
    }
}
