import AccessCode
import Records
import Vehicle

/// A member of a body, in words.
struct RecordMember: Hashable {
    let name: String
    let unit: String
    let meaning: String

    init(_ name: String, _ unit: String = "", _ meaning: String) {
        self.name = name
        self.unit = unit
        self.meaning = meaning
    }
}

/// The words for every member of every body. A test compares the names with what is written.
enum RecordMembers {
    static func of(_ kind: RecordKind) -> [RecordMember] {
        switch kind {
        case .boot: boot
        case .clockStep:
            [
                RecordMember("why", "", "see the table below"),
                RecordMember("from", "ms since 1970", "what the box believed before"),
                RecordMember("to", "ms since 1970", "what it believes now; absent: nothing"),
            ]
        case .codeAccepted: accepted
        case .codeRefused: refused
        case .lock:
            [
                RecordMember("do", "", "").with(LockBody.Action.self),
                RecordMember("why", "", "who or what: ").with(LockBody.Cause.self),
            ]
        case .inhibit: inhibit
        case .door: [RecordMember("open", "", "whether a door now stands open")]
        case .power: power
        case .odometerAnomaly: anomaly
        case .odometerGap: gap
        case .technician:
            [
                RecordMember("who", "", "the technician's number"),
                RecordMember("did", "", "the console command, without its secrets"),
            ]
        case .config:
            [
                RecordMember(
                    "what", "",
                    "what changed; `unwritten`: records that could not be written; "
                        + "`odometer.source`: the odometer that is billed by; "
                        + "`odometer.anchor`: it was confirmed to be what the dashboard shows; "
                        + "`key.epoch`: the key epoch that is enabled; "
                        + "`key.spare`: the cold spare"),
                RecordMember(
                    "to", "",
                    "the new value or its hash; how many were not written; the odometer's name; "
                        + "where it stood, in metres"),
            ]
        case .update:
            [
                RecordMember("from", "", "the firmware before"),
                RecordMember("to", "", "the firmware now"),
            ]
        case .erase:
            [
                RecordMember("from", "", "the first record whose body was erased"),
                RecordMember("to", "", "the last one"),
                RecordMember("why", "", "why"),
            ]
        case .tripOpen: open
        case .tripMark: mark
        case .tripClose: close
        }
    }

    private static let boot = [
        RecordMember("fw", "", "the firmware"),
        RecordMember("profile", "", "name and hash of the car profile"),
        RecordMember("inhibit", "", "the starter inhibit's read-back: ")
            .with(InhibitState.self),
        RecordMember("clean", "", "whether the run before ended in order"),
    ]

    private static let refused = [
        RecordMember("outcome", "", "a refusal of [codes.md](codes.md#refusals)"),
        RecordMember("lane", "", "whose tries: ").with(TryLane.self),
        RecordMember("counted", "", "whether a try was used up"),
    ]

    private static let power = [
        RecordMember("event", "", "").with(PowerBody.Event.self),
        RecordMember("batMv", "mV", "the 12 V battery"),
        RecordMember("energyMah", "mAh", "what the box drew"),
    ]

    private static let anomaly = [
        RecordMember("what", "", "see the table below"),
        RecordMember(
            "readM", "m",
            "what the car said, where it could be read; for a comparison, the other witness"),
        RecordMember("heldM", "m", "what the box goes on believing"),
        RecordMember("heldErrM", "m", "the truth was less than this above it when it was heard"),
        source,
        profile,
        RecordMember("frame", "", "the frame as `cansend` writes it"),
    ]

    private static let gap = [
        RecordMember("trip", "", "the trip that was open"),
        RecordMember("fromM", "m", "the odometer before"),
        RecordMember("toM", "m", "the first accepted reading afterwards"),
        RecordMember("gapM", "m", "the way: the difference of the two"),
        RecordMember("gapErrM", "m", "the way is known to within this"),
        RecordMember("gapMs", "ms", "how long nobody listened, at the most"),
        source,
        profile,
    ]

    private static let source = RecordMember(
        "odoSrc", "", "the odometer: identifier and signal of the profile")
    private static let profile = RecordMember("profile", "", "name and hash of the car profile")

    private static let inhibit = [
        RecordMember("event", "", "").with(InhibitBody.Event.self),
        RecordMember("want", "", "what it was told to be: ").with(InhibitState.self),
        RecordMember("is", "", "what the read-back says, the same words"),
    ]

    private static let accepted = [
        RecordMember(
            "type", "", "`rental`, `reopen`, `extend`, `revoke`, `keyswitch`, `time` or `owner`"),
        RecordMember("ref", "", "the rental: start slot, duration index, generation"),
        RecordMember("keyEpoch", "", "`rental`: of its code; `keyswitch`: from now on"),
        RecordMember("dur", "", "`extend`: the new duration index"),
        RecordMember("counter", "", "`extend`: the counter of the extension"),
        RecordMember("through", "15 min since 2012", "`revoke`: the last start that is closed"),
        RecordMember("count", "5 min since 2012", "`time`: the count that was typed"),
        RecordMember("step", "30 s since 1970", "`owner`: the step of the password"),
    ]

    private static let odometer = [
        RecordMember("odoQ", "", "how the position was come by; `none`: not known"),
        RecordMember("odoM", "m", "the position"),
        RecordMember("odoErrM", "m", "the truth lies within this of the position"),
        RecordMember(
            "odoDispM", "m", "what the dashboard shows; absent for a source it does not show"),
        RecordMember("odoResM", "m", "the step in which the car counts"),
        source,
    ]

    private static let start =
        [
            RecordMember(
                "start", "", "where the odometer stood at the beginning, as it was found later")
        ] + odometer.map { RecordMember("start." + $0.name, $0.unit, "as above, at the beginning") }

    private static let open: [RecordMember] =
        [
            RecordMember("trip", "", "the trip: log epoch and number of this record"),
            RecordMember("auth", "", "what allowed it"),
            RecordMember("auth.type", "", "").with(TripAuthority.Kind.self),
            RecordMember("auth.ref", "", "the rental: start slot, duration index, generation"),
            RecordMember("auth.window", "ms since 1970", "from and to, extensions included"),
        ] + odometer + [
            RecordMember("fuelPm", "‰", "the tank"),
            RecordMember("socPm", "‰", "the traction battery"),
            RecordMember("batMv", "mV", "the 12 V battery"),
            RecordMember("fw", "", "the firmware"),
            RecordMember("profile", "", "name and hash of the car profile"),
        ]

    private static let mark: [RecordMember] =
        [RecordMember("trip", "", "the trip")] + odometer + start + measured + [
            RecordMember("driveS", "s", "time in motion"),
            RecordMember("ignCycles", "", "how often the ignition was switched on"),
            unheard,
            profile,
        ]

    private static let unheard = RecordMember(
        "gapM", "m", "what of the way the odometer went while nobody listened")

    private static let measured = [
        RecordMember("pulseM", "m", "distance by the counter, since the trip opened"),
        RecordMember("speedM", "m", "distance by integrated speed, since the trip opened"),
    ]

    private static let close: [RecordMember] =
        [
            RecordMember("open", "", "the body of `trip.open`, repeated"),
            RecordMember("openWall", "ms since 1970", "when the trip opened"),
            RecordMember("why", "", "see the table below"),
            RecordMember("distM", "m", "the distance that is billed; never negative"),
            RecordMember("distErrM", "m", "the truth lies within this of `distM`"),
            RecordMember("distQ", "", "how the distance was come by"),
        ] + odometer + start + [
            RecordMember("odoDeltaM", "m", "the odometer's own difference; may be negative")
        ] + measured + [
            RecordMember("durS", "s", "how long the trip was open"),
            RecordMember("driveS", "s", "time in motion"),
            RecordMember("ignCycles", "", "how often the ignition was switched on"),
            RecordMember("energyMah", "mAh", "what the box drew since it started"),
            RecordMember("endMin", "min since 2012", "the end, as the RETURN receipt signs it"),
            RecordMember("receipt", "", "the RETURN receipt that the driver saw"),
            unheard,
            profile,
            RecordMember("flags", "", "what a reader must know, sorted, see below"),
        ]
}

extension RecordMember {
    /// The same member, whose values are the codes of `type`.
    fileprivate func with<Choice: CaseIterable & RawRepresentable<String>>(
        _ type: Choice.Type
    ) -> RecordMember {
        RecordMember(name, unit, meaning + Table.list(type))
    }
}
