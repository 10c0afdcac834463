internal import AccessCode
internal import Records
internal import Units
internal import Vehicle

/// What is typed: digits, words, codes, and the answer to each.
extension Box {
    /// How long a wrong code may be typed again without using up another try.
    static let wrongMemory = Milliseconds.minutes(10)
    /// How many wrong codes are remembered for that.
    static let wrongMaximum = 8
    /// How long a refusal of the same kind is not written down again.
    static let refusalMemory = Milliseconds.minutes(1)
    /// How long the owner stays recognised.
    static let ownerSession = Milliseconds.minutes(5)
    /// How long the first of two passwords waits for the second, while the clock is lost.
    static let passwordMemory = Milliseconds.minutes(2)

    mutating func press(_ key: Key) {
        switch keypad.press(key, at: now) {
        case .digit: say(.digit)
        case .cleared: say(.cleared)
        case .entered(let digits): enter(digits)
        }
    }

    private mutating func enter(_ digits: [UInt8]) {
        guard !digits.isEmpty else { return say(.cleared) }
        if let word = KeypadWord(digits) { return enter(word) }
        guard let entry = CodeEntry(digits: digits) else { return say(.malformed) }
        for lane in lanes(entry.isOwners ? .owner : .rental) {
            switch lane.state(at: now, stops: !entry.isOwners) {
            case .open: continue
            case .waiting(let rest):
                return say(.wait(minutes: (rest.count + 59_999) / 60_000))
            case .stopped: return say(.stopped)
            }
        }
        check(entry)
    }

    /// The try budget as it is written, and what could not be written of it.
    private func lanes(_ lane: TryLane) -> [Lockout] {
        var written = lane == .owner ? durable.ownerLane : durable.rentalLane
        // A start that is not recorded yet begins the wait anew all the same.
        if let unrecordedStart { written.restart(at: unrecordedStart.stamp.mono) }
        return [written, lane == .owner ? unwrittenOwnerLane : unwrittenRentalLane]
    }

    private mutating func enter(_ word: KeypadWord) {
        switch word {
        case .end: end()
        case .lock: lock()
        case .revoke: revokeForOwner()
        }
    }

    private mutating func check(_ entry: CodeEntry) {
        var check = CodeCheck(
            entry: entry, book: durable.book, interval: clock.interval(at: now),
            floor: clock.earliest(at: now))
        if case .owner(let password) = entry, check.interval == nil {
            check = CodeCheck(
                entry: entry, book: durable.book, interval: nil, floor: clock.earliest(at: now),
                earlierPassword: earlierPassword?.fresh(within: Self.passwordMemory, at: now))
            earlierPassword = Aged(password, at: now)
        }
        waiting = .check(check)
        effects.append(.check(check))
    }

    mutating func judge(_ check: CodeCheck, _ match: CodeCheck.Match) {
        switch check.judge(match, moving: moves) {
        case .refused(let refusal): refuse(check.entry, refusal)
        case .granted(let grant): take(grant)
        }
    }

    private mutating func refuse(_ entry: CodeEntry, _ refusal: CodeRefusal) {
        let lane: TryLane = entry.isOwners ? .owner : .rental
        recentWrong.removeAll { now - $0.at > Self.wrongMemory }
        let counts = refusal.countsAsTry && !recentWrong.contains { $0.value == entry }
        // What uses up no try is written once a minute at most: nobody wears the card out by
        // typing.
        recentRefusals.removeAll { now - $0.at > Self.refusalMemory }
        if !counts, recentRefusals.contains(where: { $0.value == refusal }) {
            return say(.refused(refusal))
        }
        recentRefusals.append(Aged(refusal, at: now))
        if counts {
            recentWrong = recentWrong.suffix(Self.wrongMaximum - 1) + [Aged(entry, at: now)]
        }
        record(
            .codeRefused(
                CodeRefusedBody(outcome: refusal.rawValue, lane: lane, counted: counts)))
        continuation = .refused(refusal, counted: counts ? lane : nil)
    }

    private mutating func take(_ grant: CodeGrant) {
        if case .owner = grant { unwrittenOwnerLane.succeed() }
        unwrittenRentalLane.succeed()
        switch grant {
        case .opened(let rental):
            guard storage != .none else { return say(.storageFull) }
            open(rental)
        case .reopened(let rental):
            record(.codeAccepted(.reopened(rental)))
            continuation = .reopened
        case .extended(let rental, let duration, let counter):
            record(.codeAccepted(.extended(rental, duration: duration, counter: counter)))
            continuation = .said(.extended)
        case .revoked(let target):
            record(.codeAccepted(.revoked(through: target)))
            continuation = .said(.accepted)
        case .keySwitched(let epoch):
            record(.codeAccepted(.keySwitched(to: epoch)))
            continuation = .said(.accepted)
        case .timeSet(let time, let count):
            record(.codeAccepted(.time(count: count)))
            setClock(
                to: time + TimeRules.middleOfCode, error: TimeRules.codeError, cause: .timeCode,
                quality: .server)
            continuation = .timeSet
        case .owner(let step): recogniseOwner(step)
        }
    }

    private mutating func recogniseOwner(_ step: Int64) {
        record(.codeAccepted(.owner(step: step)))
        if clock.interval(at: now) == nil {
            let shown = WallTime(milliseconds: step * OneTimePassword.period.count)
            setClock(
                to: shown + OneTimePassword.period, error: TimeRules.ownerError, cause: .owner,
                quality: .held)
        }
        continuation = .unlockedForOwner
    }

    private var ownerIsHere: Bool { ownerUntil.map { now < $0 } ?? false }

    private mutating func revokeForOwner() {
        guard ownerIsHere else { return say(.malformed) }
        guard !moves else { return say(.moving) }
        let slot = Slot(containing: clock.earliest(at: now)) ?? Slot(0)
        let target = max(slot, durable.book.revokedThrough ?? slot)
        record(.codeAccepted(.revoked(through: target)))
        continuation = .said(.accepted)
    }

    /// END: the driver's, or the owner's within the session. A passer-by at the locked car cannot
    /// end somebody's rental.
    private mutating func end() {
        guard durable.trip != nil || durable.book.active != nil else {
            return say(.nothingActive)
        }
        guard durable.isUnlocked || durable.trip == nil || ownerIsHere else {
            return say(.codeFirst)
        }
        endStanding(ownerIsHere ? .owner : .driver)
    }

    /// A technician may end what its driver has left behind, by the same conditions of the car.
    mutating func endForTechnician() {
        guard durable.trip != nil || durable.book.active != nil else {
            return say(.nothingActive)
        }
        endStanding(.technician)
    }

    private mutating func endStanding(_ cause: EndCause) {
        guard !moves else { return say(.moving) }
        guard ignitionIsOff else { return say(.ignitionOn) }
        guard doorOpen != true else { return say(.closeDoors) }
        beginEnd(cause)
    }

    /// Without a line, a bus that said "off" and fell asleep: it says nothing more until it wakes.
    private var ignitionIsOff: Bool {
        ignition == false || (ignition == nil && car.ignition?.value == false)
    }

    private mutating func lock() {
        guard durable.trip != nil || durable.book.active != nil else {
            return say(.nothingActive)
        }
        guard doorOpen != true else { return say(.closeDoors) }
        effects.append(.pulseDoor(.lock))
        record(.lock(LockBody(action: .lock, cause: ownerIsHere ? .owner : .driver)))
        continuation = .said(.locked)
    }
}
