internal import AccessCode
internal import Box
internal import Console
internal import Ports
internal import Records
internal import Runtime
internal import TripLog
internal import Units
internal import Vehicle

/// What the box is and knows now.
extension ConsoleService {
    var facts: BoxFacts? {
        guard let runtime = box.runtime, let log = box.log else { return nil }
        let real = runtime.box
        let now = box.now
        noteTests(real)
        var facts = BoxFacts(
            identity: identity(real), access: access(real), clock: clock(real, at: now),
            board: board(real, at: now),
            odometer: BoxFacts.Odometer(
                known: real.setup.odometers, pinned: real.durable.odometerSource,
                isConfirmed: real.durable.isOdometerConfirmed),
            log: BoxFacts.Log(
                epoch: log.epoch, head: log.head.sequence, hash: log.head.hash,
                acknowledged: log.acknowledged.sequence, room: real.storage),
            keys: keys(real))
        facts.log.unwritten = real.unwritten
        facts.car = runtime.monitor.state
        facts.rental.window = real.durable.book.active?.window
        if let trip = real.durable.trip {
            facts.rental.trip = trip.open.trip
            facts.rental.distance = real.distance
        }
        facts.net = box.net
        facts.tests = tests
        return facts
    }

    private func identity(_ real: Box) -> BoxFacts.Identity {
        var identity = BoxFacts.Identity(
            box: real.durable.box, firmware: real.setup.firmware, boots: real.durable.boots,
            uptime: box.now - .boot)
        if box.isPaired { identity.profile = real.setup.profile }
        identity.nextProfile = box.nextProfile
        return identity
    }

    private func access(_ real: Box) -> BoxFacts.Access {
        BoxFacts.Access(technicians: box.keys.technicians, lane: real.durable.technicianLane)
    }

    private func clock(_ real: Box, at now: BootTime) -> BoxFacts.Clock {
        let reading = real.clock.reading(at: now).map {
            WallReading(time: $0.time, error: $0.error, quality: real.clockQuality)
        }
        var loss: ClockLoss?
        if case .lost(let why) = real.clock.state { loss = why }
        var clock = BoxFacts.Clock(
            reading: reading, loss: loss, floor: real.clock.earliest(at: now))
        clock.isDegraded = real.clock.isDegraded(at: now)
        return clock
    }

    private func board(_ real: Box, at now: BootTime) -> BoxFacts.Board {
        var board = BoxFacts.Board(interlock: real.interlock.reason(at: now))
        board.ignition = real.ignition
        board.doorOpen = real.doorOpen
        board.wanted = real.starter.wanted
        board.sensed = real.starter.sensed
        board.battery = real.battery?.voltage
        return board
    }

    private func keys(_ real: Box) -> BoxFacts.Keys {
        let epoch = real.durable.book.keyEpoch
        return BoxFacts.Keys(
            epoch: epoch,
            hasEpoch: box.keys.holds(.epoch(epoch)),
            hasSpare: real.durable.book.hasColdSpare, hasOwner: box.keys.holds(.owner))
    }

    /// What the driver's side of the box has shown.
    private func noteTests(_ real: Box) {
        if !real.keypad.digits.isEmpty { tests.keypad = true }
        if real.durable.book.active != nil || !real.durable.book.redemptions.isEmpty {
            tests.code = true
        }
    }
}
