import AccessCode
import KeyStore
import Testing
import Units

private let step = OneTimePassword.step(at: noon)

private func at(step: Int64, _ offset: Int64 = 0) -> WallTime {
    WallTime(milliseconds: step * OneTimePassword.period.count + offset)
}

/// Five minutes since 2012, as a TIME code counts them.
private let count = UInt32((noon - Slot.origin).count / 300_000)

@Suite struct `Acceptance of other codes` {
    static let extend = Rule.table([
        Rule.around(
            "EXTEND until two hours after the end", after: [.redeem(eight)],
            .extend(eight, halfHours: 24, counter: 1), limit: noon + .hours(10),
            is: [.extended, .expired, .expired]),
        Rule.around(
            "EXTEND until two hours after the extended end",
            after: [.redeem(eight), .extend(eight, halfHours: 24, counter: 1)],
            .extend(eight, halfHours: 26, counter: 2), limit: noon + .hours(14),
            is: [.extended, .expired, .expired]),
        Rule.each([(0, .wrong), (1, .extended), (2, .extended), (3, .wrong)]) {
            Rule(
                "EXTEND counter \($0)", after: [.redeem(eight)],
                .extend(eight, halfHours: 24, counter: UInt16($0)), at: noon, is: $1)
        },
        Rule.each([(4, .wrong), (5, .wrong), (6, .extended), (7, .extended), (8, .wrong)]) {
            Rule(
                "EXTEND counter \($0) after 5",
                after: [.redeem(eight), .extend(eight, halfHours: 20, counter: 5)],
                .extend(eight, halfHours: 24, counter: UInt16($0)), at: noon, is: $1)
        },
        Rule.each([
            (15, .wrong), (16, .wrong), (17, .extended), (351, .extended), (352, .extended),
            (353, .wrong),
        ]) {
            Rule(
                "EXTEND of 16 half hours to \($0)", after: [.redeem(eight)],
                .extend(eight, halfHours: $0, counter: 1), at: noon, is: $1)
        },
        [
            Rule(
                "EXTEND to 31 days", after: [.redeem(rental(hours: 743))],
                .extend(rental(hours: 743), halfHours: 1488, counter: 1), at: noon,
                is: .extended),
            Rule(
                "EXTEND of the longest there is", after: [.redeem(month)],
                .digits("984 000000000"), at: noon, is: .wrong),
            Rule(
                "EXTEND with no rental", .extend(eight, halfHours: 24, counter: 1), at: noon,
                is: .noRental),
            Rule(
                "EXTEND of an ended rental", after: [.redeem(eight), .end],
                .extend(eight, halfHours: 24, counter: 1), at: noon, is: .noRental),
            Rule(
                "EXTEND of another rental", after: [.redeem(eight)],
                .extend(tomorrow, halfHours: 24, counter: 1), at: noon, is: .wrong),
            Rule(
                "EXTEND of a revoked rental", after: [.redeem(eight), .revoke(through: slot())],
                .extend(eight, halfHours: 24, counter: 1), at: noon, is: .revoked),
            Rule(
                "EXTEND where the grace may not be over yet", after: [.redeem(eight)],
                .extend(eight, halfHours: 24, counter: 1), at: noon + .hours(10) + .minutes(4),
                error: .minutes(5), is: .extended),
            Rule(
                "EXTEND with the clock lost", after: [.redeem(eight)],
                .extend(eight, halfHours: 24, counter: 1), at: nil, is: .extended),
            Rule(
                "EXTEND with the clock lost beyond the floor",
                after: [.redeem(eight), .floor(noon + .hours(10))],
                .extend(eight, halfHours: 24, counter: 1), at: nil, is: .expired),
        ],
    ])

    static let revoke = Rule.table([
        Rule.each([(-25, .wrong), (-24, .revoke), (0, .revoke), (719, .revoke), (720, .wrong)]) {
            Rule("REVOKE \($0) h from now", .revoke(through: slot(60 * $0)), at: noon, is: $1)
        },
        Rule.each([(-60, .wrong), (0, .wrong), (60, .revoke)]) {
            Rule(
                "REVOKE \($0) min from the last one", after: [.revoke(through: slot())],
                .revoke(through: slot($0)), at: noon, is: $1)
        },
        [
            Rule(
                "REVOKE moving", .revoke(through: slot()), at: noon, moving: true, is: .moving),
            Rule(
                "REVOKE a day back from the earliest that it can be",
                .revoke(through: slot(-25 * 60)), at: noon, error: .minutes(30), is: .revoke),
            Rule("REVOKE with the clock lost", .revoke(through: slot()), at: nil, is: .clockLost),
        ],
    ])

    static let keySwitch: [Rule] = [
        Rule("KEYSWITCH", .keySwitch, at: noon, is: .keySwitched),
        Rule("KEYSWITCH with the clock lost", .keySwitch, at: nil, is: .keySwitched),
        Rule("KEYSWITCH without a spare", after: [.noSpare], .keySwitch, at: noon, is: .wrong),
        Rule("KEYSWITCH once more", after: [.keySwitch], .keySwitch, at: noon, is: .wrong),
        Rule(
            "a code of the retired epoch", after: [.keySwitch], .rentalOfRetiredEpoch(eight),
            at: noon, is: .wrong),
        Rule("a code of the new epoch", after: [.keySwitch], .rental(eight), at: noon, is: .opened),
        Rule(
            "the active rental's own code", after: [.redeem(eight), .keySwitch],
            .rentalOfRetiredEpoch(eight), at: noon, is: .reopened),
        Rule(
            "the ended rental's own code", after: [.redeem(eight), .end, .keySwitch],
            .rentalOfRetiredEpoch(eight), at: noon, is: .closed),
        Rule(
            "an extension of the retired epoch", after: [.redeem(eight), .keySwitch],
            .extendOfRetiredEpoch(eight, halfHours: 24, counter: 1), at: noon, is: .wrong),
        Rule(
            "an extension of the new epoch", after: [.redeem(eight), .keySwitch],
            .extend(eight, halfHours: 24, counter: 1), at: noon, is: .extended),
    ]

    static let time = Rule.table([
        Rule.each([(-1, .timeSet), (0, .timeSet), (1, .stale)]) {
            Rule(
                "TIME with the floor ten minutes and \($0) ms after it",
                after: [.floor(noon + .minutes(10) + Milliseconds($0))], .time(noon),
                at: nil, is: $1)
        },
        Rule.each([(-1, .timeSet), (0, .stale), (1, .stale)]) {
            Rule(
                "TIME with the clock \($0) ms after it", .time(noon), at: noon + Milliseconds($0),
                is: $1)
        },
        Rule.each([(-1, .timeSet), (0, .stale), (1, .stale)]) {
            Rule(
                "TIME with the last count \($0) after it",
                after: [.time(count: UInt32(Int64(count) + $0))], .time(noon), at: nil, is: $1)
        },
        [
            Rule(
                "TIME within the error but behind the middle", .time(noon),
                at: noon + .minutes(4), error: .minutes(5), is: .stale),
            Rule("TIME of another day's key", .digits("987 1490544 00000000"), at: nil, is: .wrong),
        ],
    ])

    static let owner = Rule.table([
        Rule.each([(-2, .wrong), (-1, .owner), (0, .owner), (1, .owner), (2, .wrong)]) {
            Rule("OWNER step \($0)", .owner(step: step + $0), at: at(step: step, 15_000), is: $1)
        },
        Rule.each([(-6, .wrong), (-5, .owner), (5, .owner), (6, .wrong)]) {
            Rule(
                "OWNER step \($0) with two minutes of error", .owner(step: step + $0),
                at: at(step: step, 15_000), error: .minutes(2), is: $1)
        },
        Rule.each([(-11, .wrong), (-10, .owner), (10, .owner), (11, .wrong)]) {
            Rule(
                "OWNER step \($0) with half an hour of error", .owner(step: step + $0),
                at: at(step: step, 15_000), error: .minutes(30), is: $1)
        },
        Rule.each([(-1, .wrong), (0, .wrong), (1, .owner)]) {
            Rule(
                "OWNER step \($0) from the last used", after: [.owner(step: step)],
                .owner(step: step + $0), at: at(step: step, 15_000), is: $1)
        },
        [
            Rule("OWNER, clock lost", .owner(step: step), at: nil, is: .clockLost)
        ],
    ])

    static let rows = extend + revoke + keySwitch + time + owner

    @Test(arguments: rows)
    func `a code comes to what the rules say`(rule: Rule) throws {
        #expect(Outcome(try rule.verdict()) == rule.outcome)
    }

    @Test func `a grant carries what the code says`() throws {
        var box = TestBox()
        let typed: [(Typed, CodeGrant)] = [
            (.revoke(through: slot(60)), .revoked(through: slot(60))),
            (.keySwitch, .keySwitched(to: KeyEpoch(1))),
            (.time(noon + .minutes(7)), .timeSet(noon + .minutes(5), count: count + 1)),
            (.owner(step: step), .owner(step: step)),
        ]
        for (typed, grant) in typed {
            #expect(try box.type(box.code(typed), at: noon) == .granted(grant))
        }
        try box.apply(.redeem(eight))
        let extend = try box.code(.extend(eight, halfHours: 24, counter: 2))
        #expect(
            try box.type(extend, at: noon)
                == .granted(.extended(eight, halfHours(24), counter: 2)))
    }

    /// The two steps that are typed one after the other, as offsets from the floor's step.
    static let repairs: [(first: Int64, second: Int64, outcome: Outcome)] = [
        (0, 1, .owner), (40, 42, .wrong), (518_399, 518_400, .owner), (518_400, 518_401, .wrong),
    ]

    @Test(arguments: repairs)
    func `two passwords in a row find the lost time again, up to half a year on`(
        row: (first: Int64, second: Int64, outcome: Outcome)
    ) throws {
        var box = TestBox()
        box.floor = at(step: step, 15_000)
        try box.apply(.earlierPassword(step: step + row.first))
        let verdict = try box.type(box.code(.owner(step: step + row.second)), at: nil)
        #expect(Outcome(verdict) == row.outcome)
        if row.outcome == .owner {
            #expect(verdict == .granted(.owner(step: step + row.second)))
        }
    }

    @Test func `a password that was used finds no time`() throws {
        var box = TestBox()
        box.floor = at(step: step)
        try box.apply(.owner(step: step + 5))
        try box.apply(.earlierPassword(step: step + 5))
        #expect(Outcome(try box.type(box.code(.owner(step: step + 6)), at: nil)) == .wrong)
    }
}
