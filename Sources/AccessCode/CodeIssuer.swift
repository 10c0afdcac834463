public import Units

/// Makes the codes of one box: what the fleet does, and what tests and benches do.
///
/// Pure: keys answer through ``CodeKeys``, so the same code serves a fleet that keeps its keys in
/// a security module.
public struct CodeIssuer {
    /// The box that will check the codes.
    public let box: BoxID
    /// The key epoch that is enabled in it.
    public let keyEpoch: KeyEpoch

    /// An issuer for `box` while `keyEpoch` is enabled.
    public init(box: BoxID, keyEpoch: KeyEpoch) {
        self.box = box
        self.keyEpoch = keyEpoch
    }

    /// The message under the fleet's master key whose HMAC is this box's K_epoch.
    public var epochKeyMessage: [UInt8] { CodeMessage.epochKey(box: box, keyEpoch: keyEpoch) }

    /// The code that opens the car for `rental`.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func rental(
        _ rental: RentalID, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> CodeText {
        let message = CodeMessage(
            type: .rental, box: box, keyEpoch: keyEpoch, slot: rental.start.number,
            duration: rental.duration.value, generation: rental.generation)
        let tag = try nineDigits(message, day: rental.start.day, with: keys)
        return Self.text(prefix: rental.duration.value, tag: tag)
    }

    /// The code that lets `rental` last for `duration`, counted from its start.
    ///
    /// `counter` is 1 for the first extension of a rental and grows by one with each.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func extend(
        _ rental: RentalID, to duration: DurationIndex, counter: UInt16,
        with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> CodeText {
        let message = CodeMessage.extend(
            box: box, keyEpoch: keyEpoch, rental: rental, duration: duration, counter: counter)
        return Self.text(
            prefix: 984, tag: try nineDigits(message, day: rental.start.day, with: keys))
    }

    /// The code that closes every code whose start is `target` or earlier.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func revoke(
        through target: Slot, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> CodeText {
        precondition(
            target.number.isMultiple(of: RevokeGrid.step), "REVOKE names a full hour")
        let message = CodeMessage(
            type: .revoke, box: box, keyEpoch: keyEpoch, slot: target.number)
        return Self.text(prefix: 985, tag: try nineDigits(message, day: target.day, with: keys))
    }

    /// The code that retires this key epoch in favour of the cold spare's.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func keySwitch(with keys: some CodeKeys) throws(CodeKeyFailure) -> CodeText {
        let next = CodeIssuer(box: box, keyEpoch: keyEpoch.next)
        let message = CodeMessage(type: .keySwitch, box: box, keyEpoch: keyEpoch.next)
        let dayKey = try keys.authenticate(
            CodeMessage.dayKey(box: box, keyEpoch: next.keyEpoch, day: 0),
            with: .coldSpare(next.keyEpoch))
        return Self.text(prefix: 986, tag: Self.tag(message, under: dayKey, with: keys))
    }

    /// The code that tells the box that `time` has passed.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func time(
        _ time: WallTime, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> CodeText {
        let count = TimeCount(containing: time)
        let message = CodeMessage(type: .time, box: box, keyEpoch: keyEpoch, slot: count.number)
        let key = try dayKey(count.day, with: keys)
        let bits = keys.leadingBits(of: message.bytes, each: message.bytes.count, under: key)
        let tag = CodeTag.of(bits[0], modulo: CodeTag.eightDigits)
        return CodeText(
            digits: [9, 8, 7] + CodeText.padded(count.number, 7) + CodeText.padded(tag, 8))
    }

    /// The RETURN receipt of eight digits: box, driver and fleet can each show with it that the
    /// rental ended then, after that distance.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func receipt(
        _ returned: ReturnedRental, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> CodeText {
        var message = CodeMessage(
            type: .returned, box: box, keyEpoch: keyEpoch, slot: returned.rental.start.number,
            duration: returned.rental.duration.value, generation: returned.rental.generation)
        message.returned = (returned.endMinute, UInt32(clamping: returned.distance.count))
        let key = try dayKey(returned.rental.start.day, with: keys)
        let bits = keys.leadingBits(of: message.bytes, each: message.bytes.count, under: key)
        return CodeText(
            digits: CodeText.padded(CodeTag.of(bits[0], modulo: CodeTag.eightDigits), 8))
    }

    private func dayKey(
        _ day: UInt32, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> Digest256 {
        try keys.authenticate(
            CodeMessage.dayKey(box: box, keyEpoch: keyEpoch, day: day), with: .epoch(keyEpoch))
    }

    private func nineDigits(
        _ message: CodeMessage, day: UInt32, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> UInt32 {
        Self.tag(message, under: try dayKey(day, with: keys), with: keys)
    }

    private static func tag(
        _ message: CodeMessage, under dayKey: Digest256, with keys: some CodeKeys
    ) -> UInt32 {
        let bits = keys.leadingBits(of: message.bytes, each: message.bytes.count, under: dayKey)
        return CodeTag.of(bits[0], modulo: CodeTag.nineDigits)
    }

    private static func text(prefix: UInt16, tag: UInt32) -> CodeText {
        CodeText(digits: CodeText.padded(UInt32(prefix), 3) + CodeText.padded(tag, 9))
    }
}

/// What a RETURN receipt signs.
public struct ReturnedRental: Hashable, Sendable {
    /// The rental, as it was redeemed.
    public let rental: RentalID
    /// When it ended, in minutes since 2012-01-01T00:00Z.
    public let endMinute: UInt32
    /// The billed distance.
    public let distance: Metres

    /// `rental` ended in `endMinute` after `distance`.
    public init(rental: RentalID, endMinute: UInt32, distance: Metres) {
        self.rental = rental
        self.endMinute = endMinute
        self.distance = distance
    }

    /// The minute that holds `time`, for ``endMinute``; 0 before 2012.
    public static func minute(of time: WallTime) -> UInt32 {
        UInt32(clamping: (time - Slot.origin).count / 60_000)
    }
}

/// Five minutes, counted from 2012-01-01T00:00Z: the grid of TIME codes.
struct TimeCount {
    static let length = Milliseconds.minutes(5)

    let number: UInt32

    init(_ number: UInt32) {
        self.number = number
    }

    init(containing time: WallTime) {
        number = UInt32(clamping: (time - Slot.origin).count / Self.length.count)
    }

    var start: WallTime { Slot.origin + Self.length * Int64(number) }
    var day: UInt32 { number / 288 }
}

/// REVOKE names its target on a grid of one hour, from a day back to thirty days ahead.
enum RevokeGrid {
    static let step: UInt32 = 4
    static let back: UInt32 = 24
    static let ahead: UInt32 = 720
}

/// The grid on which rentals of one duration may start, in slots of 15 minutes.
public enum StartGrid {
    /// 1 (15 min) for rentals up to 24 h, 2 up to 72 h, 4 (one hour) for longer ones.
    public static func step(for duration: DurationIndex) -> UInt32 {
        if duration.length <= .hours(24) { return 1 }
        return duration.length <= .hours(72) ? 2 : 4
    }

    /// The rental of the grid that covers `window`: the start rounded down, the end kept or later.
    ///
    /// `nil` when it starts before 2012, is empty or is longer than 31 days.
    public static func covering(
        _ window: Range<WallTime>
    ) -> (start: Slot, duration: DurationIndex)? {
        guard !window.isEmpty, let slot = Slot(containing: window.lowerBound) else { return nil }
        // Rounding the start down lengthens the rental, which may coarsen the grid once more.
        for step: UInt32 in [1, 2] {
            let start = Slot(slot.number / step * step)
            guard
                let duration = DurationIndex(covering: window.upperBound - start.start)
            else { return nil }
            if Self.step(for: duration) == step { return (start, duration) }
        }
        let start = Slot(slot.number / 4 * 4)
        return DurationIndex(covering: window.upperBound - start.start).map { (start, $0) }
    }
}

extension CodeMessage {
    static func extend(
        box: BoxID, keyEpoch: KeyEpoch, rental: RentalID, duration: DurationIndex,
        counter: UInt16
    ) -> CodeMessage {
        CodeMessage(
            type: .extend, box: box, keyEpoch: keyEpoch, slot: rental.start.number,
            duration: duration.value, generation: rental.generation, counter: counter)
    }
}
