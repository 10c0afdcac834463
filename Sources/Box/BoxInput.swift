public import AccessCode
public import Records
public import Units
public import Vehicle

/// What can happen to a box.
///
/// After an effect that asks (``BoxEffect/commit(_:)``, ``BoxEffect/check(_:)``,
/// ``BoxEffect/makeReceipt(_:)``) the next input is its answer: anything else is a bug and traps.
public enum BoxInput: Hashable, Sendable {
    /// The box started; always the first input.
    case started(Startup)
    /// A key of the keypad was pressed.
    case keyPressed(Key)
    /// The bus told something new about the car.
    case vehicleHeard(VehicleState, anomalies: [OdometerAnomaly], gaps: [OdometerGap] = [])
    /// Somebody at the car says what its dashboard shows; answered by
    /// ``BoxEffect/answerOdometer(_:)``.
    case odometerConfirmed(dash: Metres)
    /// Somebody wants another odometer to be billed by; answered by
    /// ``BoxEffect/answerOdometer(_:)``.
    case odometerChosen(SourceKey)
    /// A technician did something at the console, or failed to log in: written as it is.
    case technicianActed(TechnicianBody)
    /// The key store holds other code keys from now on: those of `epoch`, which is never below the
    /// one that was enabled, and the cold spare of the next one or none.
    case keysChanged(epoch: KeyEpoch, hasColdSpare: Bool)
    /// A logged-in technician ends the rental; the answer is a signal, as for END at the keypad.
    case rentalEndedByTechnician
    /// An input line of the board was read.
    case lineRead(InputLine, Bool?)
    /// The battery was measured.
    case batteryRead(BatteryReading)
    /// The battery-backed clock was read; `nil` when it did not answer.
    case rtcRead(RTCReading?)
    /// Somebody offers the time.
    case timeOffered(TimeOffer)
    /// The medium's level changed.
    case storageRead(StorageRoom)
    /// The fleet was reached, or was lost.
    case coverageChanged(Bool)
    /// The time that ``Box/nextDeadline`` asked for has come.
    case deadlinePassed
    /// The box is about to be stopped in order.
    case stopping

    /// Answer: what the drafts say is durable.
    case committed
    /// Answer: none of the drafts was written.
    case commitFailed
    /// Answer: the keys looked for the code.
    case codeChecked(CodeCheck.Match)
    /// Answer: the keys did not answer.
    case keysFailed
    /// Answer: the digits of the RETURN receipt; `nil` when the keys did not answer.
    case receiptMade([UInt8]?)
}

/// What is known when the box starts.
public struct Startup: Hashable, Sendable {
    /// The battery-backed clock; `nil` when it did not answer.
    public var rtc: RTCReading?
    /// The read-back of the starter inhibit.
    public var inhibit: InhibitState
    /// How full the medium is.
    public var storage: StorageRoom

    /// A start with these readings.
    public init(rtc: RTCReading?, inhibit: InhibitState, storage: StorageRoom) {
        self.rtc = rtc
        self.inhibit = inhibit
        self.storage = storage
    }
}

/// A key of the keypad.
public enum Key: Hashable, Sendable {
    /// 0...9
    case digit(UInt8)
    /// `*`: clears what was typed.
    case clear
    /// `#`: enters it.
    case enter
}

/// The input lines of a board that the Box decides by.
public enum InputLine: String, CaseIterable, Sendable {
    /// The car's ignition, terminal 15.
    case ignition
    /// Any door: high while one stands open.
    case doorContact = "door.contact"
    /// The read-back of the starter inhibit: high while the starter cannot turn.
    case starterInhibitSense = "starter.inhibit.sense"
}

/// The 12 V battery as the box sees it.
public struct BatteryReading: Hashable, Sendable {
    /// The voltage.
    public var voltage: Millivolts
    /// What the box drew since it started.
    public var drawn: MilliampereHours

    /// `voltage`, and `drawn` since the start.
    public init(voltage: Millivolts, drawn: MilliampereHours) {
        self.voltage = voltage
        self.drawn = drawn
    }
}

/// How much the medium still takes, in the steps at which the box changes what it does.
public enum StorageRoom: String, CaseIterable, Sendable {
    /// Room for everything.
    case normal
    /// 90 % full: no more marks.
    case tight
    /// No room for a whole rental, or no writes at all: no new rentals.
    case none
}

/// The time, as somebody else has it.
public struct TimeOffer: Hashable, Sendable {
    /// Who offers it.
    public enum Source: String, CaseIterable, Sendable {
        /// A satellite receiver or network time: a hint.
        case gnss
        /// The fleet, signed.
        case server
        /// A logged-in technician.
        case technician
    }

    /// UTC.
    public var time: WallTime
    /// UTC lies within this of ``time``.
    public var error: Milliseconds
    /// Who says so.
    public var source: Source

    /// `source` says it is `time` ± `error`.
    public init(time: WallTime, error: Milliseconds, source: Source) {
        self.time = time
        self.error = error
        self.source = source
    }
}
