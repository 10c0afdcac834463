import AccessCode
import KeyStore
import Testing
import Units

/// What a typed code can come to, without what it carries: every case must be met by a row.
enum Outcome: String, CaseIterable {
    case opened, reopened, extended, revoke, keySwitched, timeSet, owner
    case tooEarly, expired, closed, superseded, revoked, wrong, noRental, stale, clockLost, moving

    init(_ verdict: CodeVerdict) {
        switch verdict {
        case .granted(.opened): self = .opened
        case .granted(.reopened): self = .reopened
        case .granted(.extended): self = .extended
        case .granted(.revoked): self = .revoke
        case .granted(.keySwitched): self = .keySwitched
        case .granted(.timeSet): self = .timeSet
        case .granted(.owner): self = .owner
        case .refused(.tooEarly): self = .tooEarly
        case .refused(.expired): self = .expired
        case .refused(.closed): self = .closed
        case .refused(.superseded): self = .superseded
        case .refused(.revoked): self = .revoked
        case .refused(.wrong): self = .wrong
        case .refused(.noRental): self = .noRental
        case .refused(.stale): self = .stale
        case .refused(.clockLost): self = .clockLost
        case .refused(.moving): self = .moving
        }
    }
}

/// What happened at the box before a code is typed.
enum Event: Sendable {
    case redeem(RentalID)
    case extend(RentalID, halfHours: Int64, counter: UInt16)
    case end
    case revoke(through: Slot)
    case keySwitch
    case noSpare
    case time(count: UInt32)
    case owner(step: Int64)
    case floor(WallTime)
    case earlierPassword(step: Int64)
}

/// What is typed.
enum Typed: Sendable {
    case rental(RentalID)
    case rentalOfRetiredEpoch(RentalID)
    case rentalOfAnotherBox(RentalID)
    case extend(RentalID, halfHours: Int64, counter: UInt16)
    case extendOfRetiredEpoch(RentalID, halfHours: Int64, counter: UInt16)
    case revoke(through: Slot)
    case keySwitch
    case time(WallTime)
    case owner(step: Int64)
    case digits(String)
}

/// One row of an acceptance table.
struct Rule: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let events: [Event]
    let typed: Typed
    /// The middle of the clock's interval; `nil` while it is lost.
    let time: WallTime?
    let error: Milliseconds
    let moving: Bool
    let outcome: Outcome

    init(
        _ name: String, after events: [Event] = [], _ typed: Typed, at time: WallTime?,
        error: Milliseconds = .zero, moving: Bool = false, is outcome: Outcome
    ) {
        testDescription = name
        self.events = events
        self.typed = typed
        self.time = time
        self.error = error
        self.moving = moving
        self.outcome = outcome
    }

    /// Rows 1 ms before `limit`, at it and 1 ms after it.
    static func around(
        _ name: String, after events: [Event] = [], _ typed: Typed, limit: WallTime,
        error: Milliseconds = .zero, is outcomes: [Outcome]
    ) -> [Rule] {
        zip([-1, 0, 1] as [Int64], outcomes).map { offset, outcome in
            Rule(
                "\(name), \(offset) ms", after: events, typed, at: limit + Milliseconds(offset),
                error: error, is: outcome)
        }
    }

    /// One row for each number and what it comes to.
    static func each(
        _ numbers: [(Int64, Outcome)], _ row: (Int64, Outcome) -> Rule
    ) -> [Rule] {
        numbers.map { row($0.0, $0.1) }
    }

    /// All the rows of several lists.
    static func table(_ lists: [[Rule]]) -> [Rule] { lists.flatMap { $0 } }

    /// Types the code into a box to which all this happened.
    func verdict() throws -> CodeVerdict {
        var box = TestBox()
        for event in events { try box.apply(event) }
        return try box.type(box.code(typed), at: time, error: error, moving: moving)
    }
}

extension TestBox {
    mutating func apply(_ event: Event) throws {
        switch event {
        case .redeem(let rental): book.redeem(rental, keyEpoch: book.keyEpoch)
        case .extend(let rental, let count, let counter):
            book.extend(rental, to: halfHours(count), counter: counter)
        case .end: book.end()
        case .revoke(let slot): book.revokedThrough = slot
        case .keySwitch: switchKeys()
        case .noSpare: book.hasColdSpare = false
        case .time(let count): book.timeCount = count
        case .owner(let step): book.ownerStep = step
        case .floor(let time): floor = time
        case .earlierPassword(let step):
            earlierPassword = try OneTimePassword.password(step: step, with: keys)
        }
    }

    func code(_ typed: Typed) throws -> CodeText {
        let first = CodeIssuer(box: book.box, keyEpoch: KeyEpoch(0))
        switch typed {
        case .rental(let rental): return try issuer.rental(rental, with: keys)
        case .rentalOfRetiredEpoch(let rental): return try first.rental(rental, with: keys)
        case .rentalOfAnotherBox(let rental):
            let other = CodeIssuer(box: BoxID(book.box.value + 1), keyEpoch: book.keyEpoch)
            return try other.rental(rental, with: keys)
        case .extend(let rental, let count, let counter):
            return try issuer.extend(rental, to: halfHours(count), counter: counter, with: keys)
        case .extendOfRetiredEpoch(let rental, let count, let counter):
            return try first.extend(rental, to: halfHours(count), counter: counter, with: keys)
        case .revoke(let slot): return try issuer.revoke(through: slot, with: keys)
        case .keySwitch: return try first.keySwitch(with: keys)
        case .time(let time): return try issuer.time(time, with: keys)
        case .owner(let step): return try OneTimePassword.text(step: step, with: keys)
        case .digits(let text): return try #require(CodeText(text))
        }
    }
}

/// Eight hours from noon, and what may stand around them.
let eight = rental()
let tomorrow = rental(24 * 60)
let month = rental(hours: 744)
private let after = rental(8 * 60)
private let newer = rental(hours: 8, generation: 1)
private let late = rental(4 * 60, hours: 8)

private let early: [Outcome] = [.tooEarly, .opened, .opened]
private let last: [Outcome] = [.opened, .expired, .expired]

@Suite struct `Acceptance of rental codes` {
    static let windows = Rule.table([
        Rule.around(
            "30 minutes early", .rental(eight), limit: noon - .minutes(30), is: early),
        Rule.around(
            "early with an error", .rental(eight), limit: noon - .minutes(32), error: .minutes(2),
            is: early),
        Rule.around(
            "no early while another is active", after: [.redeem(eight)], .rental(after),
            limit: noon + .hours(8), is: early),
        Rule.around(
            "early again after it was ended", after: [.redeem(eight), .end], .rental(after),
            limit: noon + .minutes(7 * 60 + 30), is: early),
        Rule.around("the end", .rental(eight), limit: noon + .hours(8), is: last),
        Rule.around(
            "the end with an error", .rental(eight), limit: noon + .minutes(482),
            error: .minutes(2), is: last),
        Rule.around(
            "seven days to begin it", .rental(month), limit: noon + .days(7), is: last),
        Rule.around(
            "seven days with an error", .rental(month), limit: noon + .days(7) + .minutes(30),
            error: .minutes(30), is: last),
        Rule.around(
            "activation and end together", .rental(rental(hours: 168)), limit: noon + .days(7),
            is: last),
        [
            Rule(
                "twelve hours and more too early is only wrong", .rental(tomorrow),
                at: noon, is: .wrong),
            Rule("clock lost", .rental(eight), at: nil, is: .clockLost),
            Rule("another box", .rentalOfAnotherBox(eight), at: noon, is: .wrong),
            Rule("digits", .digits("015 000000000"), at: noon, is: .wrong),
        ],
    ])

    static let generations = Rule.table([
        Rule.each([(0, .opened), (3, .opened), (4, .wrong), (5, .wrong)]) { generation, outcome in
            Rule(
                "generation \(generation) on an empty book",
                .rental(rental(generation: UInt16(generation))), at: noon, is: outcome)
        },
        Rule.each([
            (2, .wrong), (3, .wrong), (4, .superseded), (5, .closed), (6, .opened), (9, .opened),
            (10, .wrong),
        ]) { generation, outcome in
            Rule(
                "generation \(generation) after 5",
                after: [.redeem(rental(generation: 5)), .end],
                .rental(rental(generation: UInt16(generation))), at: noon, is: outcome)
        },
        [
            Rule(
                "two generations back are told, a third is wrong",
                after: [.redeem(rental(generation: 5)), .end],
                .rental(rental(60, hours: 1, generation: 3)), at: noon + .hours(1), is: .wrong),
            Rule(
                "an equal generation that overlaps", after: [.redeem(eight)], .rental(late),
                at: noon + .hours(5), is: .superseded),
            Rule(
                "an equal generation that follows", after: [.redeem(eight)], .rental(after),
                at: noon + .hours(8), is: .opened),
            Rule(
                "one that follows the window but not the extension",
                after: [.redeem(eight), .extend(eight, halfHours: 17, counter: 1)],
                .rental(after), at: noon + .hours(9), is: .superseded),
            Rule(
                "one that follows the extension",
                after: [.redeem(eight), .extend(eight, halfHours: 17, counter: 1)],
                .rental(rental(510)), at: noon + .minutes(510), is: .opened),
            Rule(
                "the newer after the older", after: [.redeem(eight)], .rental(newer), at: noon,
                is: .opened),
            Rule(
                "the older after the newer", after: [.redeem(newer)], .rental(eight), at: noon,
                is: .superseded),
            Rule(
                "the older after the newer was ended", after: [.redeem(newer), .end],
                .rental(eight), at: noon, is: .superseded),
            Rule(
                "the last generation there is dominates",
                after: [.redeem(rental(generation: .max)), .end], .rental(eight), at: noon,
                is: .superseded),
            Rule(
                "the last generation there is, once more",
                after: [.redeem(rental(generation: .max)), .end],
                .rental(rental(60, hours: 8, generation: .max)), at: noon + .hours(1),
                is: .superseded),
        ],
    ])

    static let again = Rule.table([
        Rule.around(
            "late return", after: [.redeem(eight)], .rental(eight), limit: noon + .hours(9),
            is: [.reopened, .expired, .expired]),
        Rule.around(
            "late return with an error", after: [.redeem(eight)], .rental(eight),
            limit: noon + .minutes(542), error: .minutes(2), is: [.reopened, .expired, .expired]),
        Rule.around(
            "late return of an extension",
            after: [.redeem(eight), .extend(eight, halfHours: 24, counter: 1)], .rental(eight),
            limit: noon + .hours(13), is: [.reopened, .expired, .expired]),
        Rule.around(
            "while the clock is lost, the floor ends it", after: [.redeem(eight)], .rental(eight),
            limit: noon + .hours(9), is: [.reopened, .expired, .expired]),
        [
            Rule(
                "clock lost, active goes on", after: [.redeem(eight)], .rental(eight), at: nil,
                is: .reopened),
            Rule(
                "clock lost, floor 1 ms before the last minute",
                after: [.redeem(eight), .floor(noon + .hours(9) - Milliseconds(1))],
                .rental(eight), at: nil, is: .reopened),
            Rule(
                "clock lost, floor at the end of grace",
                after: [.redeem(eight), .floor(noon + .hours(9))], .rental(eight), at: nil,
                is: .expired),
            Rule(
                "clock lost, another than the active", after: [.redeem(eight)], .rental(newer),
                at: nil, is: .clockLost),
            Rule("ended", after: [.redeem(eight), .end], .rental(eight), at: noon, is: .closed),
            Rule(
                "ended, clock lost", after: [.redeem(eight), .end], .rental(eight), at: nil,
                is: .closed),
            Rule(
                "ended by the next", after: [.redeem(eight), .redeem(newer)], .rental(eight),
                at: noon, is: .closed),
        ],
    ])

    static let revoked: [Rule] = [
        Rule(
            "revoked one slot before", after: [.revoke(through: slot(-15))], .rental(eight),
            at: noon, is: .opened),
        Rule("revoked", after: [.revoke(through: slot())], .rental(eight), at: noon, is: .revoked),
        Rule(
            "revoked one slot later", after: [.revoke(through: slot(15))], .rental(eight),
            at: noon, is: .revoked),
        Rule(
            "revoked while active", after: [.redeem(eight), .revoke(through: slot())],
            .rental(eight), at: noon, is: .revoked),
        Rule(
            "revoked and ended", after: [.redeem(eight), .end, .revoke(through: slot())],
            .rental(eight), at: noon, is: .closed),
    ]

    static let rows = windows + generations + again + revoked

    @Test(arguments: rows)
    func `a rental code comes to what the rules say`(rule: Rule) throws {
        #expect(Outcome(try rule.verdict()) == rule.outcome)
    }

    @Test func `a grant names the rental`() throws {
        var box = TestBox()
        #expect(try box.type(eight, at: noon) == .granted(.opened(eight)))
        try box.apply(.redeem(eight))
        #expect(try box.type(eight, at: noon) == .granted(.reopened(eight)))
        #expect(box.book.active?.window == noon..<noon + .hours(8))
    }

    @Test func `every outcome is reached by a row of the tables`() {
        let reached = Set((Self.rows + `Acceptance of other codes`.rows).map(\.outcome))
        #expect(reached == Set(Outcome.allCases))
    }

    @Test(arguments: CodeRefusal.allCases)
    func `only what could be a guess uses up a try`(refusal: CodeRefusal) {
        #expect(refusal.countsAsTry == [.wrong, .clockLost].contains(refusal))
    }

    @Test func `guesses at the active rental's code use up tries while the clock is lost`() throws {
        var box = TestBox()
        try box.apply(.redeem(eight))
        let guess = try #require(CodeText("015 123456789"))
        guard case .refused(let refusal) = try box.type(guess, at: nil) else {
            Issue.record("a guess was accepted")
            return
        }
        #expect(refusal.countsAsTry)
    }
}
