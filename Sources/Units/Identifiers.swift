/// The provisioned identity of a box: 8 bytes, written as 16 hexadecimal digits.
///
/// Neither the VIN nor the plate: a box may move to another car.
public struct BoxID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The eight bytes, read big endian.
    public let value: UInt64

    /// The box with this number.
    public init(_ value: UInt64) {
        self.value = value
    }

    /// The box written as 16 hexadecimal digits; `nil` for anything else.
    @inlinable
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hex.decode(text), bytes.count == 8 else { return nil }
        self.init(bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// 16 lower-case hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// Which of a box's successive code keys is meant.
public struct KeyEpoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of the epoch, from 0.
    public let number: UInt16

    /// The epoch with this number.
    public init(_ number: UInt16) {
        self.number = number
    }

    /// The epoch after this one. Traps after 65,535 of them.
    public var next: Self { Self(number + 1) }

    /// The number.
    public var description: String { "\(number)" }

    /// Earlier first.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// The identity of a record: never a time stamp.
public struct RecordID: Hashable, Sendable, CustomStringConvertible {
    /// The box that wrote it.
    public let box: BoxID
    /// The log epoch: one more at every re-provisioning, storage replacement or lost log.
    public let epoch: UInt32
    /// The record's number within the epoch, from 1, without a gap.
    public let sequence: Int64

    /// The record `sequence` of `epoch` of `box`.
    public init(box: BoxID, epoch: UInt32, sequence: Int64) {
        self.box = box
        self.epoch = epoch
        self.sequence = sequence
    }

    /// `box/epoch/sequence`, as invoices cite it.
    public var description: String { "\(box)/\(epoch)/\(sequence)" }
}

/// The identity of a trip within its box: the log epoch and number of its `trip.open` record.
public struct TripID: Hashable, Sendable, CustomStringConvertible {
    /// The log epoch.
    public let epoch: UInt32
    /// The number of the `trip.open` record.
    public let sequence: Int64

    /// The trip opened by record `sequence` of `epoch`.
    public init(epoch: UInt32, sequence: Int64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// The trip written as `epoch-sequence`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.first?.isNumber == true }),
            let epoch = UInt32(parts[0]), let sequence = Int64(parts[1]),
            sequence > 0
        else { return nil }
        self.init(epoch: epoch, sequence: sequence)
    }

    /// `epoch-sequence`.
    public var description: String { "\(epoch)-\(sequence)" }
}
