public import AccessCode
public import Records
public import Units

/// Checks the RETURN receipts that boxes show at the end of a rental.
public struct FleetReceipts {
    private let issuer: CodeIssuer

    /// Checks receipts of `box` under the key epoch in which the rental's code was issued.
    public init(box: BoxID, keyEpoch: KeyEpoch) {
        issuer = CodeIssuer(box: box, keyEpoch: keyEpoch)
    }

    /// Whether the box showed these digits for this return: minute, distance and all.
    ///
    /// Eight digits hold by chance for one claim in a hundred million.
    ///
    /// - Throws: ``AccessCode/CodeKeyFailure`` when the key is not there.
    public func verify(
        _ receipt: CodeText, _ returned: ReturnedRental, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> Bool {
        try issuer.receipt(returned, with: keys) == receipt
    }

    /// What the receipt in a trip's record is worth.
    ///
    /// - Throws: ``AccessCode/CodeKeyFailure`` when the key is not there.
    public func check(
        _ close: TripCloseBody, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> ReceiptCheck {
        guard let text = close.receipt, let minute = close.endMinute,
            let rental = close.open.authority.rental
        else { return .absent }
        guard let receipt = CodeText(text) else { return .wrong }
        let returned = ReturnedRental(rental: rental, endMinute: minute, distance: close.distance)
        return try verify(receipt, returned, with: keys) ? .genuine : .wrong
    }
}

/// What the receipt in a trip's record is worth.
public enum ReceiptCheck: Hashable, Sendable {
    /// It is the one for this rental, minute and distance.
    case genuine
    /// It is for another return, or made up.
    case wrong
    /// The trip ended without one.
    case absent
}
