public import Units

/// A rental whose code was redeemed.
public struct Redemption: Hashable, Sendable {
    /// The rental, as disclosed.
    public let rental: RentalID
    /// The key epoch of its code.
    public let keyEpoch: KeyEpoch
    /// Its duration with extensions.
    public var duration: DurationIndex
    /// How many extension codes were used, as their counter says.
    public var extensions: UInt16
    /// Whether it was ended, by the driver or for the driver.
    public var ended: Bool

    /// A redemption.
    public init(
        rental: RentalID, keyEpoch: KeyEpoch, duration: DurationIndex, extensions: UInt16,
        ended: Bool
    ) {
        self.rental = rental
        self.keyEpoch = keyEpoch
        self.duration = duration
        self.extensions = extensions
        self.ended = ended
    }

    /// When it ends, with extensions.
    public var end: WallTime { rental.start.start + duration.length }

    /// From when to when it lasts, with extensions.
    public var window: Range<WallTime> { rental.start.start..<max(end, rental.start.start) }
}

/// What a box remembers about codes, durably: enough to refuse each one for ever.
public struct CodeBook: Hashable, Sendable {
    /// The box: a code of another is only wrong.
    public let box: BoxID
    /// The key epoch that is enabled.
    public var keyEpoch: KeyEpoch
    /// Whether a cold spare for the next epoch is installed.
    public var hasColdSpare: Bool
    /// Redeemed rentals, oldest first, as long as one could matter.
    public var redemptions: [Redemption]
    /// Every code with a start up to this one is closed.
    public var revokedThrough: Slot?
    /// The count of the last TIME code.
    public var timeCount: UInt32
    /// The last 30 s step of which the owner's password was used.
    public var ownerStep: Int64

    /// How early a driver may open the car.
    public static let early = Milliseconds.minutes(30)
    /// How long after its start a rental may be redeemed for the first time.
    public static let activation = Milliseconds.days(7)
    /// How late an active rental still opens the car.
    public static let late = Milliseconds.minutes(60)
    /// How long after its end an active rental may still be extended.
    public static let extensionGrace = Milliseconds.hours(2)
    /// How long after the time that it names a TIME code may still be typed, as far as the box can
    /// tell: while the clock is lost, what has certainly passed goes on with uptime.
    public static let timeValidity = Milliseconds.minutes(10)
    /// How far an extension may move the end.
    public static let extensionMaximum = Milliseconds.days(7)
    /// How many generations are searched from the lowest that could be accepted.
    public static let generations: UInt16 = 4
    /// How long a redemption is kept after its end: past that, no overlapping code can open.
    public static let memory = Milliseconds.days(8)

    /// The book of a new box.
    public init(box: BoxID, keyEpoch: KeyEpoch, hasColdSpare: Bool) {
        self.box = box
        self.keyEpoch = keyEpoch
        self.hasColdSpare = hasColdSpare
        redemptions = []
        revokedThrough = nil
        timeCount = 0
        ownerStep = 0
    }

    /// The rental that was redeemed last, unless it was ended.
    public var active: Redemption? {
        guard let last = redemptions.last, !last.ended else { return nil }
        return last
    }

    /// The redemption of `rental`, if there was one.
    public func redemption(of rental: RentalID) -> Redemption? {
        redemptions.first { $0.rental == rental }
    }

    /// The lowest generation that a code for `window` needs: one more than every redeemed rental
    /// that overlaps it, extensions included. It stays at the last one there is.
    public func lowestGeneration(for window: Range<WallTime>) -> UInt16 {
        generationFloor.lowest(for: window)
    }

    /// The redeemed rentals as ``lowestGeneration(for:)`` needs them: a search asks for hundreds
    /// of windows.
    var generationFloor: GenerationFloor { GenerationFloor(redemptions) }

    /// Whether a redeemed rental that overlaps `rental` has its generation or a newer one.
    public func isSuperseded(_ rental: RentalID) -> Bool {
        let window = rental.start.start..<rental.end
        return redemptions.contains {
            $0.window.overlaps(window) && $0.rental.generation >= rental.generation
        }
    }

    /// Whether REVOKE closed `rental`.
    public func isRevoked(_ rental: RentalID) -> Bool {
        guard let revokedThrough else { return false }
        return rental.start <= revokedThrough
    }

    /// Records a redemption. Traps when the rental was redeemed before.
    public mutating func redeem(_ rental: RentalID, keyEpoch: KeyEpoch) {
        precondition(redemption(of: rental) == nil, "no code is redeemed twice")
        for index in redemptions.indices { redemptions[index].ended = true }
        redemptions.append(
            Redemption(
                rental: rental, keyEpoch: keyEpoch, duration: rental.duration, extensions: 0,
                ended: false))
    }

    /// Records an extension of `rental`.
    public mutating func extend(_ rental: RentalID, to duration: DurationIndex, counter: UInt16) {
        for index in redemptions.indices where redemptions[index].rental == rental {
            redemptions[index].duration = duration
            redemptions[index].extensions = counter
        }
    }

    /// Records the end of the active rental.
    public mutating func end() {
        for index in redemptions.indices { redemptions[index].ended = true }
    }

    /// Forgets redemptions that no code can overlap any more at `earliest`.
    public mutating func forget(before earliest: WallTime) {
        redemptions.removeAll { $0.ended && $0.end + Self.memory < earliest }
    }
}

/// Which generations redeemed rentals have used up, and when.
struct GenerationFloor {
    private let used: [(window: Range<WallTime>, next: UInt16)]

    /// What `redemptions` used up.
    init(_ redemptions: [Redemption]) {
        used = redemptions.map {
            let (next, overflow) = $0.rental.generation.addingReportingOverflow(1)
            return ($0.window, overflow ? .max : next)
        }
    }

    /// The lowest generation that a code for `window` needs.
    func lowest(for window: Range<WallTime>) -> UInt16 {
        var lowest: UInt16 = 0
        for entry in used where entry.window.overlaps(window) { lowest = max(lowest, entry.next) }
        return lowest
    }
}
