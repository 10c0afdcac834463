internal import AccessCode
internal import Records
internal import Units
internal import Vehicle

/// The life of a rental: redemption, door, `trip.open`, starter, marks, `trip.close`.
extension Box {
    /// Redeems: durable before anything moves.
    mutating func open(_ rental: RentalID) {
        // A rental before it that nobody ended ends here, in the same transaction.
        closeBeforeNext()
        record(.codeAccepted(.rental(rental, keyEpoch: durable.book.keyEpoch)))
        continuation = .opened
    }

    private mutating func closeBeforeNext() {
        guard let trip = durable.trip else { return }
        record(.tripClose(close(trip, cause: .window, receipt: nil)))
    }

    /// Once records are durable: what they allow.
    mutating func proceed(_ continuation: Continuation) {
        switch continuation {
        case .nothing: break
        case .opened:
            // The trip before is closed, and this one must be open before the starter turns.
            meter = nil
            wasOverdueAtStart = false
            starter.want(.engaged)
            unlock(.opened, cause: .driver)
        case .reopened: unlock(.reopened, cause: .driver)
        case .unlockedForOwner:
            ownerUntil = now + Self.ownerSession
            unlock(.owner, cause: .owner)
        case .tripOpened:
            startMeter()
            wasOnlineInTrip = online
            canWasLost = false
            starter.want(.released)
            effects.append(.sync)
        case .ended(let receipt):
            effects.append(.pulseDoor(.lock))
            say(.ended(receipt))
            effects.append(.sync)
            meter = nil
            wasOverdueAtStart = false
            starter.want(.engaged)
            applyOffer()
        case .said(let signal): say(signal)
        case .refused(let refusal, _): say(.refused(refusal))
        case .timeSet: say(.accepted)
        case .odometerAnchored(let answer, let acceptStep):
            if acceptStep { effects.append(.acceptOdometerStep) }
            self.answer(answer)
        case .odometerChosen(let source):
            effects.append(.pinOdometer(source))
            answer(.chosen(source))
        case .stopped: effects.append(.powerOff)
        }
    }

    /// Records were not written: what must not wait for them, and what must be told.
    mutating func giveUp(_ continuation: Continuation) {
        switch continuation {
        case .nothing: break
        case .reopened:
            // The rental was redeemed durably before: its driver is not left outside by a full
            // card.
            effects.append(.pulseDoor(.unlock))
            starter.want(durable.trip == nil ? starter.wanted : .released)
            say(.storageFailed)
        case .refused(_, let counted):
            switch counted {
            case .rental: unwrittenRentalLane.fail(at: now)
            case .owner: unwrittenOwnerLane.fail(at: now)
            case nil: break
            }
            say(.storageFailed)
        case .ended:
            overdueTriedAt = now
            say(.storageFailed)
        case .opened, .tripOpened, .said, .unlockedForOwner, .timeSet:
            say(.storageFailed)
        case .odometerAnchored, .odometerChosen: answer(.refused(.storageFailed))
        case .stopped: effects.append(.powerOff)
        }
    }

    /// Opens the doors, then asks for `trip.open`; the starter follows when that is durable.
    private mutating func unlock(_ signal: Signal, cause: LockBody.Cause) {
        effects.append(.pulseDoor(.unlock))
        say(signal)
        record(.lock(LockBody(action: .unlock, cause: cause)))
        if durable.trip == nil {
            record(.tripOpen(tripOpen(cause)))
            continuation = .tripOpened
        } else {
            starter.want(.released)
        }
    }

    private func tripOpen(_ cause: LockBody.Cause) -> TripOpenBody {
        TripOpenBody(
            trip: durable.trip(after: draftsBefore), authority: authority(cause),
            odometer: isOdometerFresh ? OdometerStatement(car.odometer) : nil,
            fuel: car.fuel?.value, charge: car.charge?.value, battery: battery?.voltage,
            firmware: setup.firmware, profile: setup.profile)
    }

    /// How many records will stand before the next draft.
    private var draftsBefore: Int {
        drafts.isEmpty && unrecordedStart != nil ? 1 : drafts.count
    }

    private func authority(_ cause: LockBody.Cause) -> TripAuthority {
        guard let active = durable.book.active else {
            return TripAuthority(kind: cause == .owner ? .owner : .code, rental: nil, window: nil)
        }
        return TripAuthority(kind: .code, rental: active.rental, window: active.window)
    }

    /// A mark, when one is due and there is room for it.
    mutating func mark() {
        guard storage == .normal, meter?.isMarkDue(at: now) ?? false,
            let trip = durable.trip?.open.trip, var mark = meter?.mark(trip, at: now)
        else { return }
        mark.gap = gapOfTrip
        mark.profile = setup.profile
        record(.tripMark(mark))
    }

    /// Asks for the RETURN receipt, then closes.
    mutating func beginEnd(_ cause: EndCause) {
        guard let active = durable.book.active, let minute = endMinute else {
            return closeTrip(cause, receipt: nil)
        }
        let receipt = Receipt(
            returned: ReturnedRental(
                rental: active.rental, endMinute: minute, distance: distance.distance),
            keyEpoch: active.keyEpoch)
        waiting = .receipt(cause, minute: minute)
        effects.append(.makeReceipt(receipt))
    }

    mutating func closeTrip(_ cause: EndCause, receipt: ReceiptShown?) {
        if let trip = durable.trip {
            record(.tripClose(close(trip, cause: cause.tripCause, receipt: receipt)))
        } else {
            // Redeemed, but never opened for want of storage: both ends, and no distance.
            let trip = OpenTrip(open: tripOpen(.driver), opened: stamp)
            record(.tripOpen(trip.open))
            record(.tripClose(close(trip, cause: cause.tripCause, receipt: receipt)))
        }
        record(.lock(LockBody(action: .lock, cause: cause.lockCause)))
        continuation = .ended(receipt?.digits ?? [])
    }

    /// Closes a rental whose window and late hour are over, once the car has stood for a minute.
    mutating func endOverdue() {
        guard drafts.isEmpty, case .nothing = waiting, interlock.prove(at: now) != nil,
            let active = durable.book.active,
            clock.earliest(at: now) >= active.end + CodeBook.late,
            overdueTriedAt.map({ now - $0 >= Self.overdueRetry }) ?? true
        else { return }
        beginEnd(wasOverdueAtStart ? .recovered : .window)
    }

    /// Closes a trip without a window, the owner's, once the car has stood for half an hour.
    mutating func endForgotten() {
        guard let proof = interlock.prove(at: now), now - proof.quietSince >= Self.forgotten,
            drafts.isEmpty, case .nothing = waiting, case .some = durable.trip,
            durable.book.active == nil,
            overdueTriedAt.map({ now - $0 >= Self.overdueRetry }) ?? true
        else { return }
        overdueTriedAt = now
        beginEnd(.owner)
    }

    /// How long the owner's car stands before the box ends the trip by itself.
    static let forgotten = Milliseconds.minutes(30)

    /// How long a rental that could not be closed for want of storage is left alone.
    static let overdueRetry = Milliseconds.minutes(1)

    private var endMinute: UInt32? {
        clock.reading(at: now).map { ReturnedRental.minute(of: $0.time) }
    }

    /// What the open trip measured so far.
    var progress: TripMarkBody? {
        guard let trip = durable.trip else { return nil }
        let measured = meter?.progress(trip.open.trip) ?? trip.mark
        guard var progress = measured else { return nil }
        progress.odometer = odometer
        return progress
    }

    /// The distance of the open trip so far.
    public var distance: TripDistance {
        guard let trip = durable.trip, let progress else {
            return TripDistance(from: nil, to: TripMarkBody.nothing(durable.trip(after: 0)))
        }
        return TripDistance(
            from: trip.open.odometer, to: progress, driven: drivenInTrip,
            unwatched: unwatchedInTrip)
    }

    private func close(
        _ trip: OpenTrip, cause: TripCloseBody.Cause, receipt: ReceiptShown?
    ) -> TripCloseBody {
        let progress = progress ?? .nothing(trip.open.trip)
        let distance = distance
        var flags = trip.flags.union(distance.flags)
        if !isOdometerFresh { flags.formUnion([.odometerGap, .odometerStale]) }
        if !durable.isOdometerConfirmed, progress.odometer != nil {
            flags.insert(.odometerUnconfirmed)
        }
        if doorOpen == true { flags.insert(.doorOpen) }
        if canWasLost { flags.insert(.canLost) }
        if !wasOnlineInTrip { flags.insert(.offline) }
        if let window = trip.open.authority.window, isLate(window) { flags.insert(.lateClose) }
        return TripCloseBody(
            open: trip.open, openWall: trip.opened.wall?.time, cause: cause,
            start: progress.start, odometer: progress.odometer, distance: distance.distance,
            quality: distance.quality, error: distance.error,
            odometerDelta: distance.odometerDelta, pulses: progress.pulses, speed: progress.speed,
            gap: gapOfTrip, profile: setup.profile, duration: duration(of: trip),
            driving: progress.driving, ignitionCycles: progress.ignitionCycles, energy: drawnInTrip,
            endMinute: receipt?.minute,
            receipt: receipt.map { $0.digits.map { String($0) }.joined() }, flags: flags)
    }

    private func isLate(_ window: Range<WallTime>) -> Bool {
        let end = durable.book.active?.end ?? window.upperBound
        return clock.earliest(at: now) > end
    }

    /// Seconds since the trip opened: by the boot clock within one start, else by wall time.
    private func duration(of trip: OpenTrip) -> Int64 {
        if trip.opened.boot == boot { return (now - trip.opened.mono).wholeSeconds }
        guard let opened = trip.opened.wall?.time else { return (now - .boot).wholeSeconds }
        let end = clock.reading(at: now)?.time ?? clock.earliest(at: now)
        return max(0, (end - opened).wholeSeconds)
    }
}

extension EndCause {
    var tripCause: TripCloseBody.Cause {
        switch self {
        case .driver: .code
        case .owner: .operator
        case .technician: .technician
        case .window: .window
        case .recovered: .recovered
        }
    }

    fileprivate var lockCause: LockBody.Cause {
        switch self {
        case .owner: .owner
        case .technician: .technician
        case .driver, .window, .recovered: .end
        }
    }
}

extension TripMarkBody {
    /// A trip in which nothing was measured.
    static func nothing(_ trip: TripID) -> TripMarkBody {
        TripMarkBody(
            trip: trip, start: nil, odometer: nil, pulses: nil, speed: nil, driving: 0,
            ignitionCycles: 0)
    }
}
