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
    /// `odoDispM`: what the dashboard shows, cut to metres; absent for a source that the dashboard
    /// does not show.
    public var display: Metres?
    /// `odoM`: the position.
    public var position: Metres
    /// `odoErrM`: the truth lies within this of the position.
    public var error: Metres
    /// `odoResM`: the step in which the car counts.
    public var resolution: Metres
    /// `odoQ`: how the position was come by.
    public var quality: DistanceQuality
    /// `odoSrc`: the odometer, as the profile names it; absent in records of earlier versions.
    public var source: String?

    /// A statement of `position` ± `error`.
    public init(
        display: Metres?, position: Metres, error: Metres, resolution: Metres,
        quality: DistanceQuality, source: String? = nil
    ) {
        self.source = source
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
        writer.put("odoSrc", source)
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
            display: try members.optionalQuantity("odoDispM"),
            position: try members.quantity("odoM"), error: try members.quantity("odoErrM"),
            resolution: try members.quantity("odoResM"), quality: quality,
            source: try members.optionalString("odoSrc"))
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
    /// `fuelPm`: the tank.
    public var fuel: PerMille?
    /// `socPm`: the traction battery.
    public var charge: PerMille?
    /// `batMv`: the 12 V battery.
    public var battery: Millivolts?
    /// `fw`: the firmware.
    public var firmware: String
    /// `profile`: name and hash of the car profile.
    public var profile: String

    /// A trip's beginning.
    public init(
        trip: TripID, authority: TripAuthority, odometer: OdometerStatement?, fuel: PerMille?,
        charge: PerMille? = nil, battery: Millivolts?, firmware: String, profile: String
    ) {
        self.charge = charge
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
            writer.put("socPm", charge)
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
        charge = try members.optionalQuantity("socPm")
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
    /// `gapM`: what of the way the odometer went while nobody listened; absent for nothing.
    public var gap: Metres?
    /// `profile`: name and hash of the car profile.
    public var profile: String?

    /// A trip's progress.
    public init(
        trip: TripID, start: OdometerStatement? = nil, odometer: OdometerStatement?,
        pulses: Metres?,
        speed: Metres?, driving: Int64, ignitionCycles: Int64, gap: Metres? = nil,
        profile: String? = nil
    ) {
        self.gap = gap
        self.profile = profile
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
            writer.put("gapM", gap)
            writer.put("profile", profile)
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
        gap = try members.optionalQuantity("gapM")
        profile = try members.optionalString("profile")
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
