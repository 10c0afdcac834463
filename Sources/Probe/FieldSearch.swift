internal import CAN
internal import Units

/// Looks in every frame for fields that only ever rise: an odometer that nobody knows yet.
///
/// Fields of whole bytes, 16, 24 and 32 bits wide, in both orders. One that falls once is out,
/// unless it falls to zero.
struct FieldSearch {
    /// A field of whole bytes.
    struct Field: Hashable {
        let firstByte: Int
        let bytes: Int
        let isBigEndian: Bool

        /// The byte that counts least.
        var lowestByte: Int { isBigEndian ? firstByte + bytes - 1 : firstByte }

        /// Whether the lowest byte of `other` is one of this field's, in the same order.
        func holds(_ other: Field) -> Bool {
            isBigEndian == other.isBigEndian
                && (firstByte..<firstByte + bytes).contains(other.lowestByte)
        }

        func value(in frame: CANFrame) -> UInt32 {
            var value: UInt32 = 0
            for offset in 0..<bytes {
                let byte = isBigEndian ? firstByte + offset : firstByte + bytes - 1 - offset
                value = value << 8 | UInt32(frame[byte])
            }
            return value
        }

        var layout: SignalLayout? {
            SignalLayout(
                start: firstByte * 8 + (isBigEndian ? 7 : 0), length: bytes * 8,
                byteOrder: isBigEndian ? .bigEndian : .littleEndian)
        }
    }

    /// When a field had which value: some of its changes, the first and the last among them.
    struct Mark: Hashable {
        var at: BootTime
        var value: UInt32
    }

    struct Track: Hashable {
        var first: UInt32
        var last: UInt32
        var changes = 0
        var marks: [Mark] = []

        init(_ value: UInt32) {
            first = value
            last = value
        }

        mutating func change(to value: UInt32, at now: BootTime) {
            last = value
            changes += 1
            if marks.count >= 64 {
                // Every other one is given up, but the first and the last.
                var kept: [Mark] = []
                for (index, mark) in marks.enumerated()
                where index % 2 == 0 || index == marks.count - 1 {
                    kept.append(mark)
                }
                marks = kept
            }
            marks.append(Mark(at: now, value: value))
        }
    }

    /// One identifier and what is left of its fields.
    struct Watch {
        let id: CANID
        var alive: UInt64
        var tracks: [Track]
        var length: Int

        /// Whether the field at `index` has never fallen.
        func isAlive(_ index: Int) -> Bool { alive & (1 << UInt64(index)) != 0 }
    }

    /// Every field that eight bytes can have.
    static let fields: [Field] = {
        var fields: [Field] = []
        for bytes in 2...4 {
            for firstByte in 0...(8 - bytes) {
                for isBigEndian in [true, false] {
                    fields.append(
                        Field(firstByte: firstByte, bytes: bytes, isBigEndian: isBigEndian))
                }
            }
        }
        return fields
    }()

    /// What is watched, by the places of the census.
    private(set) var watches: [Watch] = []

    /// Hears a frame, the `place`-th identifier that there was.
    mutating func receive(_ frame: CANFrame, place: Int, at now: BootTime) {
        if place == watches.count { watches.append(Self.begin(frame)) }
        guard watches.indices.contains(place), watches[place].alive != 0 else { return }
        if frame.length < watches[place].length { shorten(place, to: frame.length) }
        var left = watches[place].alive
        while left != 0 {
            let index = left.trailingZeroBitCount
            left &= left - 1
            let value = Self.fields[index].value(in: frame)
            let last = watches[place].tracks[index].last
            // A cluster that restarts says zero for a while.
            if value == last || value == 0 { continue }
            if last == 0 {
                watches[place].tracks[index] = Track(value)
            } else if value < last {
                watches[place].alive &= ~(1 << UInt64(index))
            } else {
                watches[place].tracks[index].change(to: value, at: now)
            }
        }
    }

    private static func begin(_ frame: CANFrame) -> Watch {
        var alive: UInt64 = 0
        var tracks: [Track] = []
        for (index, field) in fields.enumerated() {
            let fits = field.firstByte + field.bytes <= frame.length
            if fits { alive |= 1 << UInt64(index) }
            tracks.append(Track(fits ? field.value(in: frame) : 0))
        }
        return Watch(id: frame.id, alive: alive, tracks: tracks, length: frame.length)
    }

    private mutating func shorten(_ place: Int, to length: Int) {
        watches[place].length = length
        for (index, field) in Self.fields.enumerated() where field.firstByte + field.bytes > length
        {
            watches[place].alive &= ~(1 << UInt64(index))
        }
    }
}
