internal import AccessCode
internal import KeyStore
internal import Units

/// The fleet's side of one box that is never online: which codes were disclosed for it.
struct SimulatedBookings {
    private var disclosed: [(rental: RentalID, window: Range<WallTime>)] = []
    private let issuer: CodeIssuer

    init(issuer: CodeIssuer) {
        self.issuer = issuer
    }

    /// Discloses a code for `window`.
    mutating func book(
        _ window: Range<WallTime>, _ keys: SoftwareCodeKeys
    ) throws -> (rental: RentalID, code: CodeText) {
        guard let (start, duration) = StartGrid.covering(window) else {
            preconditionFailure("scenarios book windows that have a code")
        }
        let covered = start.start..<start.start + duration.length
        let generation =
            disclosed.filter { $0.window.overlaps(covered) }
            .map { $0.rental.generation + 1 }.max() ?? 0
        let rental = RentalID(start: start, duration: duration, generation: generation)
        disclosed.append((rental, covered))
        disclosed.removeAll { $0.window.upperBound + .days(40) < window.lowerBound }
        return (rental, try issuer.rental(rental, with: keys))
    }

    /// A code that lets `rental` end later by about `time`.
    mutating func extend(
        _ rental: RentalID, by time: Milliseconds, _ keys: SoftwareCodeKeys
    ) throws -> CodeText {
        guard let duration = DurationIndex(covering: rental.duration.length + time) else {
            preconditionFailure("scenarios extend within 31 days")
        }
        for index in disclosed.indices where disclosed[index].rental == rental {
            disclosed[index].window = rental.start.start..<rental.start.start + duration.length
        }
        return try issuer.extend(rental, to: duration, counter: 1, with: keys)
    }

    /// The TIME code that the hotline reads out.
    func time(_ now: WallTime, _ keys: SoftwareCodeKeys) throws -> CodeText {
        try issuer.time(now, with: keys)
    }

    /// A code that was disclosed once, for somebody who tries it again.
    func old(_ random: inout SplitMix64) -> RentalID? {
        disclosed.isEmpty
            ? nil : disclosed[Int(random.next(below: UInt64(disclosed.count)))].rental
    }

    func code(_ rental: RentalID, _ keys: SoftwareCodeKeys) throws -> CodeText {
        try issuer.rental(rental, with: keys)
    }
}
