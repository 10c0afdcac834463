public import AccessCode
public import Units

/// What a fleet is, besides its keys.
public struct FleetRecord: Hashable, Sendable {
    /// When it was made.
    public var made: WallTime
    /// SHA-256 of the certificate of its authority, DER: boxes are claimed with it.
    public var certificate: Digest256
    /// The file of the cold master, where it lies when it is needed; empty while it lies with the
    /// other keys.
    public var coldPath: String

    /// A fleet of these.
    public init(made: WallTime, certificate: Digest256, coldPath: String) {
        self.made = made
        self.certificate = certificate
        self.coldPath = coldPath
    }
}

/// A technician, as the fleet knows them; the log of a box has the number alone.
public struct FleetTechnician: Hashable, Sendable {
    /// The number.
    public var id: TechnicianID
    /// Who it is, for people.
    public var name: String
    /// SHA-1 of the PIN, 20 bytes, as RFC 6287 puts it into an answer.
    public var pinHash: [UInt8]
    /// Since when.
    public var added: WallTime
    /// Until when; `nil` for one who still is.
    public var removed: WallTime?

    /// A technician since `added`.
    public init(
        id: TechnicianID, name: String, pinHash: [UInt8], added: WallTime, removed: WallTime? = nil
    ) {
        self.id = id
        self.name = name
        self.pinHash = pinHash
        self.added = added
        self.removed = removed
    }
}

/// A box, as the fleet knows it.
public struct FleetBox: Hashable, Sendable {
    /// Which master the keys of an epoch come from.
    public enum Master: String, CaseIterable, Hashable, Sendable {
        /// The hot master: enrolled so.
        case hot
        /// The cold master: KEYSWITCH went over to the spare.
        case cold
    }

    /// Its identity.
    public var id: BoxID
    /// The number plate of the car.
    public var plate: String
    /// Where the car stands.
    public var place: String
    /// The profile of the car; `nil` until somebody said it.
    public var profile: String?
    /// The key epoch of the codes that are disclosed now.
    public var keyEpoch: KeyEpoch
    /// Where the keys of that epoch come from.
    public var master: Master
    /// The log epoch of the last enrolment.
    public var logEpoch: UInt32
    /// The number of the owner's secret: the owner gets another one by another number.
    public var ownerNumber: UInt16
    /// What the last TIME code says; `nil` where none was disclosed.
    public var lastTime: WallTime?
    /// When it was enrolled first.
    public var enrolled: WallTime
    /// When it was taken out; `nil` for one in use.
    public var retired: WallTime?

    /// A box that is enrolled now.
    public init(
        id: BoxID, plate: String = "", place: String = "", profile: String? = nil,
        keyEpoch: KeyEpoch, master: Master = .hot, logEpoch: UInt32, ownerNumber: UInt16 = 0,
        lastTime: WallTime? = nil, enrolled: WallTime, retired: WallTime? = nil
    ) {
        self.id = id
        self.plate = plate
        self.place = place
        self.profile = profile
        self.keyEpoch = keyEpoch
        self.master = master
        self.logEpoch = logEpoch
        self.ownerNumber = ownerNumber
        self.lastTime = lastTime
        self.enrolled = enrolled
        self.retired = retired
    }
}

/// A certificate and a bundle that were made for a box.
public struct Enrolment: Hashable, Sendable {
    /// The box.
    public var box: BoxID
    /// The nonce of its request, in hexadecimal digits.
    public var nonce: String
    /// The serial number of the certificate, in hexadecimal digits.
    public var serial: String
    /// The certificate, in PEM.
    public var certificate: String
    /// The key epoch of the keys in the bundle.
    public var keyEpoch: KeyEpoch
    /// The log epoch that the box wrote in.
    public var logEpoch: UInt32
    /// The firmware that made the request.
    public var firmware: String
    /// Where the box keeps its keys, such as `file` or `tpm2`.
    public var backend: String
    /// When it was made.
    public var issued: WallTime

    /// An enrolment of `box`.
    public init(
        box: BoxID, nonce: String, serial: String, certificate: String, keyEpoch: KeyEpoch,
        logEpoch: UInt32, firmware: String, backend: String, issued: WallTime
    ) {
        self.box = box
        self.nonce = nonce
        self.serial = serial
        self.certificate = certificate
        self.keyEpoch = keyEpoch
        self.logEpoch = logEpoch
        self.firmware = firmware
        self.backend = backend
        self.issued = issued
    }
}

/// A code that was disclosed: what it says, never its digits, which the keys make again.
public struct DisclosedCode: Hashable, Sendable {
    /// What a code is for.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// It opens the car for a rental.
        case rental
        /// It makes a rental last longer.
        case extend
        /// It closes codes up to a start.
        case revoke
        /// It retires a key epoch.
        case keySwitch
        /// It tells the time.
        case time
    }

    /// The box.
    public var box: BoxID
    /// The booking, for codes of one.
    public var booking: Int?
    /// What it is for.
    public var kind: Kind
    /// The key epoch whose key made it.
    public var keyEpoch: KeyEpoch
    /// The rental, the counter, the time: what it says.
    public var detail: String
    /// When.
    public var disclosed: WallTime

    /// A code of `box`.
    public init(
        box: BoxID, booking: Int? = nil, kind: Kind, keyEpoch: KeyEpoch, detail: String,
        disclosed: WallTime
    ) {
        self.box = box
        self.booking = booking
        self.kind = kind
        self.keyEpoch = keyEpoch
        self.detail = detail
        self.disclosed = disclosed
    }
}
