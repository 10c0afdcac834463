import Foundation
import Testing
import Wiring

/// The overlay, compiled and applied to a tree.
enum Overlay {
    static let compiler = Tool("dtc")
    static let applier = Tool("fdtoverlay")
    static let source = Repository.path("hardware/overlays/cityzenbox.dts")

    static func applied() throws -> DeviceTree {
        let scratch = try Scratch()
        let (dtc, fdtoverlay) = (try #require(compiler), try #require(applier))
        let base = Repository.path("Tests/HardwareTests/Files/base.dts")
        for (file, made) in [(base, "base.dtb"), (source, "overlay.dtbo")] {
            let outcome = try dtc.run(
                ["-@", "-I", "dts", "-O", "dtb", "-o", made, file], in: scratch)
            try #require(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors == "")
        }
        let outcome = try fdtoverlay.run(
            ["-i", "base.dtb", "-o", "all.dtb", "overlay.dtbo"], in: scratch)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let text = try dtc.run(
            ["-q", "-q", "-I", "dtb", "-O", "dts", "all.dtb"], in: scratch)
        return try DeviceTree(text.output)
    }
}

@Suite(
    .enabled(
        if: Overlay.compiler != nil && Overlay.applier != nil,
        "dtc is not installed: apt install device-tree-compiler"))
struct `Device tree overlay` {
    private let tree: DeviceTree
    private let gpio: DeviceTree
    private let names: [String]
    private let keypad: DeviceTree

    init() throws {
        tree = try Overlay.applied()
        gpio = try tree.node("gpio@7e200000")
        names = try gpio.texts("gpio-line-names")
        keypad = try tree.node("cityzenbox-keypad")
    }

    /// The offsets in a list of `<&gpio offset active-low>`.
    private func offsets(_ property: String) throws -> [Int] {
        let cells = try keypad.cells(property)
        let handle = try #require(try gpio.cells("phandle").first)
        try #require(cells.count.isMultiple(of: 3))
        return stride(from: 0, to: cells.count, by: 3).map { index in
            #expect(cells[index] == handle)
            #expect(cells[index + 2] == 1)
            return cells[index + 1]
        }
    }

    @Test(arguments: Repository.raspberryPis)
    func `the header's lines have the names of the board file`(name: String) throws {
        let lines = try Repository.board(name).lines
        #expect(names.count == 28)
        for line in lines where line.isOnHeader {
            #expect(names[line.offset] == line.name.rawValue)
        }
        let known = names.filter { LineName(rawValue: $0) != nil }
        #expect(known.count == lines.count { $0.isOnHeader })
    }

    @Test(arguments: Repository.raspberryPis)
    func `the expander's lines have the names of the board file`(name: String) throws {
        let expander = try tree.node("i2c@7e804000", "gpio@20")
        #expect(try expander.texts("compatible") == ["microchip,\(expanderLabel)"])
        let names = try expander.texts("gpio-line-names")
        #expect(names.count == 8)
        let lines = try Repository.board(name).lines.filter { !$0.isOnHeader }
        for line in lines { #expect(names[line.offset] == line.name.rawValue) }
        #expect(names.count { !$0.isEmpty } == lines.count)
    }

    @Test func `the keypad has pins of its own`() throws {
        let (rows, columns) = (try offsets("row-gpios"), try offsets("col-gpios"))
        for (index, row) in rows.enumerated() { #expect(names[row] == "keypad.row.\(index + 1)") }
        for (index, column) in columns.enumerated() {
            #expect(names[column] == "keypad.column.\(index + 1)")
        }
        let board = try Repository.board().lines.filter(\.isOnHeader).map(\.offset)
        let interrupts = [names.firstIndex(of: "expander.int"), names.firstIndex(of: "can.int")]
        let all = rows + columns + board + interrupts.compactMap(\.self)
        #expect(all.count == 4 + 3 + 8 + 2)
        #expect(Set(all).count == all.count)
        #expect(Set(rows + columns + board).isDisjoint(with: Header.reserved))
    }

    @Test func `rows rest high and columns do not`() throws {
        let pins = try gpio.node("cityzenbox_keypad_pins")
        #expect(
            try pins.cells("brcm,pins") == (try offsets("row-gpios")) + (try offsets("col-gpios")))
        #expect(try pins.cells("brcm,function") == [0, 0, 0, 0, 0, 0, 0])
        #expect(try pins.cells("brcm,pull") == [2, 2, 2, 2, 0, 0, 0])
        #expect(try keypad.cells("pinctrl-0") == (try pins.cells("phandle")))
    }

    /// Key codes of `linux/input-event-codes.h`.
    @Test func `keys lie as on a telephone`() throws {
        let keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"]
        let codes = keys.map { key in
            key == "*" ? 0x20A : key == "#" ? 0x20B : 0x200 + (Int(key) ?? 99)
        }
        let expected = codes.enumerated().map { index, code in
            (index / 3) << 24 | (index % 3) << 16 | code
        }
        #expect(try keypad.cells("linux,keymap") == expected)
        #expect(try keypad.texts("compatible") == ["gpio-matrix-keypad"])
        for flag in ["wakeup-source", "linux,no-autorepeat", "gpio-activelow"] {
            #expect(keypad.properties[flag] == DeviceTree.Property())
        }
    }

    @Test func `interrupts come in where the names say`() throws {
        let expander = try tree.node("i2c@7e804000", "gpio@20")
        let controller = try tree.node("spi@7e204000", "can@0")
        let handle = try gpio.cells("phandle")
        for (node, name, pins) in [
            (expander, "expander.int", "cityzenbox_expander_pins"),
            (controller, "can.int", "cityzenbox_can_pins"),
        ] {
            let offset = try #require(names.firstIndex(of: name))
            #expect(try node.cells("interrupts") == [offset, 8])
            #expect(try node.cells("interrupt-parent") == handle)
            #expect(try gpio.node(pins).cells("brcm,pins") == [offset])
            #expect(try gpio.node(pins).cells("phandle") == (try node.cells("pinctrl-0")))
        }
    }

    @Test func `the buses are on, with clock, monitor and controller`() throws {
        let i2c = try tree.node("i2c@7e804000")
        #expect(try i2c.texts("status") == ["okay"])
        #expect(try i2c.node("rtc@68").texts("compatible") == ["maxim,ds3231"])
        let monitor = try i2c.node("power-monitor@40")
        #expect(try monitor.texts("compatible") == ["ti,ina226"])
        #expect(try monitor.cells("shunt-resistor") == [100_000])
        let spi = try tree.node("spi@7e204000")
        #expect(try spi.texts("status") == ["okay"])
        #expect(try spi.node("spidev@0").texts("status") == ["disabled"])
        let can = try spi.node("can@0")
        #expect(try can.texts("compatible") == ["microchip,mcp2518fd"])
        let clock = try tree.node("cityzenbox-can-clock")
        #expect(try can.cells("clocks") == (try clock.cells("phandle")))
        #expect(try clock.cells("clock-frequency") == [40_000_000])
    }

    @Test func `a name or a number that is not there is told`() throws {
        #expect(throws: DeviceTree.Unreadable.self) { try tree.node("nothing") }
        #expect(throws: DeviceTree.Unreadable.self) { try tree.cells("nothing") }
        #expect(throws: DeviceTree.Unreadable.self) { try DeviceTree("/ {\n a = <0xg>;\n};") }
        #expect(throws: DeviceTree.Unreadable.self) { try DeviceTree("/ {\n a {\n};") }
    }
}

@Suite struct `Boot configuration` {
    private func settings() throws -> [String] {
        try Repository.lines("hardware/boot/config.txt").filter {
            !$0.isEmpty && !$0.hasPrefix("#")
        }
    }

    @Test func `every pulsed line of the header is low before the kernel runs`() throws {
        let lines = try Repository.board().lines.filter { $0.isOnHeader && $0.name.kind != .input }
        #expect(lines.allSatisfy { $0.polarity == .activeHigh })
        let pins = lines.map(\.offset).sorted().map(String.init).joined(separator: ",")
        #expect(try settings().contains("gpio=\(pins)=op,dl"))
    }

    /// After `dtoverlay=` a `dtparam=` would be taken for one of the overlay's own.
    @Test func `a released line reverts, by a setting before the overlay`() throws {
        let settings = try settings()
        let strict = try #require(settings.firstIndex(of: "dtparam=strict_gpiod"))
        let overlay = try #require(settings.firstIndex(of: "dtoverlay=cityzenbox"))
        #expect(strict < overlay)
        #expect(FileManager.default.fileExists(atPath: Overlay.source))
    }
}
