public import Units

/// A question to the keys: whether a typed code is one of those that could mean something now.
///
/// A value: the Box asks it, the runtime lets the key store answer it, the Box judges the answer.
/// The whole search is always done, every comparison takes the same time, and nothing stops early.
public struct CodeCheck: Hashable, Sendable {
    /// What was typed.
    public let entry: CodeEntry
    /// What the box remembers.
    public let book: CodeBook
    /// The interval that contains UTC; `nil` while the clock is lost.
    public let interval: ClosedRange<WallTime>?
    /// UTC that has certainly passed.
    public let floor: WallTime
    /// The owner's password before this one, while the clock is lost.
    public let earlierPassword: UInt32?

    /// How far around now a code is recognised, to be told too early or expired, not wrong.
    static let horizon = Milliseconds.hours(12)
    /// How many older generations are recognised, to be told superseded, not wrong.
    static let olderGenerations: UInt16 = 2
    /// Extension counters that are searched from the next one on.
    static let extensionCounters: UInt16 = 2
    /// Steps of 30 s around now that the owner's password is searched in, at most, on each side.
    static let ownerStepsMaximum: Int64 = 10
    /// How far beyond the floor two passwords of the owner can find the time again.
    static let ownerRepair = Milliseconds.days(180)

    /// Asks for `entry`.
    public init(
        entry: CodeEntry, book: CodeBook, interval: ClosedRange<WallTime>?, floor: WallTime,
        earlierPassword: UInt32? = nil
    ) {
        self.entry = entry
        self.book = book
        self.interval = interval
        self.floor = floor
        self.earlierPassword = earlierPassword
    }

    /// What the keys found.
    public enum Match: Hashable, Sendable {
        /// No code that could mean something now.
        case none
        /// The code of this rental.
        case rental(RentalID)
        /// An extension of the active rental.
        case extend(DurationIndex, counter: UInt16)
        /// A revocation.
        case revoke(through: Slot)
        /// A switch to the key epoch of the cold spare.
        case keySwitch(to: KeyEpoch)
        /// The count of a TIME code.
        case time(count: UInt32)
        /// The owner's password of this step.
        case owner(step: Int64)
    }

    /// Searches.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public func run(with keys: some CodeKeys) throws(CodeKeyFailure) -> Match {
        switch entry {
        case .rental(let duration, let tag):
            try search(rentals(duration), tag: tag, keys)
        case .extend(let tag):
            try search(extensions, tag: tag, keys)
        case .revoke(let tag):
            try search(revocations, tag: tag, keys)
        case .keySwitch(let tag):
            try search(keySwitches, tag: tag, keys)
        case .time(let count, let tag):
            try search(
                times(count), tag: tag, modulo: CodeTag.eightDigits, keys)
        case .owner(let password):
            try searchOwner(password, keys)
        }
    }

    /// How many codes would be found, each to be compared: the size of the search.
    public var candidateCount: Int {
        switch entry {
        case .rental(let duration, _): rentals(duration).count
        case .extend: extensions.count
        case .revoke: revocations.count
        case .keySwitch: keySwitches.count
        case .time(let count, _): times(count).count
        case .owner: ownerSteps.count
        }
    }
}

/// One code that the search compares with.
private struct Candidate {
    let key: CodeKeyName
    let keyEpoch: KeyEpoch
    let day: UInt32
    let message: CodeMessage
    let match: CodeCheck.Match
}

extension CodeCheck {
    /// Rental codes of `duration`: the redeemed ones first, then those that may be opened, too
    /// early or expired by less than ``horizon``, then older generations.
    private func rentals(_ duration: DurationIndex) -> [Candidate] {
        var found: [Candidate] = []
        for redemption in book.redemptions where redemption.rental.duration == duration {
            found.append(candidate(redemption.rental, redemption.keyEpoch))
        }
        guard let interval else { return found }
        let middle =
            interval.lowerBound
            + Milliseconds((interval.upperBound - interval.lowerBound).count / 2)
        let reach = min(duration.length, CodeBook.activation)
        let step = StartGrid.step(for: duration)
        let first = Slot(containing: middle - reach - Self.horizon)?.number ?? 0
        let last = Slot(containing: middle + Self.horizon)?.number ?? 0
        var older: [Candidate] = []
        var number = (first + step - 1) / step * step
        found.reserveCapacity(1200)
        let generations = book.generationFloor
        while number <= last {
            let start = Slot(number)
            let lowest = generations.lowest(
                for: start.start..<start.start + duration.length)
            for offset in 0..<CodeBook.generations {
                let rental = RentalID(
                    start: start, duration: duration, generation: lowest &+ offset)
                found.append(candidate(rental, book.keyEpoch))
            }
            for generation in lowest - min(lowest, Self.olderGenerations)..<lowest {
                let rental = RentalID(start: start, duration: duration, generation: generation)
                older.append(candidate(rental, book.keyEpoch))
            }
            number += step
        }
        found.append(contentsOf: older)
        return found
    }

    private func candidate(_ rental: RentalID, _ keyEpoch: KeyEpoch) -> Candidate {
        Candidate(
            key: .epoch(keyEpoch), keyEpoch: keyEpoch, day: rental.start.day,
            message: CodeMessage(
                type: .rental, box: book.box, keyEpoch: keyEpoch, slot: rental.start.number,
                duration: rental.duration.value, generation: rental.generation),
            match: .rental(rental))
    }

    /// Later ends of the active rental, by at most seven days, under the next two counters.
    ///
    /// Always of the enabled key epoch: whoever stole a retired key extends nothing with it.
    private var extensions: [Candidate] {
        guard let active = book.active else { return [] }
        var found: [Candidate] = []
        for value in active.duration.value &+ 1...DurationIndex.maximum.value &+ 1 {
            guard let duration = DurationIndex(value),
                duration.length - active.duration.length <= CodeBook.extensionMaximum
            else { break }
            for offset in 1...Self.extensionCounters {
                let counter = active.extensions &+ offset
                found.append(
                    Candidate(
                        key: .epoch(book.keyEpoch), keyEpoch: book.keyEpoch,
                        day: active.rental.start.day,
                        message: .extend(
                            box: book.box, keyEpoch: book.keyEpoch, rental: active.rental,
                            duration: duration, counter: counter),
                        match: .extend(duration, counter: counter)))
            }
        }
        return found
    }

    /// Full hours from a day back to thirty days ahead, beyond the last revocation.
    private var revocations: [Candidate] {
        guard let interval, let here = Slot(containing: interval.lowerBound) else { return [] }
        let hour = here.number / RevokeGrid.step * RevokeGrid.step
        let first = hour - min(hour, RevokeGrid.back * RevokeGrid.step)
        var found: [Candidate] = []
        for index in 0..<RevokeGrid.back + RevokeGrid.ahead {
            let target = Slot(first + index * RevokeGrid.step)
            if let last = book.revokedThrough, target <= last { continue }
            found.append(
                Candidate(
                    key: .epoch(book.keyEpoch), keyEpoch: book.keyEpoch, day: target.day,
                    message: CodeMessage(
                        type: .revoke, box: book.box, keyEpoch: book.keyEpoch, slot: target.number),
                    match: .revoke(through: target)))
        }
        return found
    }

    private var keySwitches: [Candidate] {
        guard book.hasColdSpare else { return [] }
        let next = book.keyEpoch.next
        return [
            Candidate(
                key: .coldSpare(next), keyEpoch: next, day: 0,
                message: CodeMessage(type: .keySwitch, box: book.box, keyEpoch: next),
                match: .keySwitch(to: next))
        ]
    }

    private func times(_ count: UInt32) -> [Candidate] {
        [
            Candidate(
                key: .epoch(book.keyEpoch), keyEpoch: book.keyEpoch, day: TimeCount(count).day,
                message: CodeMessage(
                    type: .time, box: book.box, keyEpoch: book.keyEpoch, slot: count),
                match: .time(count: count))
        ]
    }
}

extension CodeCheck {
    /// Compares every candidate with `tag`; the first that is equal is the match.
    private func search(
        _ candidates: [Candidate], tag: UInt32, modulo: UInt64 = CodeTag.nineDigits,
        _ keys: some CodeKeys
    ) throws(CodeKeyFailure) -> Match {
        var found: UInt64 = 0
        var messages: [UInt8] = []
        let reduction = CodeTag(modulo: modulo)
        var start = 0
        while start < candidates.count {
            let head = candidates[start]
            let beginning = head.message.head
            // Candidates of one day stand together, so the long-term key is used once for them.
            var end = start
            messages.removeAll(keepingCapacity: true)
            while end < candidates.count, candidates[end].day == head.day,
                candidates[end].key == head.key
            {
                messages.append(contentsOf: beginning)
                candidates[end].message.writeRest(to: &messages)
                end += 1
            }
            let dayKey = try keys.authenticate(
                CodeMessage.dayKey(box: book.box, keyEpoch: head.keyEpoch, day: head.day),
                with: head.key)
            let bits = keys.leadingBits(
                of: messages, each: messages.count / (end - start), under: dayKey)
            for (offset, bits) in bits.enumerated() {
                found = Self.choose(
                    found, index: start + offset,
                    difference: reduction.of(bits) ^ tag)
            }
            start = end
        }
        return found == 0 ? .none : candidates[Int(found) - 1].match
    }

    /// `index + 1` if `difference` is zero and nothing was found before, without a branch.
    static func choose(_ found: UInt64, index: Int, difference: UInt32) -> UInt64 {
        let equal = (UInt64(difference) &- 1) >> 63
        let first = (found &- 1) >> 63
        return found | (equal & first) &* UInt64(index + 1)
    }

    /// The steps of 30 s in which the owner's password may be, each usable once.
    private var ownerSteps: [Int64] {
        guard let interval else { return [] }
        let low = OneTimePassword.step(at: interval.lowerBound) - 1
        let high = OneTimePassword.step(at: interval.upperBound) + 1
        let middle = (low + high) / 2
        let first = max(low, middle - Self.ownerStepsMaximum, book.ownerStep + 1)
        let last = min(high, middle + Self.ownerStepsMaximum)
        return first <= last ? Array(first...last) : []
    }

    private func searchOwner(
        _ password: UInt32, _ keys: some CodeKeys
    ) throws(CodeKeyFailure) -> Match {
        guard interval == nil else {
            var found: UInt64 = 0
            for (index, step) in ownerSteps.enumerated() {
                found = Self.choose(
                    found, index: index,
                    difference: try OneTimePassword.password(step: step, with: keys) ^ password)
            }
            return found == 0 ? .none : .owner(step: ownerSteps[Int(found) - 1])
        }
        guard let earlierPassword else { return .none }
        return try findTime(earlierPassword, password, keys)
    }

    /// The only step beyond the floor at which `first` and then `second` are shown: together
    /// sixteen digits, so that chance finds none in half a year of steps.
    private func findTime(
        _ first: UInt32, _ second: UInt32, _ keys: some CodeKeys
    ) throws(CodeKeyFailure) -> Match {
        let begin = max(OneTimePassword.step(at: floor), book.ownerStep + 1)
        let end = begin + Self.ownerRepair.count / OneTimePassword.period.count
        var found: UInt64 = 0
        var before: UInt32 = .max
        for step in begin...end {
            let password = try OneTimePassword.password(step: step, with: keys)
            found = Self.choose(
                found, index: Int(step - begin), difference: (before ^ first) | (password ^ second))
            before = password
        }
        return found == 0 ? .none : .owner(step: begin + Int64(found) - 1)
    }
}
