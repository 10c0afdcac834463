public import Units

/// What a box is configured with: one JSON5 file, in which everything but the profile of the car
/// and the board has a sensible value of its own.
public struct BoxConfiguration: Hashable, Sendable {
    /// The board: a name among the installed ones, or a path.
    public var board: String
    /// The profile of the car: a name among the installed ones, or a path; `nil` where a technician
    /// says it at the console. What was said there counts more than what stands here.
    public var profile: String?
    /// The interface of each bus of the profile that is not the usual one: by the bus's name.
    public var interfaces: [String: String]
    /// Whether virtual interfaces, which have no bit rate, are taken for a bus of the car.
    public var isBench: Bool
    /// Where the box keeps what it must remember.
    public var state: String
    /// The device of the keypad.
    public var keypad: String
    /// The device of the battery-backed clock.
    public var rtc: String
    /// What the kernel calls the battery monitor; `nil` where there is none.
    public var batterySensor: String?
    /// Under this voltage the battery is recorded as low.
    public var batteryLow: Millivolts
    /// Under this voltage, parked, the box turns itself off.
    public var batteryFloor: Millivolts
    /// How many bytes the log may take; `nil` for no bound but the card's.
    public var logCapacity: Int64?
    /// The watchdog of the machine, and after how many seconds it bites; `nil` leaves it alone.
    public var watchdog: Watchdog?
    /// Where the status can be asked for.
    public var statusSocket: String
    /// Where the keys are, as a URI: `file:` or `tpm2:`, with a folder where it is not the usual.
    public var keys: String
    /// The serial line of the technician's console; `nil` for none.
    public var console: Console?

    /// Where in the file each of these stands, as messages tell it: `3:12 car.profile`.
    public var places = Places()

    /// Where values stand that name other files.
    public struct Places: Hashable, Sendable {
        /// The board.
        public var board = ""
        /// The profile.
        public var profile = ""
        /// The keys.
        public var keys = ""
        /// The interfaces, by the bus's name.
        public var interfaces: [String: String] = [:]
    }

    /// A watchdog of the machine.
    public struct Watchdog: Hashable, Sendable {
        /// Its device.
        public var device: String
        /// After this time without a sign the machine starts again: 5 to 15 seconds, which is what
        /// the watchdog of a Raspberry Pi can count.
        public var seconds: Int64
    }

    /// The serial line of the technician's console.
    public struct Console: Hashable, Sendable {
        /// Its device.
        public var device: String
        /// Bits a second; of no effect on USB gadgets.
        public var speed: Int64
    }

    /// Where the configuration is installed.
    public static let usualPath = "/etc/cityzenbox/cityzenboxd.json5"
    /// Where the status of an installed box can be asked for.
    public static let usualSocket = "/run/cityzenbox/cityzenboxd.sock"

    /// The interface of the bus `name`, the `index`th of the profile: `can0`, `can1`, … unless the
    /// configuration says otherwise.
    public func interface(of name: String, index: Int) -> String {
        interfaces[name] ?? "can\(index)"
    }

    /// The configuration in the file at `path`.
    ///
    /// - Throws: ``DataFileError`` with all that is wrong, each with its line and column.
    public static func load(_ path: String) throws(DataFileError) -> BoxConfiguration {
        try BoxConfiguration(try WholeFile.read(path), file: path)
    }

    /// The configuration that `bytes` write, which stand in `path`. Any bytes are allowed.
    ///
    /// - Throws: ``DataFileError`` with all that is wrong, each with its line and column.
    public init(_ bytes: [UInt8], file path: String) throws(DataFileError) {
        let root: JSON5Value
        do throws(JSON5Parser.Slip) { root = try JSON5Parser.parse(bytes) } catch {
            throw DataFileError(
                file: path, place: "\(error.line):\(error.column)", reason: error.reason,
                remedy: "a configuration is written in JSON5")
        }
        var reader = ConfigurationReader(mistakes: ProfileMistakes(file: path, bytes: bytes))
        let configuration = reader.configuration(root)
        if let error = reader.mistakes.error { throw error }
        guard let configuration else {
            preconditionFailure("A configuration that could not be read has a mistake.")
        }
        self = configuration
    }

    init(board: String) {
        self.board = board
        interfaces = [:]
        isBench = false
        state = "/var/lib/cityzenbox"
        keypad = "/dev/input/cityzenbox-keypad"
        rtc = "/dev/cityzenbox-rtc"
        batterySensor = "ina226"
        batteryLow = Millivolts(12_000)
        batteryFloor = Millivolts(11_500)
        statusSocket = Self.usualSocket
        keys = "file:"
        console = Console(device: "/dev/cityzenbox-console", speed: 115_200)
    }
}

/// The keys that a configuration may have; `docs/reference/configuration.md` explains them.
public enum ConfigurationSchema {
    /// The configuration itself.
    public static let configuration = ProfileSchema.Section(
        name: "The configuration",
        keys: [
            "version", "board", "car", "state", "keypad", "rtc", "battery", "log", "watchdog",
            "keys", "console", "status_socket",
        ])
    /// The value of `car`.
    public static let car = ProfileSchema.Section(
        name: "`car`", keys: ["profile", "interfaces", "bench"])
    /// The value of `battery`.
    public static let battery = ProfileSchema.Section(
        name: "`battery`", keys: ["sensor", "low_mv", "floor_mv"])
    /// The value of `log`.
    public static let log = ProfileSchema.Section(name: "`log`", keys: ["capacity_mb"])
    /// The value of `watchdog`.
    public static let watchdog = ProfileSchema.Section(
        name: "`watchdog`", keys: ["device", "seconds"])
    /// The value of `console`.
    public static let console = ProfileSchema.Section(name: "`console`", keys: ["device", "speed"])
    /// All of them.
    public static let sections = [configuration, car, battery, log, watchdog, console]
}

/// Reads the text of a configuration, and takes down all that is wrong in it.
private struct ConfigurationReader {
    var mistakes: ProfileMistakes

    mutating func configuration(_ root: JSON5Value) -> BoxConfiguration? {
        let top = ProfilePlace(path: "", offset: root.offset)
        guard let object = mistakes.object(root, top, [ConfigurationSchema.configuration])
        else { return nil }
        if let version = mistakes.whole(
            object, "version", in: 0...Int64(Int32.max), isRequired: false), version != 1
        {
            mistakes.add(object.place.at("version"), "\(version) is not known", "known is 1")
        }
        var made = BoxConfiguration(board: mistakes.text(object, "board") ?? "")
        made.places.board = mistakes.words(object.place.at("board"))
        readCar(object, into: &made)
        path(object, "state", into: &made.state)
        path(object, "keypad", into: &made.keypad)
        path(object, "rtc", into: &made.rtc)
        path(object, "status_socket", into: &made.statusSocket)
        readBattery(object, into: &made)
        readLog(object, into: &made)
        readWatchdog(object, into: &made)
        made.keys = mistakes.text(object, "keys", isRequired: false) ?? made.keys
        made.places.keys = mistakes.words(object.place.at("keys"))
        readConsole(object, into: &made)
        return made
    }

    private mutating func section(
        _ object: ProfileObject, _ key: String, _ section: ProfileSchema.Section
    ) -> ProfileObject? {
        object[key].flatMap { mistakes.object($0, object.place.at(key), [section]) }
    }

    private mutating func readCar(_ object: ProfileObject, into made: inout BoxConfiguration) {
        guard let car = section(object, "car", ConfigurationSchema.car) else { return }
        made.profile = mistakes.text(car, "profile", isRequired: false)
        made.places.profile = mistakes.words(car.place.at("profile"))
        made.isBench = mistakes.truth(car, "bench") ?? false
        guard let value = car["interfaces"] else { return }
        guard case .object(let members) = value.content else {
            mistakes.add(
                car.place.at("interfaces"), "is \(value.kind), not an object",
                "write the interface of each bus by the bus's name")
            return
        }
        for member in members {
            let place = ProfilePlace(
                path: car.place.at("interfaces").path + ".\(member.key)", offset: member.offset)
            guard case .text(let interface) = member.value.content, isInterface(interface) else {
                mistakes.add(place, "names no interface", "write a name such as \"can0\"")
                continue
            }
            made.interfaces[member.key] = interface
            made.places.interfaces[member.key] = mistakes.words(place)
        }
    }

    /// Names of network interfaces have 1 to 15 bytes, no space and no slash.
    private func isInterface(_ name: String) -> Bool {
        (1...15).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    private mutating func path(
        _ object: ProfileObject, _ key: String, into value: inout String
    ) {
        guard let text = mistakes.text(object, key, isRequired: false) else { return }
        guard text.hasPrefix("/") else {
            mistakes.add(object.place.at(key), "'\(text)' is no absolute path", "begin it with /")
            return
        }
        value = text
    }

    private mutating func readBattery(_ object: ProfileObject, into made: inout BoxConfiguration) {
        guard let battery = section(object, "battery", ConfigurationSchema.battery) else { return }
        // Null says that there is none; left out, the board's usual one is meant.
        if let sensor = battery["sensor"], case .null = sensor.content {
            made.batterySensor = nil
        } else if let name = mistakes.text(battery, "sensor", isRequired: false) {
            made.batterySensor = name
        }
        let range: ClosedRange<Int64> = 6_000...30_000
        let low = mistakes.whole(battery, "low_mv", in: range, isRequired: false)
        let floor = mistakes.whole(battery, "floor_mv", in: range, isRequired: false)
        made.batteryLow = low.map { Millivolts($0) } ?? made.batteryLow
        made.batteryFloor = floor.map { Millivolts($0) } ?? made.batteryFloor
        if made.batteryFloor > made.batteryLow {
            mistakes.add(
                battery.place.at(battery.has("floor_mv") ? "floor_mv" : "low_mv"),
                "the floor, \(made.batteryFloor.count) mV, lies above low_mv, "
                    + "\(made.batteryLow.count) mV",
                "a battery is low before it is empty")
        }
    }

    private mutating func readLog(_ object: ProfileObject, into made: inout BoxConfiguration) {
        guard let log = section(object, "log", ConfigurationSchema.log) else { return }
        made.logCapacity =
            mistakes.whole(log, "capacity_mb", in: 8...65_536, isRequired: false).map { $0 << 20 }
    }

    private mutating func readWatchdog(_ object: ProfileObject, into made: inout BoxConfiguration) {
        guard let watchdog = section(object, "watchdog", ConfigurationSchema.watchdog) else {
            return
        }
        var device = "/dev/watchdog"
        path(watchdog, "device", into: &device)
        let seconds = mistakes.whole(watchdog, "seconds", in: 5...15, isRequired: false) ?? 15
        made.watchdog = BoxConfiguration.Watchdog(device: device, seconds: seconds)
    }

    private mutating func readConsole(_ object: ProfileObject, into made: inout BoxConfiguration) {
        // Null says that there is none; left out, the one that the udev rules name is meant.
        if let value = object["console"], case .null = value.content {
            made.console = nil
            return
        }
        guard let console = section(object, "console", ConfigurationSchema.console),
            var line = made.console
        else { return }
        path(console, "device", into: &line.device)
        line.speed =
            mistakes.whole(console, "speed", in: 4_800...921_600, isRequired: false) ?? line.speed
        made.console = line
    }
}
