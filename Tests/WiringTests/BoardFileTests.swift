import DataFiles
import FoundationEssentials
import Testing
import Units
import Wiring

/// Board files that are made for one test.
enum TestBoards {
    /// A line of a board without a mistake.
    static func entry(_ name: LineName, offset: Int) -> String {
        let line = SoundBoard.line(name, offset: offset)
        var parts = [
            "line: \"\(name.rawValue)\"", "chip: \"chip\"", "offset: \(offset)",
            "direction: \"\(line.direction ?? "")\"", "polarity: \"active-high\"",
        ]
        if let safe = line.safe { parts.append("safe: \"\(safe)\"") }
        if let width = line.width { parts.append("width_ms: \(width)") }
        if let debounce = line.debounce { parts.append("debounce_ms: \(debounce)") }
        return "{ \(parts.joined(separator: ", ")) },"
    }

    /// A whole board without a mistake; its first line is the fifth of the text.
    static let text: String = {
        let lines = LineName.allCases.enumerated().map { entry($0.element, offset: $0.offset) }
        return """
            {
              board: "car", version: 1,
              describes: "A board for tests.",
              lines: [
            \(lines.joined(separator: "\n"))
              ],
            }
            """
    }()

    /// Loads `text` from a folder of its own, which is removed afterwards.
    static func load(_ text: String) throws(DataFileErrors) -> BoardLayout {
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/board-\(UUID())"
        defer { try? files.removeItem(atPath: folder) }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: folder + "/car.json5"))
        } catch {
            Issue.record("\(error)")
        }
        return try BoardFile.load(folder + "/car.json5")
    }
}

@Suite struct `Board files` {
    @Test func `a sound file gives its layout`() throws {
        let layout = try TestBoards.load(TestBoards.text)
        #expect(layout.name == "car")
        #expect(layout.title == "A board for tests.")
        #expect(layout.lines == (try BoardLayout(SoundBoard.draft)).lines)
    }

    @Test func `a line is found by its name as well as by its number`() throws {
        let text = TestBoards.text.replacing(
            "offset: 9,", with: "name: \"IGN\", bias: \"disabled\",")
        let line = try #require(try TestBoards.load(text)[.ignition])
        #expect(line.place == .named("IGN"))
        #expect(line.bias == .disabled)
    }

    /// What is replaced by what, and the only refusal that comes of it: place, reason, remedy.
    static let refusals: [(String, String, String, String, String)] = [
        ("describes:", "describe:", "", "there is no key 'describe' here", "known are board, "),
        (
            "version: 1", "version: 2", "version", "2 is not known", "known is 1"
        ),
        (
            "board: \"car\"", "board: \"bus\"", "board", "says 'bus'",
            "a board has the name of its file"
        ),
        ("offset: 0", "offset: ]", "5:44", "expected a value", "a board is written in JSON5"),
        ("offset: 0", "pin: 0", "lines[0]", "there is no key 'pin' here", "known are line, "),
        ("offset: 0", "offset: \"a\"", "lines[0].offset", "is no Int", "write one"),
        (
            "line: \"vss\"", "line: \"speed\"", "lines[10].line", "there is no line 'speed'",
            "known are door.lock, "
        ),
        (
            "line: \"vss\"", "line: \"ignition\"", "lines[10].line", "ignition is written twice",
            "leave it out"
        ),
        (
            TestBoards.entry(.ledRed, offset: 6), "", "lines", "led.red is missing",
            "add it: no board works without led.red"
        ),
        (
            "offset: 6", "offset: 5", "lines[6].offset",
            "led.red and led.green are both at offset 5", "give each a line of its own"
        ),
        (
            "offset: 3", "offset: 2", "lines[3].offset",
            "both coils of the starter inhibit are at offset 2 and would be driven together",
            "give each a line of its own"
        ),
        (
            "chip: \"chip\", offset: 9", "offset: 9", "lines[9].chip", "ignition has no chip",
            "write the label that gpiodetect shows in brackets"
        ),
        (
            "offset: 9, ", "", "lines[9]", "ignition needs either an offset or a name",
            "write one of the two"
        ),
        (
            "offset: 9,", "offset: 9, name: \"A\",", "lines[9]",
            "ignition needs either an offset or a name", "write one of the two"
        ),
        (
            "offset: 9,", "name: \"\",", "lines[9]", "ignition needs either an offset or a name",
            "write one of the two"
        ),
        (
            "offset: 9", "offset: 1024", "lines[9].offset",
            "ignition is at offset 1024, which no chip has", "write a number from 0 to 1023"
        ),
        (
            "offset: 9, direction: \"in\"", "offset: 9, direction: \"out\"", "lines[9].direction",
            "the direction is 'out'", "write 'in'"
        ),
        (
            "offset: 9, direction: \"in\", ", "offset: 9, ", "lines[9].direction",
            "ignition has no direction", "write 'in'"
        ),
        (
            "offset: 9, direction: \"in\", polarity: \"active-high\"",
            "offset: 9, direction: \"in\", polarity: \"high\"", "lines[9].polarity",
            "'high' is not known here", "known are active-high, active-low"
        ),
        (
            "offset: 9, direction: \"in\", polarity: \"active-high\"",
            "offset: 9, direction: \"in\"", "lines[9].polarity", "is missing",
            "known are active-high, active-low"
        ),
        (
            "offset: 9,", "offset: 9, bias: \"up\",", "lines[9].bias", "'up' is not known here",
            "known are as-is, disabled, pull-up, pull-down"
        ),
        (
            "safe: \"inactive\", width_ms: 100 },\n{ line: \"door.unlock\"",
            "width_ms: 100 },\n{ line: \"door.unlock\"", "lines[0].safe",
            "door.lock is an output without a safe level",
            "write what hurts nobody: inactive or active"
        ),
        (
            "safe: \"inactive\", width_ms: 100 },\n{ line: \"door.unlock\"",
            "safe: \"active\", width_ms: 100 },\n{ line: \"door.unlock\"", "lines[0].safe",
            "door.lock is pulsed and would be driven for ever at rest",
            "write 'inactive', or turn the polarity"
        ),
        (
            "safe: \"inactive\", width_ms: 100 },\n{ line: \"door.unlock\"",
            "safe: \"off\", width_ms: 100 },\n{ line: \"door.unlock\"", "lines[0].safe",
            "'off' is not known here", "known are inactive, active"
        ),
        (
            "width_ms: 30 },\n{ line: \"starter.inhibit.reset\"",
            "width_ms: 201 },\n{ line: \"starter.inhibit.reset\"", "lines[2].width_ms",
            "201 ms is outside of what starter.inhibit.set takes", "write 30 to 200"
        ),
        (
            ", width_ms: 30 },\n{ line: \"starter.inhibit.reset\"",
            " },\n{ line: \"starter.inhibit.reset\"", "lines[2].width_ms",
            "starter.inhibit.set has none", "write 30 to 200"
        ),
        (
            "debounce_ms: 5 },\n{ line: \"vss\"", "debounce_ms: 501 },\n{ line: \"vss\"",
            "lines[9].debounce_ms", "501 ms is outside of what ignition takes", "write 5 to 500"
        ),
        (
            "debounce_ms: 5 },\n{ line: \"vss\"",
            "debounce_ms: 5, safe: \"inactive\" },\n{ line: \"vss\"", "lines[9].safe",
            "ignition has nothing of this kind", "leave it out"
        ),
    ]

    @Test(arguments: refusals.indices)
    func `a board is refused at its place, with reason and remedy`(row: Int) throws {
        let (part, other, place, reason, remedy) = Self.refusals[row]
        let text = TestBoards.text.replacing(part, with: other, maxReplacements: 1)
        try #require(text != TestBoards.text, "row \(row) changes nothing")
        let errors = #expect(throws: DataFileErrors.self) { try TestBoards.load(text) }
        // A line whose name is unknown is missing as well, unless it may be.
        #expect(errors?.all.count == 1, "\(errors?.description ?? "")")
        let error = try #require(errors?.all.first)
        #expect(error.place == place)
        #expect(error.reason == reason || error.reason.hasPrefix(reason), "\(error)")
        #expect(error.remedy == remedy || error.remedy.hasPrefix(remedy), "\(error)")
        #expect(error.file.hasSuffix("/car.json5"))
        #expect(!error.description.contains("\n"))
    }

    @Test func `a file that is not there is told`() {
        let error = #expect(throws: DataFileErrors.self) { try BoardFile.load("/nowhere/a.json5") }
        #expect(error?.description.contains("cannot be opened") == true)
    }

    @Test func `every mistake of a file has its line`() {
        let text = TestBoards.text.replacing("active-high", with: "high")
        let errors = #expect(throws: DataFileErrors.self) { try TestBoards.load(text) }
        #expect(errors?.all.count == LineName.allCases.count)
        let lines = errors?.description.split(separator: "\n") ?? []
        #expect(lines.count == LineName.allCases.count)
        #expect(lines.first?.contains("car.json5: lines[0].polarity: 'high' is not") == true)
    }

    @Test func `boards are looked for in their own folders`() {
        let folders = DataFolder.boards.searchFolders
        #expect(folders.contains("hardware/boards"))
        #expect(folders.last == "/usr/share/cityzenbox/boards")
        #expect(DataFolder.boards.variable == "CITYZENBOX_BOARDS")
        let error = #expect(throws: DataFileError.self) { try BoardFile.find("no_such_board") }
        #expect(error?.file == "board no_such_board")
    }
}

@Suite struct `Boards of this package` {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        + "/hardware/boards"

    private func load(_ name: String) throws -> BoardLayout {
        try BoardFile.load("\(Self.folder)/\(name).json5")
    }

    @Test(arguments: [
        ("bench", ["cityzenbox-bench"]),
        ("raspberry_pi_3", ["pinctrl-bcm2835", "mcp23008"]),
        ("raspberry_pi_4", ["pinctrl-bcm2711", "mcp23008"]),
        ("raspberry_pi_5", ["pinctrl-rp1", "mcp23008"]),
        ("raspberry_pi_zero_2w", ["pinctrl-bcm2835", "mcp23008"]),
    ])
    func `every board has every line, on the chips of its kind`(
        name: String, chips: [String]
    ) throws {
        let layout = try load(name)
        #expect(layout.lines.map(\.name) == LineName.allCases)
        #expect(layout.chips == chips)
    }

    @Test func `there is a test for every board`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
        #expect(
            files == [
                "bench.json5", "raspberry_pi_3.json5", "raspberry_pi_4.json5",
                "raspberry_pi_5.json5", "raspberry_pi_zero_2w.json5",
            ])
    }

    @Test(arguments: ["raspberry_pi_3", "raspberry_pi_4", "raspberry_pi_5"])
    func `the header is wired alike on every Raspberry Pi`(name: String) throws {
        let (one, other) = (try load("raspberry_pi_zero_2w"), try load(name))
        #expect(one.lines.map(\.place) == other.lines.map(\.place))
        #expect(one.lines.map(\.polarity) == other.lines.map(\.polarity))
        #expect(one.lines.map(\.bias) == other.lines.map(\.bias))
        #expect(one.lines.map(\.use) == other.lines.map(\.use))
        #expect(
            one.lines.map { $0.chip == "mcp23008" } == other.lines.map { $0.chip == "mcp23008" })
    }

    /// The sheet "BCM2835 ARM Peripherals", table 6-31: GPIO 9 to 27 are pulled low at reset.
    @Test func `no output of the header is pulled high before somebody drives it`() throws {
        for line in try load("raspberry_pi_zero_2w").lines where line.name.kind != .input {
            guard line.chip != "mcp23008", case .offset(let offset) = line.place else { continue }
            #expect((9...27).contains(offset), "\(line.name)")
            #expect(line.polarity == .activeHigh, "\(line.name)")
        }
    }
}
