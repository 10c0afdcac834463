internal import AccessCode
public import Box
public import Records
public import Units
public import Vehicle

/// How a box stands, for people and scripts: no code, no key, no person, no place.
public struct BoxStatus: Hashable, Sendable {
    /// The box.
    public var box: BoxID
    /// The firmware's version.
    public var version: String
    /// How long the service has been running.
    public var uptime: Milliseconds
    /// What is not as it should be, the gravest first.
    public var faults: [FaultReport] = []
    /// What the Box says; `nil` while there is no log to work with.
    public var work: Work?
    /// The buses of the car.
    public var buses: [Bus] = []
    /// Whether there is a way out to the network; `nil` is unknown.
    public var network: Bool?

    /// A box that says nothing about itself yet.
    public init(box: BoxID, version: String, uptime: Milliseconds) {
        self.box = box
        self.version = version
        self.uptime = uptime
    }

    /// One bus of the car.
    public struct Bus: Hashable, Sendable {
        /// What the profile calls it.
        public var name: String
        /// Its interface, such as `can0`.
        public var interface: String
        /// Where it stands: a stable code, such as `up` or `busOff`.
        public var state: String
        /// How long ago a frame was heard; `nil` for never.
        public var heard: Milliseconds?
        /// Frames that were lost since the start.
        public var lost: Int64

        /// A bus as it stands.
        public init(
            name: String, interface: String, state: String, heard: Milliseconds?, lost: Int64
        ) {
            self.name = name
            self.interface = interface
            self.state = state
            self.heard = heard
            self.lost = lost
        }
    }

    /// What the Box says about itself and the car.
    public struct Work: Hashable, Sendable {
        /// Where the rental stands: `none`, `active` or `overdue`.
        public var rental: Rental
        /// Whether a trip is open.
        public var tripIsOpen: Bool
        /// The box's UTC and how wrong it can be; `nil` while the clock is lost.
        public var clock: Clock?
        /// The number of the last record, and the log epoch.
        public var records: Int64
        /// The log epoch.
        public var epoch: UInt32
        /// Records that could not be written.
        public var unwritten: Int
        /// How much the medium still takes.
        public var storage: StorageRoom
        /// How many times the box has started.
        public var boots: UInt32
        /// What the starter inhibit should be.
        public var starterWanted: InhibitState
        /// What its read-back says.
        public var starterSensed: InhibitState
        /// Whether it does not follow although it was driven as often as is good for it.
        public var starterIsStuck: Bool
        /// Why it may not be engaged; `nil` when it may.
        public var interlock: InterlockReason?
        /// Whether the ignition is on; `nil` is unknown.
        public var ignition: Bool?
        /// Whether a door is open; `nil` is unknown.
        public var doorOpen: Bool?
        /// The profile of the car.
        public var profile: String
        /// The odometer.
        public var odometer: OdometerEstimate?
        /// Whether somebody has confirmed that the odometer is the dashboard's.
        public var odometerIsConfirmed: Bool
        /// The voltage of the car's battery; `nil` is unknown.
        public var battery: Millivolts?
        /// Whether it is low.
        public var batteryIsLow: Bool

        /// Where a rental stands.
        public enum Rental: String, CaseIterable, Sendable {
            /// There is none.
            case none
            /// Somebody has the car.
            case active
            /// Its time is over, and nobody has ended it.
            case overdue
        }

        /// UTC as the box has it.
        public struct Clock: Hashable, Sendable {
            /// The best guess.
            public var time: WallTime
            /// How wrong it can be.
            public var error: Milliseconds
            /// Whether the error has grown to its cap.
            public var isDegraded: Bool
        }

        /// What `box` says at `now`.
        public init(of box: Box, at now: BootTime) {
            let durable = box.durable
            let earliest = box.clock.earliest(at: now)
            rental = durable.book.active.map { $0.end < earliest ? .overdue : .active } ?? .none
            tripIsOpen = durable.trip != nil
            clock = box.clock.reading(at: now).map { reading in
                Clock(
                    time: reading.time, error: reading.error,
                    isDegraded: box.clock.isDegraded(at: now))
            }
            records = durable.sequence
            epoch = durable.epoch
            unwritten = box.unwritten
            storage = box.storage
            boots = durable.boots
            starterWanted = box.starter.wanted
            starterSensed = box.starter.sensed
            starterIsStuck = box.starter.isStuck
            interlock = box.interlock.reason(at: now)
            ignition = box.ignition
            doorOpen = box.doorOpen
            profile = box.setup.profile
            odometer = box.car.odometer
            odometerIsConfirmed = durable.isOdometerConfirmed
            battery = box.battery?.voltage
            batteryIsLow = box.batteryIsLow
        }
    }
}
