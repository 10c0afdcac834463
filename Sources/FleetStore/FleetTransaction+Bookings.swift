public import Fleet
public import Units

/// Bookings: the book of a car, as a whole.
extension FleetTransaction {
    /// The book of the car of `box`.
    ///
    /// - Throws: ``FleetStoreError``.
    public func book(of box: BoxID) throws(FleetStoreError) -> BookingBook {
        let bookings = try read(
            try rows(
                """
                SELECT number, state, language, from_ms, to_ms, duration, accepted_duration,
                    extensions, accepted_extensions, redeemed, rental, driver, returned_ms
                FROM booking WHERE box = ? ORDER BY number
                """, [.text("\(box)")]), Self.booking)
        let revoked = try read(
            try rows(
                "SELECT revoked_slot FROM box WHERE box = ? AND revoked_slot IS NOT NULL",
                [.text("\(box)")])
        ) { row in row.number(as: UInt32.self).map { Slot($0) } }
        guard
            let book = BookingBook(box: box, bookings: bookings, revokedThrough: revoked.first)
        else { throw damaged("bookings of box \(box) are missing") }
        return book
    }

    /// Keeps `book` in place of the one that was read; bookings never go.
    ///
    /// - Parameters:
    ///   - book: the book as it is now.
    ///   - before: the book as it was read: what is the same in both is not written.
    /// - Throws: ``FleetStoreError``.
    public func put(_ book: BookingBook, insteadOf before: BookingBook) throws(FleetStoreError) {
        precondition(
            book.box == before.box && book.bookings.count >= before.bookings.count,
            "a book goes on from what was read")
        for booking in book.bookings where before.booking(booking.number) != booking {
            try put(booking, of: book.box)
        }
        guard book.revokedThrough != before.revokedThrough else { return }
        _ = try rows(
            "UPDATE box SET revoked_slot = ? WHERE box = ?",
            [SQLiteValue(book.revokedThrough.map { Int64($0.number) }), .text("\(book.box)")])
    }

    private func put(_ booking: Booking, of box: BoxID) throws(FleetStoreError) {
        _ = try rows(
            """
            INSERT INTO booking (box, number, state, driver, language, from_ms, to_ms, rental,
                duration, accepted_duration, extensions, accepted_extensions, redeemed,
                returned_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (box, number) DO UPDATE SET state = excluded.state,
                from_ms = excluded.from_ms, to_ms = excluded.to_ms, rental = excluded.rental,
                duration = excluded.duration, accepted_duration = excluded.accepted_duration,
                extensions = excluded.extensions,
                accepted_extensions = excluded.accepted_extensions,
                redeemed = excluded.redeemed, returned_ms = excluded.returned_ms
            """,
            [
                .text("\(box)"), .integer(Int64(booking.number)), .text(booking.state.rawValue),
                SQLiteValue(booking.driver), .text(booking.language.rawValue),
                .integer(booking.window.lowerBound.milliseconds),
                .integer(booking.window.upperBound.milliseconds),
                SQLiteValue(booking.rental?.description),
                .integer(Int64(booking.duration.value)),
                .integer(Int64(booking.acceptedDuration.value)),
                .integer(Int64(booking.extensions)), .integer(Int64(booking.acceptedExtensions)),
                .integer(booking.isRedeemed ? 1 : 0),
                SQLiteValue(booking.returnedAt?.milliseconds),
            ])
    }

    private static func booking(_ row: inout RowReader) -> Booking? {
        guard let number = row.number(),
            let state = row.text().flatMap({ Booking.State(rawValue: $0) }),
            let language = row.text().flatMap({ Language(rawValue: $0) }),
            let from = row.time(), let to = row.time(), from < to,
            let duration = row.number().flatMap({ DurationIndex($0) }),
            let accepted = row.number().flatMap({ DurationIndex($0) }),
            let extensions = row.number(as: UInt16.self),
            let acceptedExtensions = row.number(as: UInt16.self), let redeemed = row.number()
        else { return nil }
        let rentalText = row.text()
        let rental = rentalText.flatMap { RentalID($0) }
        guard (rental == nil) == (rentalText == nil) else { return nil }
        return Booking(
            number: Int(number), driver: row.text(), language: language, window: from..<to,
            rental: rental, duration: duration, acceptedDuration: accepted,
            extensions: extensions, acceptedExtensions: acceptedExtensions,
            isRedeemed: redeemed != 0, returnedAt: row.time(), state: state)
    }
}
