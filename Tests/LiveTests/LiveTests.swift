import Glibc
import Testing

private let program = Program.path
/// A crash is told by its signal alone.
private let quiet = ["SWIFT_BACKTRACE=enable=no"]

private func sit(
    _ arguments: [String] = [], environment: [String] = ["TERM=xterm", "LANG=C.UTF-8"],
    width: Int = 80, height: Int = 24
) throws -> PseudoTerminal {
    try PseudoTerminal(
        [program, "live", "--at", "2026-06-01T10:00Z"] + arguments,
        environment: environment + quiet,
        width: width, height: height)
}

/// The code beside `title` on the phone.
private func code(_ title: String, _ screen: TerminalModel) -> String {
    let line = screen.text.split(separator: "\n").first { $0.hasPrefix(" \(title)  ") } ?? ""
    return String(line.dropFirst(title.count + 1).prefix(29).filter(\.isNumber))
}

@Suite(.serialized) struct `The desk on a terminal` {
    @Test func `a rental is typed, driven, cut off from power and ended`() throws {
        let desk = try sit()
        let before = desk.settings
        try desk.wait(for: "q quit")
        #expect(desk.settings != before)
        desk.type("t")
        try desk.wait(for: "your rental  ")
        desk.type(code("your rental", desk.screen) + "\r")
        try desk.wait(for: "Opened: welcome")
        desk.type("\u{1B}")
        try desk.wait(for: "trip.open")
        desk.type("i+++")
        try desk.wait(for: "wanted 30")
        desk.type("f")
        try desk.wait(for: "trip.mark")
        desk.type("f ")
        try desk.wait(for: "Speed     0 km/h")
        desk.type("ip")
        try desk.wait(for: "none: p gives it back")
        desk.type("p")
        try desk.wait(for: "on, boot 2")
        desk.type("363#")
        try desk.wait(for: "Ended: receipt")
        try desk.wait(for: "trip.close")
        desk.type("q")
        #expect(try desk.waitForEnd() == 0)
        #expect(desk.screen.told.contains("the chain verifies"))
        #expect(desk.screen.beside == "")
        #expect(desk.screen.unknown == [])
        #expect(desk.screen.bells == 0)
        #expect(desk.settings == before)
        #expect(!desk.screen.isOnOtherScreen)
        #expect(!desk.screen.isCursorHidden)
    }

    @Test(arguments: [("\u{03}", Int32(0)), ("\u{1C}", 0), ("q", 0), ("\u{04}", 0)])
    func `a key that ends it leaves the terminal as it was`(key: String, status: Int32) throws {
        let desk = try sit()
        let before = desk.settings
        try desk.wait(for: "q quit")
        desk.type(key)
        #expect(try desk.waitForEnd() == status)
        #expect(desk.settings == before)
        #expect(!desk.screen.isOnOtherScreen)
        #expect(!desk.screen.isCursorHidden)
    }

    @Test(arguments: [
        (SIGINT, Int32(0)), (SIGTERM, 128 + SIGTERM), (SIGHUP, 128 + SIGHUP), (SIGABRT, -SIGABRT),
        (SIGSEGV, -SIGSEGV),
    ])
    func `a signal that ends it leaves the terminal as it was`(
        signal: Int32, status: Int32
    ) throws {
        let desk = try sit()
        let before = desk.settings
        try desk.wait(for: "q quit")
        desk.send(signal)
        // A core file may be written too, which is another bit.
        #expect(try desk.waitForEnd() == status)
        #expect(desk.settings == before)
        #expect(!desk.screen.isOnOtherScreen)
        #expect(!desk.screen.isCursorHidden)
    }

    @Test func `it pauses in a shell and goes on with fg`() throws {
        let shell = try PseudoTerminal(
            ["/bin/sh", "-i"],
            environment: ["TERM=xterm", "LANG=C.UTF-8", "PS1=ready>", "PATH=/usr/bin:/bin"])
        try shell.wait(for: "a prompt") { $0.told.contains("ready>") }
        let before = shell.settings
        shell.type("\(program) live --at 2026-06-01T10:00Z\n")
        try shell.wait(for: "q quit")
        shell.type("\u{1A}")
        try shell.wait(for: "the shell again") { !$0.isOnOtherScreen && $0.told.contains("topped") }
        #expect(shell.settings == before)
        #expect(!shell.screen.isCursorHidden)
        shell.type("fg\n")
        try shell.wait(for: "the desk again") { $0.isOnOtherScreen && $0.text.contains("q quit") }
        #expect(shell.screen.isCursorHidden)
        shell.type("?")
        try shell.wait(for: "the keypad")
        shell.type("q")
        try shell.wait(for: "the end") { $0.told.contains("the chain verifies") }
        #expect(shell.settings == before)
    }

    @Test func `it follows the size of the window and never writes beside it`() throws {
        let desk = try sit()
        try desk.wait(for: "q quit")
        desk.resize(width: 40, height: 10)
        try desk.wait(for: "a small screen") {
            $0.text.split(separator: "\n", omittingEmptySubsequences: false).count == 10
                && $0.text.contains("Odometer") == false && $0.text.contains("Ignition")
        }
        desk.resize(width: 120, height: 50)
        try desk.wait(for: "a large screen") {
            $0.text.split(separator: "\n", omittingEmptySubsequences: false).count == 50
                && $0.text.contains("q quit")
        }
        desk.type("q")
        #expect(try desk.waitForEnd() == 0)
        #expect(desk.screen.beside == "")
    }

    @Test func `colours stay away where they are not wanted`() throws {
        let plain = try sit(environment: ["TERM=xterm", "LANG=C.UTF-8", "NO_COLOR=1"])
        let coloured = try sit()
        for desk in [plain, coloured] {
            try desk.wait(for: "q quit")
            desk.type("q")
            #expect(try desk.waitForEnd() == 0)
        }
        #expect(plain.screen.colours == 0)
        #expect(coloured.screen.colours > 0)
    }

    @Test(arguments: [["TERM=dumb"], []])
    func `a terminal that can do nothing gets lines`(environment: [String]) throws {
        let desk = try sit(environment: environment)
        let before = desk.settings
        try desk.wait(for: "the keys") { $0.told.contains("q quit") }
        desk.type("363#")
        try desk.wait(for: "an answer") { $0.told.contains("There is no rental to end or lock") }
        desk.type("q")
        #expect(try desk.waitForEnd() == 0)
        #expect(desk.screen.sequences == 0)
        #expect(desk.screen.told.utf8.allSatisfy { $0 < 0x80 })
        #expect(desk.settings == before)
    }

    @Test func `the bell rings with the buzzer where it is wanted`() throws {
        let desk = try sit(["--bell", "--french"])
        try desk.wait(for: "q quit")
        desk.type("5#")
        try desk.wait(for: "Aucun code n'a cette forme")
        try desk.wait(for: "a bell") { $0.bells > 0 }
        desk.type("q")
        #expect(try desk.waitForEnd() == 0)
    }
}
