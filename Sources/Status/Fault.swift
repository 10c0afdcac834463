/// Something that is not as it should be. The raw value is the stable code.
///
/// A box with faults goes on with what is left of it, as far as that is safe.
public enum Fault: String, CaseIterable, Sendable {
    /// The lines of the board cannot be driven or read.
    case boardAbsent = "board.absent"
    /// The process that ends pulses which outlast their width is missing.
    case boardUnguarded = "board.unguarded"
    /// LEDs and buzzer cannot be driven.
    case lampsAbsent = "lamps.absent"
    /// Doors or starter were to be driven while the board was not there.
    case pulsesLost = "pulses.lost"
    /// There is no keypad.
    case keypadAbsent = "keypad.absent"
    /// A bus of the car has no interface, or it is turned off.
    case busDown = "bus.down"
    /// The interface of a bus is set up in another way than the profile of the car says.
    case busRefused = "bus.refused"
    /// The controller of a bus that is to be asked is set up to listen only.
    case busMute = "bus.mute"
    /// The controller of a bus took itself off it.
    case busOff = "bus.off"
    /// The box keeps silent on a bus after repeated bus-offs.
    case busSilenced = "bus.silenced"
    /// The socket of a bus broke.
    case busBroken = "bus.broken"
    /// The trip log cannot be opened.
    case logAbsent = "log.absent"
    /// A record could not be written, or the time floor last time.
    case logFailed = "log.failed"
    /// The log has no room for a whole rental.
    case logFull = "log.full"
    /// The fleet's keys for this box are not there.
    case keysMissing = "keys.missing"
    /// The keys did not answer last time.
    case keysFailed = "keys.failed"
    /// The time is not known.
    case clockLost = "clock.lost"
    /// The time is known to half an hour only.
    case clockDegraded = "clock.degraded"
    /// The battery-backed clock does not answer.
    case rtcFailed = "rtc.failed"
    /// The battery of that clock is low.
    case rtcBattery = "rtc.battery"
    /// The starter inhibit does not follow.
    case starterStuck = "starter.stuck"
    /// Nobody has confirmed that the odometer is the dashboard's.
    case odometerUnconfirmed = "odometer.unconfirmed"
    /// The battery of the car is low.
    case batteryLow = "battery.low"
    /// The battery of the car cannot be measured.
    case batteryUnmeasured = "battery.unmeasured"
    /// Nobody has said which profile the car is read by, or that one cannot be used.
    case carUnpaired = "car.unpaired"
    /// The serial line of the technician's console cannot be used.
    case consoleAbsent = "console.absent"
    /// The watchdog of the machine cannot be used.
    case watchdogAbsent = "watchdog.absent"
    /// A changed configuration waits for a restart, or the changed file is wrong.
    case configurationStale = "configuration.stale"

    /// What the box does meanwhile.
    public var consequence: String {
        switch self {
        case .boardAbsent:
            "nothing is driven and every input is unknown; it is tried again until it works"
        case .boardUnguarded: "pulses end by this program alone; a guard is tried for again"
        case .lampsAbsent: "doors and starter work, without a sign; it is tried again"
        case .pulsesLost: "the car stays as it was; what was asked for is not made up for"
        case .keypadAbsent: "codes cannot be typed; it is tried again until it is plugged in"
        case .busDown: "the car is not heard: no kilometres by its odometer, no new inhibit"
        case .busRefused: "the bus is not listened to, so that nothing disturbs the car"
        case .busMute: "nothing is asked, so what the car tells only when asked is not known"
        case .busOff: "the controller is restarted, each time after a longer wait"
        case .busSilenced: "the box listens, and sends nothing until it is started again"
        case .busBroken: "it is opened again, each time after a longer wait"
        case .logAbsent: "no code opens anything; what is typed is answered, the log tried again"
        case .logFailed: "what must be durable is refused until a write works"
        case .logFull: "no new rentals; the active one goes on and can be ended"
        case .keysMissing: "no code opens anything"
        case .keysFailed: "codes are answered with a signal of their own, and cost no try"
        case .clockLost: "no new rentals; the active one goes on"
        case .clockDegraded: "codes open; one that just begins or ends may be half an hour off"
        case .rtcFailed: "the time is lost at the next start"
        case .rtcBattery: "the time may be lost at the next power cut"
        case .starterStuck: "it is left alone after three tries; a driver's next entry tries again"
        case .odometerUnconfirmed: "trips are marked as measured by an unconfirmed odometer"
        case .batteryLow: "recorded; parked below the floor, the box turns itself off"
        case .batteryUnmeasured: "cars that tell their kilometres when asked are not asked"
        case .carUnpaired: "nothing is read of the car: trips have no kilometres"
        case .consoleAbsent: "the box works; it is tried again"
        case .watchdogAbsent: "a machine that hangs is not started again by it"
        case .configurationStale: "the box goes on with what it was started with"
        }
    }

    /// What somebody can do about it.
    public var remedy: String {
        switch self {
        case .boardAbsent: "compare the board file with `gpiodetect` and `gpioinfo`"
        case .boardUnguarded: "let the service fork (TasksMax)"
        case .lampsAbsent: "check the expander and the I2C wires"
        case .pulsesLost: "mend the board, then type the code again"
        case .keypadAbsent: "plug it in, and see that the udev rules name it"
        case .busDown: "`ip link set can0 up`, or check systemd-networkd"
        case .busRefused: "set the interface up as the detail says"
        case .busMute: "set it up without listen-only, or choose a profile that listens"
        case .busOff, .busSilenced: "check wiring, termination and bit rate"
        case .busBroken: "see the journal"
        case .logAbsent: "see the detail; never delete a log that was not acknowledged"
        case .logFailed: "check the card and whether it takes writes"
        case .logFull: "let the fleet acknowledge, or put in a larger card"
        case .keysMissing: "let a technician claim it and install the fleet's bundle"
        case .keysFailed: "see the journal; provision the keys again if they are gone"
        case .clockLost: "a TIME code, the owner's password or a technician sets it"
        case .clockDegraded: "bring the car into coverage, or set the clock"
        case .rtcFailed: "check the overlay and the I2C wires"
        case .rtcBattery: "change its cell"
        case .starterStuck: "check relay, coils and read-back"
        case .odometerUnconfirmed: "compare with the dashboard and confirm"
        case .batteryLow: "charge it"
        case .batteryUnmeasured: "check the battery monitor on I2C"
        case .carUnpaired: "at the console: `car probe`, then `car pair`"
        case .consoleAbsent: "name the device, and see that the udev rules give it to the box"
        case .watchdogAbsent: "leave it to one program, and allow the device"
        case .configurationStale: "correct the file, then `systemctl restart cityzenboxd`"
        }
    }
}

/// A fault as it stands now.
public struct FaultReport: Hashable, Sendable {
    /// Which.
    public var fault: Fault
    /// What was found and what was expected, in one line.
    public var detail: String

    /// `fault`, with its particulars.
    public init(_ fault: Fault, _ detail: String) {
        self.fault = fault
        self.detail = detail
    }
}
