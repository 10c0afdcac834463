internal import AccessCode
internal import Box
internal import Ports
internal import Records
internal import Runtime
internal import SimulatedDisk
internal import TripLog
internal import Units

/// What drivers do, habits and mistakes included.
extension BoxSimulation {
    /// One rental, from the booking to the empty car.
    func rent(_ plan: RentalPlan) throws {
        var booking = try bookings.book(plan.window, stage.box.keys)
        while chance(scenario.drivers.cancel) {
            // Cancelled, and the window goes to somebody else under a newer code.
            booking = try bookings.book(plan.window, stage.box.keys)
        }
        try idle(until: plan.arrival)
        guard try enter(booking.code, plan.window) else {
            // Nobody else can book the car meanwhile.
            return try idle(until: plan.window.upperBound)
        }
        try getIn()
        var ending = plan.window.upperBound - .minutes(15)
        if chance(scenario.drivers.returnEarly) {
            ending = plan.window.lowerBound + (ending - plan.window.lowerBound) / 2
        } else if chance(scenario.drivers.returnLate) {
            ending = ending + .minutes(20 + Int64(random.next(below: 40)))
        }
        for index in 0..<draw(scenario.rentals.drives) where stage.now < ending {
            if index > 0, !(try comeBack(booking, plan.window)) { return }
            try drive()
            if chance(scenario.drivers.extend), index == 0,
                booking.rental.duration.length < .hours(300)
            {
                let code = try bookings.extend(booking.rental, by: .hours(2), stage.box.keys)
                if try type(code) == .extended { ending = ending + .hours(2) }
            }
        }
        try stage.pass(to: max(stage.now, min(ending, stage.now + .hours(2))))
        try leave(booking.code)
    }

    /// Until `time` the car stands; somebody without a right may come by.
    private func idle(until time: WallTime) throws {
        while stage.now < time {
            let tries = Int(random.next(below: UInt64(scenario.drivers.hostilePerDay + 1)))
            let until = min(time, stage.now + .days(1))
            let pause = (until - stage.now) / Int64(tries + 1)
            for _ in 0..<tries {
                try stage.pass(pause)
                try attack()
            }
            try stage.pass(to: until)
        }
    }

    /// A guess, an old code, or noise.
    private func attack() throws {
        checker.statistics[.hostileEntries] += 1
        switch random.next(below: 3) {
        case 0:
            let tag = CodeText(
                digits: (0..<12).map { _ in UInt8(random.next(below: 10)) })
            try type(tag)
        case 1:
            guard let rental = bookings.old(&random) else { return }
            try type(try bookings.code(rental, stage.box.keys))
        default:
            try type(CodeText(digits: (0..<8).map { _ in UInt8(random.next(below: 10)) }))
        }
        try check()
    }

    /// The driver at the closed car: until it opens, or until there is no hope.
    private func enter(_ code: CodeText, _ window: Range<WallTime>) throws -> Bool {
        if chance(scenario.drivers.mistype) {
            var digits = code.digits
            digits[11] = (digits[11] + 1) % 10
            try type(CodeText(digits: digits))
        }
        for _ in 0..<8 where stage.now < window.upperBound - .minutes(10) {
            let isGood = stage.now >= window.lowerBound
            if isGood { checker.statistics[.honestEntries] += 1 }
            switch try type(code) {
            case .opened, .reopened: return true
            case .refused(.tooEarly):
                try stage.pass(
                    to: max(
                        window.lowerBound - CodeBook.early + .minutes(1), stage.now + .minutes(5)))
            case .wait(let minutes): try stage.pass(.minutes(minutes))
            case .refused(.clockLost):
                checker.statistics[.hindered] += 1
                try type(try bookings.time(stage.now, stage.box.keys))
            case .refused:
                checker.statistics[.honestRefusals] += 1
                try stage.pass(.minutes(5))
            case .stopped, .storageFull, .storageFailed, .keysFailed, nil:
                checker.statistics[.hindered] += 1
                try stage.pass(.minutes(10))
            case .digit, .cleared, .extended, .locked, .ended, .owner, .accepted, .malformed,
                .closeDoors, .ignitionOn, .moving, .codeFirst, .nothingActive, .starterFault:
                try stage.pass(.minutes(1))
            }
        }
        return false
    }

    private func getIn() throws {
        stage.setDoor(open: true)
        try stage.pass(.seconds(8))
        stage.setDoor(open: false)
        try stage.pass(.seconds(10))
    }

    private func drive() throws {
        stage.setIgnition(true)
        try stage.pass(.seconds(4))
        stage.box.car.placeholder = nil
        guard try starterTurns() else {
            stage.setIgnition(false)
            return
        }
        let speed = MillimetresPerSecond.kilometresPerHour(Int64(draw(scenario.rentals.speed)))
        let minutes = draw(scenario.rentals.minutes)
        for _ in 0..<minutes {
            stage.box.car.wanted =
                chance(100) ? .zero : speed - MillimetresPerSecond(Int64(random.next(below: 3_000)))
            try stage.pass(.minutes(1))
        }
        stage.box.car.wanted = .zero
        while stage.box.car.speed != .zero { try stage.pass(.seconds(1)) }
        try stage.pass(.seconds(3))
        stage.setIgnition(false)
        try stage.pass(.seconds(5))
        try check()
    }

    /// Whether the engine starts: the starter must be free while a trip is open.
    private func starterTurns() throws -> Bool {
        for _ in 0..<4 where stage.box.board.isInhibited { try stage.pass(.seconds(15)) }
        guard stage.box.board.isInhibited else { return true }
        if stage.box.isOn, stage.box.runtime?.box.durable.trip != nil {
            checker.statistics[.starterFailures] += 1
        }
        return false
    }

    /// Locks, goes away, comes back within the window.
    private func comeBack(
        _ booking: (rental: RentalID, code: CodeText), _ window: Range<WallTime>
    ) throws -> Bool {
        try getIn()
        try stage.type("5625#")
        try stage.pass(.minutes(10 + Int64(random.next(below: 90))))
        guard try enter(booking.code, window) else { return false }
        try getIn()
        return true
    }

    /// Gets out and ends, or forgets to.
    private func leave(_ code: CodeText) throws {
        try getIn()
        if chance(scenario.drivers.forgetEnd) {
            return try stage.pass(.minutes(30))
        }
        for _ in 0..<5 {
            switch try stage.type("363#") {
            case .ended, .nothingActive:
                try stage.pass(.minutes(3))
                if chance(200), try type(code) == .refused(.closed) {
                    checker.statistics[.closedRefusals] += 1
                }
                return
            case .codeFirst: try type(code)
            default: try stage.pass(.minutes(3))
            }
        }
    }

    @discardableResult
    private func type(_ code: CodeText) throws -> Signal? {
        try stage.type(code.compact + "#")
    }
}

extension Quantity {
    /// The quantity in `parts` equal parts, rounded towards zero.
    static func / (left: Self, parts: Int64) -> Self { Self(left.count / parts) }
}
