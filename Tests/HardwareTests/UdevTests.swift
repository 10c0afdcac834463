import Foundation
import Testing
import Wiring

/// The rules of this package.
enum Rules {
    static let path = "udev/70-cityzenbox.rules"

    static func load() throws -> UdevRules { try UdevRules(try Repository.text(path)) }

    /// `udevadm`, where it can verify: from version 254 on, which Debian 13 has.
    static let verifier: Tool? = {
        guard let tool = Tool("udevadm"), let scratch = try? Scratch() else { return nil }
        let outcome = try? tool.run(["verify", "--help"], in: scratch)
        return outcome?.status == 0 ? tool : nil
    }()

    static func keypad(_ name: String) -> UdevRules.Device {
        UdevRules.Device(subsystem: "input", kernel: "event3", parents: [["name": name]])
    }

    static func chip(_ driver: String) -> UdevRules.Device {
        UdevRules.Device(subsystem: "gpio", kernel: "gpiochip4", drivers: [driver])
    }

    static func serial(
        _ kernel: String, _ vendor: String = "", _ product: String = ""
    ) -> UdevRules.Device {
        UdevRules.Device(
            subsystem: "tty", kernel: kernel,
            parents: [["bInterfaceNumber": "00"], ["idVendor": vendor, "idProduct": product]])
    }
}

@Suite struct `Rules of udev` {
    private let rules: UdevRules

    init() throws {
        rules = try Rules.load()
    }

    @Test func `the keypad of the overlay has its name`() throws {
        let overlay = try Repository.text("hardware/overlays/cityzenbox.dts")
        #expect(overlay.contains("cityzenbox-keypad {"))
        let result = try rules.result(for: Rules.keypad("cityzenbox-keypad"))
        #expect(result.links == ["input/cityzenbox-keypad"])
        #expect(result.group == "cityzenbox")
        #expect(result.mode == "0660")
        #expect(result.properties["LIBINPUT_IGNORE_DEVICE"] == "1")
    }

    /// Raspberry Pi OS has such rules in 99-com.rules.
    @Test func `what is given to the box stays with it, whatever other rules come behind`() throws {
        let others = """

            SUBSYSTEM=="input", GROUP="input", MODE="0664"
            SUBSYSTEM=="gpio", GROUP="gpio", MODE="0664"
            SUBSYSTEM=="rtc", GROUP="clock", MODE="0664"
            SUBSYSTEM=="tty", GROUP="dialout", MODE="0664"
            """
        let all = try UdevRules(try Repository.text(Rules.path) + others)
        for device in [
            Rules.keypad("cityzenbox-keypad"), Rules.chip("pinctrl-bcm2835"),
            Rules.serial("ttyGS0"),
        ] {
            let result = try all.result(for: device)
            #expect(result.group == "cityzenbox")
            #expect(result.mode == "0660")
        }
        #expect(try all.result(for: Rules.keypad("Keyboard")).group == "input")
    }

    /// The rule for a pad on USB is a comment until somebody fills it in.
    @Test func `a pad on USB is the keypad once its numbers are written down`() throws {
        var pad = Rules.keypad("USB Keypad")
        pad.properties = ["ID_VENDOR_ID": "04d9", "ID_MODEL_ID": "a02a"]
        #expect(try rules.result(for: pad).links == [])
        let filled = try Repository.text(Rules.path).replacing("\n#SUBSYSTEM", with: "\nSUBSYSTEM")
        #expect(
            try UdevRules(filled).result(for: pad).links == ["input/cityzenbox-keypad"])
        pad.properties["ID_MODEL_ID"] = "a02b"
        #expect(try UdevRules(filled).result(for: pad).links == [])
    }

    /// The chips of the board files, by the drivers that make them.
    @Test(arguments: [
        ("pinctrl-bcm2835", "pinctrl-bcm2835"), ("pinctrl-bcm2711", "pinctrl-bcm2835"),
        ("pinctrl-rp1", "pinctrl-rp1"), ("mcp23008", "mcp230xx"), ("cityzenbox-bench", "gpio-sim"),
    ])
    func `the box may use every chip that a board file names`(
        label: String, driver: String
    ) throws {
        let named = try (Repository.raspberryPis + ["bench"]).flatMap {
            try Repository.board($0).chips
        }
        #expect(named.contains(label))
        let result = try rules.result(for: Rules.chip(driver))
        #expect(result.group == "cityzenbox")
        #expect(result.mode == "0660")
        #expect(Set(named).count == 5)
    }

    @Test(arguments: ["raspberrypi-exp-gpio", "gpio-brcmstb", "", "pinctrl-bcm2835x"])
    func `other chips stay with others`(driver: String) throws {
        #expect(try rules.result(for: Rules.chip(driver)) == UdevRules.Result())
    }

    @Test(arguments: [
        Rules.serial("ttyGS0"), Rules.serial("ttyUSB0", "0403", "6001"),
        Rules.serial("ttyUSB1", "0403", "6015"), Rules.serial("ttyUSB0", "10c4", "ea60"),
        Rules.serial("ttyUSB0", "1a86", "7523"), Rules.serial("ttyACM0", "1a86", "55d4"),
        Rules.serial("ttyUSB0", "067b", "23a3"),
    ])
    func `an adapter is the console`(device: UdevRules.Device) throws {
        let result = try rules.result(for: device)
        #expect(result.links == ["cityzenbox-console"])
        #expect(result.group == "cityzenbox")
        #expect(result.properties["ID_MM_DEVICE_IGNORE"] == "1")
        // The gadget comes first where there are two.
        #expect(result.options == (device.kernel == "ttyGS0" ? ["link_priority=10"] : []))
    }

    @Test(arguments: [
        // A modem, a satellite receiver, numbers of two parents taken together, no bridge at all.
        Rules.serial("ttyUSB2", "1e0e", "9001"), Rules.serial("ttyACM0", "1546", "01a7"),
        Rules.serial("ttyUSB0", "0403", "ea60"), Rules.serial("ttyS0"), Rules.serial("ttyAMA0"),
        Rules.serial("ttyGS1"), Rules.serial("tty1"),
    ])
    func `nothing else is the console`(device: UdevRules.Device) throws {
        #expect(try rules.result(for: device) == UdevRules.Result())
    }

    @Test func `the clock on I2C has a name, another one does not take it`() throws {
        var clock = UdevRules.Device(subsystem: "rtc", kernel: "rtc1", drivers: ["rtc-ds1307"])
        #expect(try rules.result(for: clock).links == ["cityzenbox-rtc"])
        clock.drivers = ["rpi-rtc"]
        #expect(try rules.result(for: clock) == UdevRules.Result())
    }

    @Test func `the box may use the watchdog of the machine`() throws {
        for (subsystem, kernel) in [("misc", "watchdog"), ("watchdog", "watchdog0")] {
            let device = UdevRules.Device(subsystem: subsystem, kernel: kernel)
            #expect(try rules.result(for: device).group == "cityzenbox")
        }
        let other = UdevRules.Device(subsystem: "misc", kernel: "hpet")
        #expect(try rules.result(for: other) == UdevRules.Result())
    }

    @Test func `a device that goes is left alone`() throws {
        var device = Rules.keypad("cityzenbox-keypad")
        device.action = "remove"
        #expect(try rules.result(for: device) == UdevRules.Result())
    }

    @Test func `the group is made by the same package`() throws {
        // A user of systemd-sysusers has a group of its own name.
        let lines = try Repository.lines("udev/cityzenbox.sysusers")
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("u cityzenbox - ") == true)
        let groups = rules.rules.flatMap(\.self).filter { $0.key == "GROUP" }.map(\.value)
        #expect(Set(groups) == ["cityzenbox"])
    }

    @Test(arguments: [
        "SUBSYSTEM=\"gpio\"", "KERNL==\"a\"", "MODE==\"0660\"", "ENV==\"1\"", "KERNEL{a}==\"b\"",
        "KERNEL==a", "KERNEL==\"a\" MODE=\"1\"", "KERNEL==\"a\",", "GOTO=\"nowhere\"",
        "LABEL=\"a\"\nLABEL=\"a\"", "LABEL=\"a\"\nGOTO=\"a\"", "garbage",
    ])
    func `what is no rule is seen`(text: String) {
        #expect(throws: UdevRules.Unreadable.self) { try UdevRules(text) }
    }

    @Test(
        .enabled(
            if: Rules.verifier != nil,
            "udevadm cannot verify before version 254, which Debian 13 has"))
    func `udev itself finds nothing wrong`() throws {
        let udevadm = try #require(Rules.verifier)
        let outcome = try udevadm.run(
            ["verify", "--resolve-names=never", Repository.path(Rules.path)], in: try Scratch())
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}

/// A file of systemd: sections with keys and values.
struct SystemdFile {
    let values: [String: String]

    init(_ path: String) throws {
        var section = ""
        var found: [String: String] = [:]
        for line in try Repository.lines(path) where !line.isEmpty && !line.hasPrefix("#") {
            if line.hasPrefix("[") {
                section = String(line.dropFirst().dropLast())
            } else {
                let parts = line.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                try #require(parts.count == 2, "\(path): \(line)")
                found["\(section).\(parts[0])"] = String(parts[1])
            }
        }
        values = found
    }

    /// The programs that read such files have the names of all keys inside.
    static let readers = ["link": "/usr/bin/udevadm", "network": "/lib/systemd/systemd-networkd"]
}

@Suite struct `Interface of the car's bus` {
    private static func path(_ kind: String) -> String {
        "udev/network/70-cityzenbox-can.\(kind)"
    }

    @Test func `it is called can0, for the controller of the overlay`() throws {
        let link = try SystemdFile(Self.path("link")).values
        #expect(link["Link.Name"] == "can0")
        #expect(link["Link.NamePolicy"] == "")
        // The driver mcp251xfd serves the MCP2518FD, mcp251x its predecessor.
        #expect(link["Match.Driver"]?.split(separator: " ").first == "mcp251xfd")
        let overlay = try Repository.text("hardware/overlays/cityzenbox.dts")
        #expect(overlay.contains("compatible = \"microchip,mcp2518fd\";"))
    }

    @Test func `it comes up listening only, and comes back after bus-off`() throws {
        let network = try SystemdFile(Self.path("network")).values
        #expect(
            network == [
                "Match.Name": "can0", "Link.RequiredForOnline": "no", "CAN.BitRate": "500K",
                "CAN.ListenOnly": "yes", "CAN.RestartSec": "1s", "CAN.BusErrorReporting": "no",
            ])
    }

    @Test(
        .enabled(
            if: SystemdFile.readers.values.allSatisfy(FileManager.default.fileExists),
            "systemd-networkd and udevadm are not installed"),
        arguments: SystemdFile.readers.keys.sorted())
    func `systemd knows every key`(kind: String) throws {
        let reader = try #require(SystemdFile.readers[kind])
        let program = try Data(contentsOf: URL(filePath: reader))
        for key in try SystemdFile(Self.path(kind)).values.keys.sorted() {
            #expect(program.range(of: Data(key.utf8 + [0])) != nil, "\(key)")
        }
        #expect(program.range(of: Data("CAN.NoSuchKey".utf8)) == nil)
    }
}
