public import Units

/// Why a typed code does nothing. The raw value is the stable code that stands in records.
public enum CodeRefusal: String, CaseIterable, Sendable {
    /// It begins later.
    case tooEarly
    /// Its window, or the time to begin it, is over.
    case expired
    /// Its rental was ended.
    case closed
    /// A newer code for an overlapping window was used.
    case superseded
    /// The owner or the fleet revoked it.
    case revoked
    /// No code that could mean something now.
    case wrong
    /// It extends a rental, and none is active.
    case noRental
    /// It sets the time back, or was used before.
    case stale
    /// The box does not know the time.
    case clockLost
    /// The car moves.
    case moving

    /// Whether it uses up a try: only what could be a guess does.
    ///
    /// While the clock is lost the active rental's own code still opens, so guesses count.
    public var countsAsTry: Bool {
        switch self {
        case .wrong, .clockLost: true
        case .tooEarly, .expired, .closed, .superseded, .revoked, .noRental, .stale, .moving:
            false
        }
    }
}

/// What a code that is right means.
public enum CodeGrant: Hashable, Sendable {
    /// A rental begins.
    case opened(RentalID)
    /// The active rental opens the car again.
    case reopened(RentalID)
    /// The active rental lasts longer.
    case extended(RentalID, DurationIndex, counter: UInt16)
    /// Codes up to this start are closed.
    case revoked(through: Slot)
    /// The key epoch is retired for this one.
    case keySwitched(to: KeyEpoch)
    /// The clock is set: at least this time has passed.
    case timeSet(WallTime, count: UInt32)
    /// The owner is there.
    case owner(step: Int64)
}

/// What becomes of a typed code.
public enum CodeVerdict: Hashable, Sendable {
    /// It does this.
    case granted(CodeGrant)
    /// It does nothing, for this reason.
    case refused(CodeRefusal)
}

extension CodeCheck {
    /// Judges what the keys found, by the acceptance rules in their order.
    ///
    /// `moving` says whether the car moves, which holds REVOKE back.
    public func judge(_ match: Match, moving: Bool) -> CodeVerdict {
        switch match {
        case .none: .refused(missing)
        case .rental(let rental): judge(rental)
        case .extend(let duration, let counter): judgeExtension(duration, counter)
        case .revoke(let target):
            moving ? .refused(.moving) : .granted(.revoked(through: target))
        case .keySwitch(let epoch): .granted(.keySwitched(to: epoch))
        case .time(let count): judgeTime(count)
        case .owner(let step): .granted(.owner(step: step))
        }
    }

    /// What to say when nothing was found: without the time, nothing could be.
    private var missing: CodeRefusal {
        switch entry {
        case .rental, .revoke: interval == nil ? .clockLost : .wrong
        case .owner: interval == nil && earlierPassword == nil ? .clockLost : .wrong
        case .extend: book.active == nil ? .noRental : .wrong
        case .keySwitch, .time: .wrong
        }
    }

    private func judge(_ rental: RentalID) -> CodeVerdict {
        if let redemption = book.redemption(of: rental) { return judge(redemption) }
        guard !book.isRevoked(rental) else { return .refused(.revoked) }
        // The search finds codes that were never redeemed only where the time is known.
        guard let interval else { return .refused(.clockLost) }
        let start = rental.start.start
        let opens = book.active == nil ? start - CodeBook.early : start
        guard interval.upperBound >= opens else { return .refused(.tooEarly) }
        guard interval.lowerBound < rental.end,
            interval.lowerBound < start + CodeBook.activation
        else { return .refused(.expired) }
        guard !book.isSuperseded(rental) else {
            return .refused(.superseded)
        }
        return .granted(.opened(rental))
    }

    /// A code that was redeemed before opens again only while its own rental is active.
    private func judge(_ redemption: Redemption) -> CodeVerdict {
        guard !redemption.ended else { return .refused(.closed) }
        guard !book.isRevoked(redemption.rental) else { return .refused(.revoked) }
        // Without the time the active rental goes on: the floor alone can end it.
        let earliest = interval?.lowerBound ?? floor
        guard earliest < redemption.end + CodeBook.late else { return .refused(.expired) }
        return .granted(.reopened(redemption.rental))
    }

    private func judgeExtension(_ duration: DurationIndex, _ counter: UInt16) -> CodeVerdict {
        guard let active = book.active else { return .refused(.noRental) }
        guard !book.isRevoked(active.rental) else { return .refused(.revoked) }
        let earliest = interval?.lowerBound ?? floor
        guard earliest < active.end + CodeBook.extensionGrace else { return .refused(.expired) }
        return .granted(.extended(active.rental, duration, counter: counter))
    }

    private func judgeTime(_ count: UInt32) -> CodeVerdict {
        let time = TimeCount(count).start
        guard count > book.timeCount, time + CodeBook.timeValidity >= floor else {
            return .refused(.stale)
        }
        if let interval {
            let error = Milliseconds((interval.upperBound - interval.lowerBound).count / 2)
            // Forward only: a code that lay around for a while must not pull the clock back.
            guard time > interval.lowerBound + error else { return .refused(.stale) }
        }
        return .granted(.timeSet(time, count: count))
    }
}
