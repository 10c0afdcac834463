import AccessCode
import Box
import DeskScreen
import Ports
import Simulation
import Units

/// A script at a desk that nobody sits at: time passes as fast as it can, so the same seed gives
/// the same text.
struct LiveScriptRun {
    let session: LiveSession
    let script: LiveScript

    /// Does everything in the script and prints what happens.
    ///
    /// - Throws: ``Ports/StorageError`` when the box does not start again.
    func run() throws {
        let start = session.box.truth
        var narrator = LiveNarrator(start: start)
        func tell() {
            for line in narrator.lines(session.state, session.takeEvents()) { print(line) }
        }
        tell()
        var fast = Milliseconds.zero
        var last = Milliseconds.zero
        for line in script.lines where !session.wantsToQuit {
            // While time runs faster, a second of the script is a minute at the desk.
            fast += (line.time - last) * (session.rate - 1)
            last = line.time
            try session.pass(to: max(session.box.truth, start + line.time + fast))
            tell()
            for (index, step) in line.steps.enumerated() {
                if index > 0 { try session.pass(to: session.box.truth + LiveScript.keyPeriod) }
                try perform(step)
                tell()
            }
        }
        if !session.wantsToQuit { try session.pass(to: session.box.truth + .seconds(3)) }
        tell()
        session.page = .log
        session.scrolled = 0
        for line in LiveScreen.lines(of: session.state) { print(line) }
    }

    private func perform(_ step: LiveScript.Step) throws {
        switch step {
        case .key(let key):
            if let action = LiveAction(key) { try session.perform(action) }
        case .code(let name):
            for key in try session.digits(name) {
                try session.perform(.press(key))
                try session.pass(to: session.box.truth + LiveScript.keyPeriod)
            }
        }
    }
}
