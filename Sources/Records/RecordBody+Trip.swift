public import Units

/// How a distance or an odometer reading was come by, best first.
public enum DistanceQuality: String, CaseIterable, Sendable {
    /// The car's odometer alone.
    case odometer = "odo"
    /// The odometer, with a wheel or pulse counter between its ticks.
    case odometerAndPulses = "odo+pulse"
    /// The odometer, with integrated speed between its ticks.
    case odometerAndSpeed = "odo+speed"
    /// Integrated speed alone: a labelled fallback.
    case speed
    /// Nothing was measured.
    case none
}

/// What the odometer said, as a record states it.
public struct OdometerStatement: Hashable, Sendable {
    /// `odoDispM`: what the dashboard shows, cut to metres.
    public var display: Metres
    /// `odoM`: the position.
    public var position: Metres
    /// `odoErrM`: the truth lies within this of the position.
    public var error: Metres
    /// `odoResM`: the step in which the car counts.
    public var resolution: Metres
    /// `odoQ`: how the position was come by.
    public var quality: DistanceQuality

    /// A statement of `position` ± `error`.
    public init(
        display: Metres, position: Metres, error: Metres, resolution: Metres,
        quality: DistanceQuality
    ) {
        self.display = display
        self.position = position
        self.error = error
        self.resolution = resolution
        self.quality = quality
    }

    package func put(into writer: inout MemberWriter) {
        writer.put("odoDispM", display)
        writer.put("odoErrM", error)
        writer.put("odoM", position)
        writer.put("odoQ", quality.rawValue)
        writer.put("odoResM", resolution)
    }

    var json: CanonicalJSON { write { put(into: &$0) } }

    /// The statement in the member `name`, if there is one.
    static func read(_ members: Members, _ name: String) throws(RecordError) -> OdometerStatement? {
        guard let object = try members.optionalObject(name) else { return nil }
        return try read(Members(object))
    }

    /// `odoQ` `none` stands for no statement at all.
    package static func read(_ members: Members) throws(RecordError) -> OdometerStatement? {
        let quality: DistanceQuality = try members.choice("odoQ")
        guard quality != .none else { return nil }
        return OdometerStatement(
            display: try members.quantity("odoDispM"), position: try members.quantity("odoM"),
            error: try members.quantity("odoErrM"),
            resolution: try members.quantity("odoResM"), quality: quality)
    }
}

/// What allowed a trip: no name, no phone number, no code.
public struct TripAuthority: Hashable, Sendable {
    /// What kind of permission it was.
    public enum Kind: String, CaseIterable, Sendable {
        /// A typed rental code.
        case code
        /// The owner.
        case owner
        /// A technician.
        case technician
    }

    /// `type`
    public var kind: Kind
    /// `ref`: the rental, where it was one.
    public var rental: RentalID?
    /// `window`: from when to when it allows driving.
    public var window: Range<WallTime>?

    /// A permission of `kind`.
    public init(kind: Kind, rental: RentalID?, window: Range<WallTime>?) {
        self.kind = kind
        self.rental = rental
        self.window = window
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("type", kind.rawValue)
            writer.put("ref", rental?.description)
            writer.put(
                "window",
                window.map {
                    .array([
                        .integer($0.lowerBound.milliseconds), .integer($0.upperBound.milliseconds),
                    ])
                })
        }
    }

    init(_ members: Members) throws(RecordError) {
        kind = try members.choice("type")
        if let text = try members.optionalString("ref") {
            guard let id = RentalID(text) else { throw .member("ref") }
            rental = id
        }
        if members.has("window") {
            let pair = try members.array("window").compactMap(\.integer)
            guard pair.count == 2, pair[0] <= pair[1] else { throw .member("window") }
            window =
                WallTime(milliseconds: pair[0])..<WallTime(milliseconds: pair[1])
        }
    }
}

/// `trip.open`: durable before the starter is released.
public struct TripOpenBody: Hashable, Sendable {
    /// The trip's name: the place of this record.
    public var trip: TripID
    /// What allowed it.
    public var authority: TripAuthority
    /// The odometer, where the car had been heard: never what was believed before a restart.
    public var odometer: OdometerStatement?
    /// `fuelPm`: fuel or state of charge.
    public var fuel: PerMille?
    /// `batMv`: the 12 V battery.
    public var battery: Millivolts?
    /// `fw`: the firmware.
    public var firmware: String
    /// `profile`: name and hash of the car profile.
    public var profile: String

    /// A trip's beginning.
    public init(
        trip: TripID, authority: TripAuthority, odometer: OdometerStatement?, fuel: PerMille?,
        battery: Millivolts?, firmware: String, profile: String
    ) {
        self.trip = trip
        self.authority = authority
        self.odometer = odometer
        self.fuel = fuel
        self.battery = battery
        self.firmware = firmware
        self.profile = profile
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("trip", trip.description)
            writer.put("auth", authority.json)
            writer.put("odoQ", DistanceQuality.none.rawValue)
            odometer?.put(into: &writer)
            writer.put("fuelPm", fuel)
            writer.put("batMv", battery)
            writer.put("fw", firmware)
            writer.put("profile", profile)
        }
    }

    init(_ members: Members) throws(RecordError) {
        trip = try members.trip("trip")
        authority = try TripAuthority(Members(try members.object("auth")))
        odometer = try OdometerStatement.read(members)
        fuel = try members.optionalQuantity("fuelPm")
        battery = try members.optionalQuantity("batMv")
        firmware = try members.string("fw")
        profile = try members.string("profile")
    }
}

/// `trip.mark`: each kilometre or minute of driving; replaced by the close.
public struct TripMarkBody: Hashable, Sendable {
    /// The trip.
    public var trip: TripID
    /// `start`: where the odometer stood when the trip opened, as found once the car was heard;
    /// absent where `trip.open` says it.
    public var start: OdometerStatement?
    /// The odometer, where it is known.
    public var odometer: OdometerStatement?
    /// `pulseM`: metres by counter since the trip opened, in this boot and those before.
    public var pulses: Metres?
    /// `speedM`: metres by integrated speed since the trip opened.
    public var speed: Metres?
    /// `driveS`: seconds in motion since the trip opened.
    public var driving: Int64
    /// `ignCycles`: how often the ignition was switched on.
    public var ignitionCycles: Int64

    /// A trip's progress.
    public init(
        trip: TripID, start: OdometerStatement? = nil, odometer: OdometerStatement?, pulses: Metres?,
        speed: Metres?, driving: Int64, ignitionCycles: Int64
    ) {
        self.trip = trip
        self.start = start
        self.odometer = odometer
        self.pulses = pulses
        self.speed = speed
        self.driving = driving
        self.ignitionCycles = ignitionCycles
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("trip", trip.description)
            writer.put("start", start?.json)
            writer.put("odoQ", DistanceQuality.none.rawValue)
            odometer?.put(into: &writer)
            writer.put("pulseM", pulses)
            writer.put("speedM", speed)
            writer.put("driveS", driving)
            writer.put("ignCycles", ignitionCycles)
        }
    }

    init(_ members: Members) throws(RecordError) {
        trip = try members.trip("trip")
        start = try OdometerStatement.read(members, "start")
        odometer = try OdometerStatement.read(members)
        pulses = try members.optionalQuantity("pulseM")
        speed = try members.optionalQuantity("speedM")
        driving = try members.integer("driveS")
        ignitionCycles = try members.integer("ignCycles")
    }
}

/// What a reader of a bill must know about how a trip was measured.
public enum TripFlag: String, CaseIterable, Sendable, Comparable {
    /// Kilometres were driven while the box could not watch.
    case odometerGap = "odoGap"
    /// The odometer's unit was not certain.
    case odometerUnit = "odoUnit"
    /// The odometer jumped.
    case odometerJump = "odoJump"
    /// The odometer went back.
    case odometerBack = "odoBack"
    /// The clock was set during the trip.
    case clockStep
    /// The box restarted during the trip.
    case rebooted
    /// The box lost its supply during the trip.
    case powerLoss
    /// The bus fell silent while the ignition was on.
    case canLost
    /// The trip ended after its window.
    case lateClose
    /// The fleet was never reached during the trip.
    case offline
    /// A door stood open at the end.
    case doorOpen

    /// By name, so that lists are written in one order.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// `trip.close`: repeats the open, so that one record can be billed alone.
public struct TripCloseBody: Hashable, Sendable {
    /// Who or what ended the trip.
    public enum Cause: String, CaseIterable, Sendable {
        /// The driver, with END.
        case code
        /// The key was put back.
        case key
        /// The window and its late hour ran out.
        case window
        /// The owner or the fleet.
        case `operator`
        /// The box, putting things in order after a restart.
        case recovered
        /// A technician.
        case technician
    }

    /// The beginning, repeated.
    public var open: TripOpenBody
    /// `openWall`: UTC of the beginning, where it was known.
    public var openWall: WallTime?
    /// `why`
    public var cause: Cause
    /// `start`: the odometer at the beginning, found later, as in `trip.mark`.
    public var start: OdometerStatement?
    /// The odometer at the end, where it was known.
    public var odometer: OdometerStatement?
    /// `distM`: what is billed. Never negative.
    public var distance: Metres
    /// `distQ`
    public var quality: DistanceQuality
    /// `distErrM`: the truth lies within this of the distance.
    public var error: Metres
    /// `odoDeltaM`: the odometer's own difference.
    public var odometerDelta: Metres?
    /// `pulseM`: the counter's own sum.
    public var pulses: Metres?
    /// `speedM`: the integral of speed.
    public var speed: Metres?
    /// `durS`: seconds from open to close.
    public var duration: Int64
    /// `driveS`: seconds in motion.
    public var driving: Int64
    /// `ignCycles`: how often the ignition was switched on.
    public var ignitionCycles: Int64
    /// `energyMah`: what the box drew from the car's battery.
    public var energy: MilliampereHours
    /// `endMin`: the end as the RETURN receipt signs it, minutes since 2012-01-01T00:00Z.
    public var endMinute: UInt32?
    /// `receipt`: the RETURN receipt shown to the driver.
    public var receipt: String?
    /// `flags`, each once, in the order of their names.
    public var flags: Set<TripFlag>

    /// A trip's end.
    public init(
        open: TripOpenBody, openWall: WallTime?, cause: Cause,
        start: OdometerStatement? = nil, odometer: OdometerStatement?,
        distance: Metres, quality: DistanceQuality, error: Metres, odometerDelta: Metres?,
        pulses: Metres?, speed: Metres?, duration: Int64, driving: Int64, ignitionCycles: Int64,
        energy: MilliampereHours, endMinute: UInt32?, receipt: String?, flags: Set<TripFlag>
    ) {
        self.open = open
        self.openWall = openWall
        self.cause = cause
        self.start = start
        self.odometer = odometer
        self.distance = distance
        self.quality = quality
        self.error = error
        self.odometerDelta = odometerDelta
        self.pulses = pulses
        self.speed = speed
        self.duration = duration
        self.driving = driving
        self.ignitionCycles = ignitionCycles
        self.energy = energy
        self.endMinute = endMinute
        self.receipt = receipt
        self.flags = flags
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("open", open.json)
            writer.put("openWall", openWall?.milliseconds)
            writer.put("why", cause.rawValue)
            writer.put("start", start?.json)
            writer.put("odoQ", DistanceQuality.none.rawValue)
            odometer?.put(into: &writer)
            writer.put("distM", distance)
            writer.put("distQ", quality.rawValue)
            writer.put("distErrM", error)
            writer.put("odoDeltaM", odometerDelta)
            writer.put("pulseM", pulses)
            writer.put("speedM", speed)
            writer.put("durS", duration)
            writer.put("driveS", driving)
            writer.put("ignCycles", ignitionCycles)
            writer.put("energyMah", energy)
            writer.put("endMin", endMinute)
            writer.put("receipt", receipt)
            writer.put("flags", .array(flags.sorted().map { .string($0.rawValue) }))
        }
    }

    init(_ members: Members) throws(RecordError) {
        open = try TripOpenBody(Members(try members.object("open")))
        openWall = try members.optionalInteger("openWall").map(WallTime.init(milliseconds:))
        cause = try members.choice("why")
        start = try OdometerStatement.read(members, "start")
        odometer = try OdometerStatement.read(members)
        distance = try members.quantity("distM")
        guard distance >= .zero else { throw .member("distM") }
        quality = try members.choice("distQ")
        error = try members.quantity("distErrM")
        odometerDelta = try members.optionalQuantity("odoDeltaM")
        pulses = try members.optionalQuantity("pulseM")
        speed = try members.optionalQuantity("speedM")
        duration = try members.integer("durS")
        driving = try members.integer("driveS")
        ignitionCycles = try members.integer("ignCycles")
        energy = try members.quantity("energyMah")
        endMinute = members.has("endMin") ? try members.unsigned32("endMin") : nil
        receipt = try members.optionalString("receipt")
        var flags: Set<TripFlag> = []
        for value in try members.array("flags") {
            guard let name = value.string, let flag = TripFlag(rawValue: name) else {
                throw .member("flags")
            }
            flags.insert(flag)
        }
        self.flags = flags
    }
}

extension Members {
    package func trip(_ name: String) throws(RecordError) -> TripID {
        guard let trip = TripID(try string(name)) else { throw .member(name) }
        return trip
    }

    package func optionalString(_ name: String) throws(RecordError) -> String? {
        has(name) ? try string(name) : nil
    }
}
