public import Records
internal import Units

/// What the starter inhibit is told and what its read-back says.
public struct Starter: Hashable, Sendable {
    /// How long the relay has to follow.
    static let settling = Milliseconds.seconds(1)
    /// How long to leave a relay alone that did not follow.
    static let retry = Milliseconds.seconds(10)
    /// How often a relay that does not follow is driven.
    static let triesMaximum = 3

    /// What it should be.
    public private(set) var wanted = InhibitState.unknown
    /// What the read-back says.
    public private(set) var sensed = InhibitState.unknown
    /// How often it was driven for what is wanted now.
    private(set) var tries = 0
    private(set) var drivenAt: BootTime?

    /// Asks for `state`; nothing moves yet.
    mutating func want(_ state: InhibitState) {
        if state != wanted { tries = 0 }
        wanted = state
        // A fresh wish, such as a driver's next entry, gives a stuck relay another chance.
        if state == .released, sensed != .released { tries = 0 }
    }

    /// Takes in the read-back.
    mutating func sense(_ state: InhibitState) {
        sensed = state
    }

    /// The coil is being driven at `now`.
    mutating func drive(at now: BootTime) {
        tries += 1
        drivenAt = now
    }

    /// The relay followed, or is left alone.
    mutating func rest() {
        drivenAt = nil
    }

    /// Whether it is not yet as wanted and may be driven again at `now`.
    func isDue(at now: BootTime) -> Bool {
        guard sensed != wanted, tries < Self.triesMaximum else { return false }
        return drivableAt.map { now >= $0 } ?? true
    }

    /// When a coil may be driven again: a pulse for an earlier wish must only have ended.
    private var drivableAt: BootTime? {
        drivenAt.map { $0 + (tries == 0 ? Self.settling : Self.retry) }
    }

    /// Whether it was driven, had its time at `now`, and did not follow.
    func hasFailed(at now: BootTime) -> Bool {
        guard let drivenAt, sensed != wanted else { return false }
        return now - drivenAt >= Self.settling
    }

    /// Whether it was driven as often as is good for it and still does not follow.
    public var isStuck: Bool { tries >= Self.triesMaximum && sensed != wanted }

    /// When to look again after `now`; `nil` when only something heard can change anything.
    func deadline(_ interlock: Interlock, after now: BootTime) -> BootTime? {
        guard sensed != wanted else { return nil }
        guard tries < Self.triesMaximum else { return drivenAt.map { $0 + Self.settling } }
        let drivable = drivableAt ?? now
        let due =
            wanted == .engaged ? interlock.provableAt.map { max($0, drivable) } : drivable
        return due.flatMap { $0 > now ? $0 : nil }
    }
}
