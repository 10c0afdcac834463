import Records
import Tariff
import Units

let box = BoxID(0x0011_2233_4455_6677)
let noon = CivilTime.utc(2026, 5, 12, 10)

func record(_ sequence: Int64) -> RecordID { RecordID(box: box, epoch: 3, sequence: sequence) }

func odometer(_ metres: Int64) -> OdometerStatement {
    OdometerStatement(
        display: Metres(metres), position: Metres(metres), error: Metres(50),
        resolution: Metres(100), quality: .odometerAndSpeed)
}

/// The rental of eight hours from noon.
func rental() -> RentalID {
    RentalID(
        start: Slot(containing: noon) ?? Slot(0),
        duration: DurationIndex(covering: .hours(8)) ?? .minimum, generation: 0)
}

/// A trip under ``rental()``, opened at its start.
func close(
    seconds: Int64, metres: Int64, opened: WallTime? = noon, flags: Set<TripFlag> = []
) -> TripCloseBody {
    let open = TripOpenBody(
        trip: TripID(epoch: 3, sequence: 17),
        authority: TripAuthority(
            kind: .code, rental: rental(), window: noon..<(noon + .hours(8))),
        odometer: odometer(12_345_600), fuel: nil, battery: nil, firmware: "1", profile: "test")
    return TripCloseBody(
        open: open, openWall: opened, cause: .code, odometer: odometer(12_345_600 + metres),
        distance: Metres(metres), quality: .odometerAndSpeed, error: Metres(100),
        odometerDelta: Metres(metres), pulses: nil, speed: nil, duration: seconds,
        driving: seconds, ignitionCycles: 1, energy: .zero, endMinute: nil, receipt: nil,
        flags: flags)
}

func logged(_ sequence: Int64, _ close: TripCloseBody) -> LoggedRecord {
    LoggedRecord(id: record(sequence), body: .tripClose(close))
}

func extended(_ sequence: Int64, toHours hours: Int64, of box: BoxID = box) -> LoggedRecord {
    LoggedRecord(
        id: RecordID(box: box, epoch: 3, sequence: sequence),
        body: .codeAccepted(
            .extended(
                rental(), duration: DurationIndex(covering: .hours(hours)) ?? .minimum,
                counter: 1)))
}

/// 5.50 an hour, 43.00 a day with 100 km, 0.25 a kilometre, half as much again for late hours.
func tariffWithAll() throws -> Tariff {
    try Tariff(
        name: "all", perHour: Cents(550), perDay: Cents(4300), perKilometre: Cents(25),
        includedPerDay: .kilometres(100), lateFee: LateFee(surcharge: PerMille(500)))
}
