public import Units

/// `odometer.anomaly`
public struct OdometerAnomalyBody: Hashable, Sendable {
    /// `what`: the stable code of the oddity.
    public var anomaly: String
    /// `readM`: what the car said; in a comparison, what the other witness says.
    public var reading: Metres?
    /// `heldM`: what the box goes on believing.
    public var held: Metres?
    /// `heldErrM`: the truth was less than this above it when it was heard.
    public var error: Metres?
    /// `odoSrc`: the odometer that is odd, as the profile names it.
    public var source: String?
    /// `profile`: name and hash of the car profile.
    public var profile: String?
    /// `frame`: the frame in `cansend` form, as evidence.
    public var frame: String?

    /// An odd reading.
    public init(
        anomaly: String, reading: Metres?, held: Metres?, error: Metres? = nil,
        source: String? = nil, profile: String? = nil, frame: String?
    ) {
        self.anomaly = anomaly
        self.reading = reading
        self.held = held
        self.error = error
        self.source = source
        self.profile = profile
        self.frame = frame
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("what", anomaly)
            writer.put("readM", reading)
            writer.put("heldM", held)
            writer.put("heldErrM", error)
            writer.put("odoSrc", source)
            writer.put("profile", profile)
            writer.put("frame", frame)
        }
    }

    init(_ members: Members) throws(RecordError) {
        anomaly = try members.string("what")
        reading = try members.optionalQuantity("readM")
        held = try members.optionalQuantity("heldM")
        error = try members.optionalQuantity("heldErrM")
        source = try members.optionalString("odoSrc")
        profile = try members.optionalString("profile")
        frame = try members.optionalString("frame")
    }
}

/// `odometer.gap`: the first reading after a time in which nobody listened, above the last one
/// before.
public struct OdometerGapBody: Hashable, Sendable {
    /// `trip`: the trip that was open; absent where none was.
    public var trip: TripID?
    /// `fromM`: the odometer before.
    public var from: Metres
    /// `toM`: the odometer after.
    public var to: Metres
    /// `gapErrM`: the way is known to within this.
    public var error: Metres
    /// `gapMs`: how long nobody listened, at the most; absent where that is not known.
    public var silence: Milliseconds?
    /// `odoSrc`: the odometer, as the profile names it.
    public var source: String
    /// `profile`: name and hash of the car profile.
    public var profile: String

    /// The odometer went from `from` to `to` unheard.
    public init(
        trip: TripID?, from: Metres, to: Metres, error: Metres, silence: Milliseconds?,
        source: String, profile: String
    ) {
        self.trip = trip
        self.from = from
        self.to = to
        self.error = error
        self.silence = silence
        self.source = source
        self.profile = profile
    }

    /// `gapM`: the way.
    public var distance: Metres { to - from }

    var json: CanonicalJSON {
        write { writer in
            writer.put("trip", trip?.description)
            writer.put("fromM", from)
            writer.put("toM", to)
            writer.put("gapM", distance)
            writer.put("gapErrM", error)
            writer.put("gapMs", silence)
            writer.put("odoSrc", source)
            writer.put("profile", profile)
        }
    }

    init(_ members: Members) throws(RecordError) {
        trip = members.has("trip") ? try members.trip("trip") : nil
        from = try members.quantity("fromM")
        to = try members.quantity("toM")
        let gap = try members.quantity("gapM", of: Metres.self)
        guard gap == to - from else { throw .member("gapM") }
        error = try members.quantity("gapErrM")
        silence = try members.optionalQuantity("gapMs")
        source = try members.string("odoSrc")
        profile = try members.string("profile")
    }
}
