import ArgumentParser
import DeskScreen
import Glibc
import Ports
import Simulation
import TripLog
import Units

/// `cityzenbox-sim live`: a box on the desk, in real time.
struct LiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Sit at the desk: a box, its car and its keypad in this terminal, in real time.",
        discussion: """
            The keyboard is the driver's keypad; ? shows the other keys, t the phone with the \
            codes. The same Box, log and keys as in the car run behind it, so pulling the plug (p) \
            is pulling the plug.
            The box's serial console lies on a pseudo-terminal: t shows its path, for picocom, and \
            the answer of the technician who logs in there.
            """)

    @Option(help: "The car: a profile's name, or a path.")
    var profile = "toyota_611"

    @Option(help: "Every chance comes from this number.")
    var seed: UInt64 = 1

    @Option(
        help: "UTC at the beginning, as 2026-06-01T10:00Z; now, or that in a script.",
        transform: {
            guard let time = WallTime(iso: $0), time >= CivilTime.utc(2013, 1, 1) else {
                throw ValidationError("\($0) is no time after 2012 such as 2026-06-01T10:00Z")
            }
            return time
        })
    var at: WallTime?

    @Option(help: "Write the records to this file at the end, one JSON object a line.")
    var log: String?

    @Option(help: "Keys with their times from this file, - for standard input; no terminal needed.")
    var script: String?

    @Flag(help: "Answer in French.")
    var french = false

    @Flag(help: "Ring the terminal's bell with the buzzer.")
    var bell = false

    @Flag(help: "No screen: the box's serial console alone, whose path is printed.")
    var onlyConsole = false

    @Flag(help: "The box is new: nobody has claimed it, and a fleet of yours enrols it.")
    var unclaimed = false

    func validate() throws {
        if onlyConsole, script != nil {
            throw ValidationError("a script has no console: give --script or --only-console")
        }
    }

    func run() throws {
        if script == nil, !onlyConsole, isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 {
            Progress(total: 0, unit: "").say(
                "live needs a terminal for keys and screen; without one, give it --script FILE")
            throw ExitCode(EX_USAGE)
        }
        let script = try script.map { try LiveScriptFile.load($0) }
        let file = try log.map { try LiveLogFile($0) }
        let session = try LiveSession(
            profile: ScenarioFile.profile(profile),
            profiles: script == nil ? LiveProfiles.all() : [], seed: seed,
            at: at ?? (script == nil ? HostClock.utc : CivilTime.utc(2026, 6, 1, 10)),
            isNew: unclaimed)
        session.language = french ? .french : .english
        let endedBy: Int32?
        if let script {
            try LiveScriptRun(session: session, script: script).run()
            endedBy = nil
        } else {
            endedBy = try onlyConsole ? serve(session) : sit(at: session)
        }
        try close(session, file)
        if let endedBy { throw ExitCode(128 + endedBy) }
    }

    /// Without a screen; the signal that ended it, if it was none of the keyboard's.
    private func serve(_ session: LiveSession) throws -> Int32? {
        try session.openConsole()
        return try LiveConsoleRun(session).run()
    }

    /// Until the person leaves; the signal that ended it, if it was no key.
    private func sit(at session: LiveSession) throws -> Int32? {
        // A desk without a serial line is a desk all the same.
        do { try session.openConsole() } catch { session.say("\(error)") }
        let abilities = LiveDisplay.Abilities(rings: bell)
        let terminal = try LiveTerminal(usesScreen: abilities.hasScreen)
        defer { terminal.leave() }
        let loop = LiveLoop(
            session, terminal, LiveDisplay(abilities, on: terminal, session.box.truth))
        try loop.run()
        return loop.endedBy
    }

    /// Checks the log, and writes it where it is wanted.
    private func close(_ session: LiveSession, _ file: LiveLogFile?) throws {
        if !session.box.isOn { try session.givePower() }
        guard let log = session.box.log else { return }
        let verification = try log.verify()
        if let file {
            try log.export { file.write($0) }
            try file.close()
        }
        if let defect = verification.defect {
            throw Failure("the log does not verify: \(defect)")
        }
        let place = file.map { ", written to \($0.path)" } ?? ""
        print("\(verification.checked) records, the chain verifies\(place)")
        print("head \(verification.last.hash.hex)")
    }
}
