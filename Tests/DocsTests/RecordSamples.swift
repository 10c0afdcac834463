import AccessCode
import Records
import Units
import Vehicle

/// A body of every kind: with everything that can be known, and with nothing that need not be.
enum RecordSamples {
    static let noon = WallTime(milliseconds: 1_795_262_400_000)
    static let rental = RentalID(start: Slot(521_904), duration: .minimum, generation: 0)
    static let trip = TripID(epoch: 1, sequence: 4)

    static let stamp = Stamp(
        boot: 3, mono: BootTime(milliseconds: 86_401_250),
        wall: WallReading(time: noon, error: Milliseconds(2_310), quality: .rtc))

    static let odometer = OdometerStatement(
        display: .kilometres(48_210), position: Metres(48_210_340), error: Metres(25),
        resolution: .kilometres(1), quality: .odometerAndPulses, source: "5D7.ODOMETER")

    static let open = TripOpenBody(
        trip: trip,
        authority: TripAuthority(
            kind: .code, rental: rental, window: noon..<noon + .minutes(30)),
        odometer: odometer, fuel: PerMille(640), charge: PerMille(710),
        battery: Millivolts(12_640), firmware: "1.0.0",
        profile: "renault_broadcast 6f1c")

    static let bareOpen = TripOpenBody(
        trip: trip, authority: TripAuthority(kind: .owner, rental: nil, window: nil),
        odometer: nil, fuel: nil, battery: nil, firmware: "1.0.0", profile: "renault_broadcast 6f1c"
    )

    /// Bodies that leave nothing out. Kinds whose bodies have forms give one for each form.
    static func full(_ kind: RecordKind) -> [RecordBody] {
        switch kind {
        case .boot:
            [
                .boot(
                    BootBody(
                        firmware: "1.0.0", profile: "renault_broadcast 6f1c", inhibit: .engaged,
                        clean: false))
            ]
        case .clockStep:
            [.clockStep(ClockStepBody(cause: .server, from: noon, to: noon + .seconds(3)))]
        case .codeAccepted: accepted.map(RecordBody.codeAccepted)
        case .codeRefused:
            [
                .codeRefused(
                    CodeRefusedBody(
                        outcome: CodeRefusal.wrong.rawValue, lane: .rental, counted: true))
            ]
        case .lock: [.lock(LockBody(action: .unlock, cause: .driver))]
        case .inhibit:
            [.inhibit(InhibitBody(event: .changed, wanted: .released, sensed: .released))]
        case .door: [.door(DoorBody(open: true))]
        case .power:
            [
                .power(
                    PowerBody(
                        event: .low, battery: Millivolts(11_940), energy: MilliampereHours(412)))
            ]
        case .odometerAnomaly:
            [
                .odometerAnomaly(
                    OdometerAnomalyBody(
                        anomaly: OdometerAnomaly.Kind.back.rawValue, reading: .zero,
                        held: .kilometres(48_210), error: .kilometres(1), source: "5D7.ODOMETER",
                        profile: "renault_broadcast 6f1c", frame: "5D7#0000000000000000"))
            ]
        case .odometerGap: [.odometerGap(gap)]
        case .technician: [.technician(TechnicianBody(who: 17, action: "test relays"))]
        case .config: [.config(ConfigBody(what: "profile", to: "toyota_611 9a30"))]
        case .update: [.update(UpdateBody(from: "1.0.0", to: "1.0.1"))]
        case .erase: [.erase(EraseBody(sequences: 4...9, why: "asked for by the driver"))]
        case .tripOpen: [.tripOpen(open)]
        case .tripMark: [.tripMark(mark)]
        case .tripClose: [.tripClose(close)]
        }
    }

    /// Bodies in which everything is left out that can be.
    static func bare(_ kind: RecordKind) -> [RecordBody] {
        switch kind {
        case .clockStep: [.clockStep(ClockStepBody(cause: .jump, from: nil, to: nil))]
        case .power: [.power(PowerBody(event: .stopped, battery: nil, energy: nil))]
        case .odometerAnomaly:
            [
                .odometerAnomaly(
                    OdometerAnomalyBody(anomaly: "short", reading: nil, held: nil, frame: nil))
            ]
        case .odometerGap:
            [
                .odometerGap(
                    OdometerGapBody(
                        trip: nil, from: gap.from, to: gap.to, error: gap.error, silence: nil,
                        source: gap.source, profile: gap.profile))
            ]
        case .tripOpen: [.tripOpen(bareOpen)]
        case .tripMark:
            [
                .tripMark(
                    TripMarkBody(
                        trip: trip, start: nil, odometer: nil, pulses: nil, speed: nil, driving: 0,
                        ignitionCycles: 0))
            ]
        case .tripClose: [.tripClose(bareClose)]
        case .boot, .codeAccepted, .codeRefused, .lock, .inhibit, .door, .technician, .config,
            .update, .erase:
            full(kind)
        }
    }

    private static let accepted: [CodeAcceptedBody] = [
        .rental(rental, keyEpoch: KeyEpoch(0)), .reopened(rental),
        .extended(rental, duration: .lastHalfHour, counter: 1),
        .revoked(through: Slot(521_904)), .keySwitched(to: KeyEpoch(1)), .time(count: 1_565_712),
        .owner(step: 59_842_080),
    ]

    private static let gap = OdometerGapBody(
        trip: trip, from: .kilometres(48_210), to: .kilometres(48_211), error: .kilometres(1),
        silence: .minutes(12), source: "5D7.ODOMETER", profile: "renault_broadcast 6f1c")

    private static let mark = TripMarkBody(
        trip: trip, start: odometer, odometer: odometer, pulses: Metres(1_204),
        speed: Metres(1_190), driving: 151, ignitionCycles: 1, gap: .kilometres(1),
        profile: "renault_broadcast 6f1c")

    private static let close = TripCloseBody(
        open: open, openWall: noon, cause: .code, start: odometer, odometer: odometer,
        distance: Metres(12_380), quality: .odometerAndPulses, error: Metres(50),
        odometerDelta: Metres(12_380), pulses: Metres(12_371), speed: Metres(12_340),
        gap: .kilometres(1), profile: "renault_broadcast 6f1c", duration: 1_720, driving: 1_406,
        ignitionCycles: 1, energy: MilliampereHours(38),
        endMinute: 7_831_465, receipt: "40718823", flags: [.offline, .odometerGap])

    private static let bareClose = TripCloseBody(
        open: bareOpen, openWall: nil, cause: .recovered, odometer: nil, distance: .zero,
        quality: .none, error: .zero, odometerDelta: nil, pulses: nil, speed: nil, duration: 0,
        driving: 0, ignitionCycles: 0, energy: .zero, endMinute: nil, receipt: nil, flags: [])
}
