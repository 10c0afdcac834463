internal import AccessCode
public import Units

/// The bookings of one car and every code that was disclosed for it.
///
/// The box knows no bookings: it searches the generations that its own redemptions leave open. So
/// the book keeps to the fleet's half of that: a new code's generation is one more than the highest
/// of any code ever disclosed whose window, extensions included, overlaps it; and no code is
/// disclosed that the box might not find.
public struct BookingBook: Hashable, Sendable {
    /// The box.
    public let box: BoxID
    /// All bookings, by number from 1.
    public private(set) var bookings: [Booking] = []
    /// The latest start that a disclosed REVOKE code names: whether or not it was typed, no code
    /// that starts then or earlier is disclosed any more.
    public private(set) var revokedThrough: Slot?

    /// An empty book of `box`.
    public init(box: BoxID) {
        self.box = box
    }

    /// The book of `box` as a database kept it; `nil` unless the bookings are numbered from 1 on
    /// without a gap.
    public init?(box: BoxID, bookings: [Booking], revokedThrough: Slot?) {
        guard bookings.map(\.number) == Array(1..<(bookings.count + 1)) else { return nil }
        self.box = box
        self.bookings = bookings
        self.revokedThrough = revokedThrough
    }

    /// Asks for the car: the owner has yet to agree.
    public mutating func propose(
        _ window: Range<WallTime>, driver: String? = nil, language: Language = .english,
        at now: WallTime
    ) -> Result<Booking, BookingRefusal> {
        guard !window.isEmpty, Slot(containing: window.lowerBound) != nil else {
            return .failure(.noWindow)
        }
        guard window.upperBound > now else { return .failure(.past) }
        guard let grid = StartGrid.covering(window) else { return .failure(.tooLong) }
        // The box takes no code a week after its start, even while its window lasts.
        guard now < grid.start.start + CodeBook.activation else { return .failure(.past) }
        if let revokedThrough, grid.start <= revokedThrough {
            return .failure(.revoked(through: revokedThrough))
        }
        if let other = occupant(of: window, besides: nil) { return .failure(other) }
        let booking = Booking(
            number: bookings.count + 1, driver: driver, language: language, window: window,
            rental: nil, duration: grid.duration, acceptedDuration: grid.duration, state: .proposed)
        bookings.append(booking)
        return .success(booking)
    }

    /// The owner agrees: settles the rental whose code is then disclosed.
    public mutating func issue(_ number: Int) -> Result<RentalID, BookingRefusal> {
        change(number) { (book, booking) throws(BookingRefusal) in
            guard booking.state == .proposed else { throw .state(booking.state) }
            guard let grid = StartGrid.covering(booking.window) else { throw .tooLong }
            if let revoked = book.revokedThrough, grid.start <= revoked {
                throw .revoked(through: revoked)
            }
            let window = grid.start.start..<(grid.start.start + grid.duration.length)
            let generation = try book.nextGeneration(for: window)
            let rental = RentalID(
                start: grid.start, duration: grid.duration, generation: generation)
            booking.rental = rental
            booking.state = .issued
            return rental
        }
    }

    /// ``propose(_:driver:language:at:)`` and ``issue(_:)`` in one, for owners who always agree.
    /// Nothing is left behind by a refusal.
    public mutating func book(
        _ window: Range<WallTime>, driver: String? = nil, language: Language = .english,
        at now: WallTime
    ) -> Result<RentalID, BookingRefusal> {
        var tried = self
        let result = tried.propose(window, driver: driver, language: language, at: now)
            .flatMap { booking in tried.issue(booking.number) }
        if case .success = result { self = tried }
        return result
    }

    /// Calls a booking off. Its code, if disclosed, works until a newer one is typed: the next
    /// code for that time has a higher generation and kills it.
    public mutating func cancel(_ number: Int) -> Result<Booking, BookingRefusal> {
        change(number) { (_, booking) throws(BookingRefusal) in
            guard booking.occupied != nil, booking.returnedAt == nil else {
                throw .state(booking.state)
            }
            guard !booking.isRedeemed else { throw .redeemed }
            booking.state = .cancelled
            return booking
        }
    }

    /// Moves the end of an issued booking by `length`.
    public mutating func extend(
        _ number: Int, by length: Milliseconds, at now: WallTime
    ) -> Result<IssuedExtension, BookingRefusal> {
        change(number) { (book, booking) throws(BookingRefusal) in
            guard booking.state == .issued, let rental = booking.rental else {
                throw .state(booking.state)
            }
            guard length > .zero else { throw .noWindow }
            let accepted = rental.start.start + booking.acceptedDuration.length
            guard now < accepted + CodeBook.extensionGrace else { throw .extensionTooLate }
            guard booking.extensions - booking.acceptedExtensions < 2 else {
                throw .tooManyExtensions
            }
            let until = booking.window.upperBound + length
            guard
                let covering = DurationIndex(covering: until - rental.start.start),
                // Rounding up to the grid may have agreed to the time already: the code has to
                // say more than the one before it.
                let duration = DurationIndex(max(covering.value, booking.duration.value + 1))
            else { throw .tooLong }
            guard duration.length - booking.acceptedDuration.length <= CodeBook.extensionMaximum
            else { throw .extensionTooLong }
            if let other = book.occupant(
                of: booking.window.upperBound..<until, besides: booking.number)
            {
                throw other
            }
            booking.window = booking.window.lowerBound..<until
            booking.duration = duration
            booking.extensions += 1
            return IssuedExtension(
                rental: rental, duration: duration, counter: booking.extensions, until: until)
        }
    }
}

extension BookingBook {
    /// A REVOKE code for `target` is disclosed: what starts then or earlier, and is not known to
    /// have opened the car, is called off.
    ///
    /// - Returns: the numbers of the bookings that were called off.
    public mutating func revoke(through target: Slot) -> [Int] {
        revokedThrough = max(revokedThrough ?? target, target)
        var closed: [Int] = []
        for index in bookings.indices where !bookings[index].isRedeemed {
            guard bookings[index].state == .issued, let rental = bookings[index].rental,
                rental.start <= target
            else { continue }
            bookings[index].state = .cancelled
            closed.append(bookings[index].number)
        }
        return closed
    }

    /// The box's log shows that the code was accepted.
    public mutating func noteRedeemed(_ rental: RentalID) -> Result<Booking, BookingRefusal> {
        change(rental) { (_, booking) throws(BookingRefusal) in
            booking.isRedeemed = true
            return booking
        }
    }

    /// The box's log shows that it accepted an extension of `rental` to `duration`.
    public mutating func noteExtended(
        _ rental: RentalID, to duration: DurationIndex, counter: UInt16
    ) -> Result<Booking, BookingRefusal> {
        change(rental) { (_, booking) throws(BookingRefusal) in
            booking.isRedeemed = true
            booking.acceptedDuration = max(booking.acceptedDuration, duration)
            booking.duration = max(booking.duration, duration)
            booking.acceptedExtensions = max(booking.acceptedExtensions, counter)
            booking.extensions = max(booking.extensions, counter)
            return booking
        }
    }

    /// The log or the driver's receipt shows that the rental ended at `time`: the rest of the
    /// window is free.
    public mutating func noteReturned(
        _ rental: RentalID, at time: WallTime
    ) -> Result<Booking, BookingRefusal> {
        change(rental) { (_, booking) throws(BookingRefusal) in
            booking.isRedeemed = true
            booking.returnedAt = time
            booking.state = .returned
            return booking
        }
    }

    /// The booking `number`.
    public func booking(_ number: Int) -> Booking? {
        bookings.indices.contains(number - 1) ? bookings[number - 1] : nil
    }

    /// The booking whose code is for `rental`.
    public func booking(of rental: RentalID) -> Booking? {
        bookings.first { $0.rental == rental }
    }
}

extension BookingBook {
    /// The generation of a code for `window`.
    ///
    /// - Throws: ``BookingRefusal/tooManyCodes(generation:lowest:)`` when the box, as far as it is
    ///   known, might not search that far.
    private func nextGeneration(
        for window: Range<WallTime>
    ) throws(BookingRefusal) -> UInt16 {
        var next = 0
        var lowest = 0
        for booking in bookings {
            guard let rental = booking.rental else { continue }
            if booking.disclosedWindow?.overlaps(window) == true {
                next = max(next, Int(rental.generation) + 1)
            }
            if booking.redeemedWindow?.overlaps(window) == true {
                lowest = max(lowest, Int(rental.generation) + 1)
            }
        }
        let (high, low) = (UInt16(clamping: next), UInt16(clamping: lowest))
        guard next < lowest + Int(CodeBook.generations), next <= Int(UInt16.max) else {
            throw .tooManyCodes(generation: high, lowest: low)
        }
        return high
    }

    private func occupant(of window: Range<WallTime>, besides number: Int?) -> BookingRefusal? {
        for booking in bookings where booking.number != number {
            guard let occupied = booking.occupied, occupied.overlaps(window) else { continue }
            return .taken(by: booking.number, occupied)
        }
        return nil
    }

    private mutating func change<Value>(
        _ rental: RentalID,
        _ body: (BookingBook, inout Booking) throws(BookingRefusal) -> Value
    ) -> Result<Value, BookingRefusal> {
        guard let number = booking(of: rental)?.number else {
            return .failure(.unknownRental(rental))
        }
        return change(number, body)
    }

    /// Changes a booking, unless `body` refuses.
    private mutating func change<Value>(
        _ number: Int,
        _ body: (BookingBook, inout Booking) throws(BookingRefusal) -> Value
    ) -> Result<Value, BookingRefusal> {
        guard var booking = booking(number) else { return .failure(.unknown(number)) }
        do throws(BookingRefusal) {
            let value = try body(self, &booking)
            bookings[number - 1] = booking
            return .success(value)
        } catch {
            return .failure(error)
        }
    }
}
