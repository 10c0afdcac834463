public import Units

/// What a reader of a bill must know about how a trip was measured.
public enum TripFlag: String, CaseIterable, Sendable, Comparable {
    /// Kilometres were driven while the box could not watch.
    case odometerGap = "odoGap"
    /// The odometer was not heard at the end: what it says is from before.
    case odometerStale = "odoStale"
    /// Nobody has confirmed that the odometer is what the dashboard shows.
    case odometerUnconfirmed = "odoUnconfirmed"
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
    /// `gapM`: what of the way the odometer went while nobody listened; absent for nothing.
    public var gap: Metres?
    /// `profile`: name and hash of the car profile at the end.
    public var profile: String?
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
        pulses: Metres?, speed: Metres?, gap: Metres? = nil, profile: String? = nil,
        duration: Int64, driving: Int64, ignitionCycles: Int64, energy: MilliampereHours,
        endMinute: UInt32?, receipt: String?, flags: Set<TripFlag>
    ) {
        self.gap = gap
        self.profile = profile
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
            writer.put("gapM", gap)
            writer.put("profile", profile)
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
        gap = try members.optionalQuantity("gapM")
        profile = try members.optionalString("profile")
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
