public import AccessCode
public import Box
public import Records
public import Units
public import Vehicle

/// What the box is and knows at one moment: all that the console shows comes from here.
public struct BoxFacts: Hashable, Sendable {
    /// Firmware, identity and set-up.
    public var identity: Identity
    /// Whom the console lets in.
    public var access: Access
    /// The clock.
    public var clock: Clock
    /// Board and supply.
    public var board: Board
    /// What the car has told.
    public var car = VehicleState()
    /// How the odometer is billed by.
    public var odometer: Odometer
    /// The log.
    public var log: Log
    /// Rental and trip.
    public var rental = Rental()
    /// The way to the fleet.
    public var net = Net()
    /// The keys.
    public var keys: Keys
    /// What of the installation has been done that nothing else shows.
    public var tests = Tests()

    /// Facts of `identity`.
    public init(
        identity: Identity, access: Access, clock: Clock, board: Board, odometer: Odometer,
        log: Log, keys: Keys
    ) {
        self.identity = identity
        self.access = access
        self.clock = clock
        self.board = board
        self.odometer = odometer
        self.log = log
        self.keys = keys
    }

    /// Firmware, identity and set-up.
    public struct Identity: Hashable, Sendable {
        /// The identity.
        public var box: BoxID
        /// The firmware that runs.
        public var firmware: String
        /// The firmware that waits for the next start; `nil` for none.
        public var nextFirmware: String?
        /// Name and hash of the car's profile; `nil` before there is one.
        public var profile: String?
        /// The profile of the next start, where it is another one.
        public var nextProfile: String?
        /// How many times the box started.
        public var boots: UInt32
        /// How long it has been running.
        public var uptime: Milliseconds

        /// The identity `box`.
        public init(box: BoxID, firmware: String, boots: UInt32, uptime: Milliseconds) {
            self.box = box
            self.firmware = firmware
            self.boots = boots
            self.uptime = uptime
        }
    }

    /// Whom the console lets in.
    public struct Access: Hashable, Sendable {
        /// The technicians; none in a new box.
        public var technicians: [TechnicianID]
        /// The try budget of logging in, as it is durable.
        public var lane: Lockout

        /// `technicians`, with what their tries have left of the budget.
        public init(technicians: [TechnicianID] = [], lane: Lockout = Lockout()) {
            self.technicians = technicians
            self.lane = lane
        }

        /// Whether the box was claimed.
        public var isClaimed: Bool { !technicians.isEmpty }
    }

    /// The clock.
    public struct Clock: Hashable, Sendable {
        /// UTC as far as it is known; `nil` while the clock is lost.
        public var reading: WallReading?
        /// Why it is lost.
        public var loss: ClockLoss?
        /// Whether its error has grown to the cap: it wants to be set.
        public var isDegraded = false
        /// What has certainly passed.
        public var floor: WallTime

        /// A clock above `floor`.
        public init(reading: WallReading?, loss: ClockLoss?, floor: WallTime) {
            self.reading = reading
            self.loss = loss
            self.floor = floor
        }
    }

    /// Board and supply. Unknown is `nil`.
    public struct Board: Hashable, Sendable {
        /// The ignition, by line or bus.
        public var ignition: Bool?
        /// Whether a door is open, by line or bus.
        public var doorOpen: Bool?
        /// Why the starter inhibit may not be engaged; `nil` when it may.
        public var interlock: InterlockReason?
        /// What the starter inhibit should be.
        public var wanted = InhibitState.unknown
        /// What its read-back says.
        public var sensed = InhibitState.unknown
        /// The 12 V battery.
        public var battery: Millivolts?

        /// A board of which nothing is known.
        public init(interlock: InterlockReason?) {
            self.interlock = interlock
        }
    }

    /// How the odometer is billed by.
    public struct Odometer: Hashable, Sendable {
        /// The odometers of the profile, best first.
        public var known: [SourceKey]
        /// The one that is billed by; `nil` until the car was heard.
        public var pinned: SourceKey?
        /// Whether somebody has seen that it is what the dashboard shows.
        public var isConfirmed: Bool

        /// Of `known`, `pinned` is billed by.
        public init(known: [SourceKey], pinned: SourceKey?, isConfirmed: Bool) {
            self.known = known
            self.pinned = pinned
            self.isConfirmed = isConfirmed
        }
    }

    /// The log.
    public struct Log: Hashable, Sendable {
        /// The log epoch.
        public var epoch: UInt32
        /// The number of the last record.
        public var head: Int64
        /// The hash of its envelope.
        public var hash: Digest256
        /// Up to which record the fleet has it.
        public var acknowledged: Int64
        /// What the medium still takes.
        public var room: StorageRoom
        /// How many records could not be written.
        public var unwritten = 0

        /// A log that stands at record `head`.
        public init(
            epoch: UInt32, head: Int64, hash: Digest256, acknowledged: Int64, room: StorageRoom
        ) {
            self.epoch = epoch
            self.head = head
            self.hash = hash
            self.acknowledged = acknowledged
            self.room = room
        }
    }

    /// Rental and trip.
    public struct Rental: Hashable, Sendable {
        /// From when to when the active rental lasts.
        public var window: Range<WallTime>?
        /// The trip that is open.
        public var trip: TripID?
        /// How far it went.
        public var distance: TripDistance?

        /// No rental.
        public init() {}
    }

    /// The way to the fleet.
    public struct Net: Hashable, Sendable {
        /// Whether the fleet can be reached.
        public var online = false
        /// How it is reached, such as `lte`; `nil` where there is no modem.
        public var link: String?

        /// No coverage.
        public init() {}
    }

    /// The keys: which there are, never what they are.
    public struct Keys: Hashable, Sendable {
        /// The key epoch of rental codes.
        public var epoch: KeyEpoch
        /// Whether the key of the epoch is there.
        public var hasEpoch: Bool
        /// Whether the cold spare of the next one is there.
        public var hasSpare: Bool
        /// Whether the owner's secret is there.
        public var hasOwner: Bool

        /// Keys of `epoch`.
        public init(epoch: KeyEpoch, hasEpoch: Bool, hasSpare: Bool, hasOwner: Bool) {
            self.epoch = epoch
            self.hasEpoch = hasEpoch
            self.hasSpare = hasSpare
            self.hasOwner = hasOwner
        }
    }

    /// What of the installation has been done that nothing else shows.
    public struct Tests: Hashable, Sendable {
        /// The relays were tested and did as told.
        public var relays = false
        /// A key of the keypad was pressed.
        public var keypad = false
        /// A code was accepted.
        public var code = false

        /// Nothing done yet.
        public init() {}
    }
}
