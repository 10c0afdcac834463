internal import AccessCode
internal import Records
internal import Units
internal import Vehicle

/// What the car and the board tell, and the starter inhibit.
extension Box {
    mutating func start(_ startup: Startup) {
        startedAt = now
        storage = startup.storage
        starter.sense(startup.inhibit)
        // The relay latches, so it is as it was left. It moves only when the car stands.
        starter.want(durable.trip == nil ? .engaged : .released)
        startMeter()
        let loss = clock.start(
            rtc: startup.rtc, trusted: durable.trusted, trustedError: durable.trustedError, at: now)
        if loss == nil { clockQuality = .rtc }
        record(
            .boot(
                BootBody(
                    firmware: setup.firmware, profile: setup.profile, inhibit: startup.inhibit,
                    clean: durable.stopped)))
        unrecordedStart = drafts.first
        if let loss { recordLoss(loss, from: nil) }
        if let active = durable.book.active {
            wasOverdueAtStart = clock.earliest(at: now) >= active.end + CodeBook.late
        }
    }

    mutating func hear(
        _ state: consuming VehicleState, _ anomalies: [OdometerAnomaly], _ gaps: [OdometerGap]
    ) {
        meter?.observe(state, ignitionSince: ignitionSince, at: now)
        // Moved, not copied: it is large, and comes every second.
        car = consume state
        notePinned()
        for gap in gaps { record(gap) }
        for anomaly in anomalies {
            record(
                .odometerAnomaly(
                    OdometerAnomalyBody(
                        anomaly: anomaly.kind.rawValue, reading: anomaly.reading,
                        held: anomaly.held, error: anomaly.resolution,
                        source: anomaly.source.name, profile: setup.profile,
                        frame: anomaly.frame)))
        }
    }

    mutating func read(_ line: InputLine, _ value: Bool?) {
        switch line {
        case .ignition:
            if value == true, ignitionLine == false { meter?.countIgnition() }
            if value == false, ignitionLine == true { effects.append(.sync) }
            ignitionLine = value
        case .doorContact:
            if let value, value != doorLine ?? false { record(.door(DoorBody(open: value))) }
            doorLine = value
        case .starterInhibitSense:
            senseStarter(value.map { $0 ? .engaged : .released } ?? .unknown)
        }
    }

    private mutating func senseStarter(_ state: InhibitState) {
        guard state != starter.sensed else { return }
        starter.sense(state)
        record(
            .inhibit(
                InhibitBody(
                    event: state == starter.wanted ? .changed : .mismatch,
                    wanted: starter.wanted, sensed: state)))
        if state == starter.wanted { starter.rest() }
    }

    /// Drives the starter inhibit towards what is wanted, when that is allowed.
    ///
    /// Releasing waits until the car stands, engaging until the interlock proves it.
    mutating func tendStarter() {
        if starter.hasFailed(at: now), starter.tries == Starter.triesMaximum {
            starter.rest()
            record(
                .inhibit(
                    InhibitBody(
                        event: .mismatch, wanted: starter.wanted, sensed: starter.sensed)))
            say(.starterFault)
        }
        guard starter.isDue(at: now) else { return }
        if starter.wanted == .released {
            guard !moves else { return }
            starter.drive(at: now)
            effects.append(.releaseStarter)
        } else if let proof = interlock.prove(at: now) {
            starter.drive(at: now)
            effects.append(.inhibitStarter(proof))
        }
    }

    mutating func read(_ reading: BatteryReading) {
        battery = reading
        if reading.voltage < setup.batteryLow, !batteryIsLow {
            batteryIsLow = true
            recordPower(.low)
        } else if reading.voltage >= setup.batteryLow + Millivolts(300), batteryIsLow {
            batteryIsLow = false
            recordPower(.recovered)
        }
        if reading.voltage < setup.batteryFloor, interlock.prove(at: now) != nil { stop() }
    }

    private mutating func recordPower(_ event: PowerBody.Event) {
        record(
            .power(PowerBody(event: event, battery: battery?.voltage, energy: battery?.drawn)))
    }

    mutating func changeCoverage(_ online: Bool) {
        self.online = online
        if online {
            wasOnlineInTrip = true
            effects.append(.sync)
        }
    }

    mutating func stop() {
        recordPower(.stopped)
        continuation = .stopped
    }
}
