import Box
import DeskScreen
import Units

/// Shows the desk: as a screen, of which only what changed is drawn, or as lines where the
/// terminal cannot address its rows.
final class LiveDisplay {
    /// What the terminal can do.
    struct Abilities {
        /// Its rows can be addressed.
        var hasScreen: Bool
        /// Colours are welcome.
        var hasColours: Bool
        /// It shows more than ASCII.
        var hasUnicode: Bool
        /// The buzzer is to be heard.
        var rings: Bool

        /// What the environment says.
        init(rings: Bool) {
            let term = Environment.value("TERM") ?? ""
            hasScreen = !term.isEmpty && term != "dumb"
            hasColours = (Environment.value("NO_COLOR") ?? "").isEmpty
            let locale =
                ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { Environment.value($0) }
                .first { !$0.isEmpty } ?? ""
            hasUnicode = locale.lowercased().contains("utf")
            self.rings = rings
        }
    }

    private let abilities: Abilities
    private let write: (String) -> Void
    private let size: () -> (width: Int, height: Int)
    private var shown: [String] = []
    private var shownSize = (width: 0, height: 0)
    private var buzzed = false
    private var narrator: LiveNarrator

    /// Shows on `terminal`.
    init(_ abilities: Abilities, on terminal: LiveTerminal, _ start: WallTime) {
        self.abilities = abilities
        write = { terminal.write($0) }
        size = { terminal.size }
        narrator = LiveNarrator(start: start)
    }

    /// What is on the screen is not known any more.
    func forget() {
        shown = []
        shownSize = (0, 0)
    }

    /// Shows `state`, and `events` where it is told in lines.
    func show(_ state: LiveState, _ events: [LiveEvent]) {
        if abilities.rings, state.lamps.buzzer, !buzzed { write("\u{07}") }
        buzzed = state.lamps.buzzer
        if abilities.hasScreen {
            draw(state)
        } else {
            for line in narrator.lines(state, events) { write(folded(line) + "\n") }
        }
    }

    private func draw(_ state: LiveState) {
        let size = size()
        var out = ""
        if size != shownSize {
            out += "\u{1B}[0m\u{1B}[2J"
            shown = []
            shownSize = size
        }
        let lines = LiveScreen.styled(state, width: size.width, height: size.height)
            .map { folded(abilities.hasColours ? $0.coloured : $0.text) }
        for (row, line) in lines.enumerated() where row >= shown.count || shown[row] != line {
            // Erased before it is written: erasing behind a full row would take its last column.
            out += "\u{1B}[\(row + 1);1H\u{1B}[2K\(line)"
        }
        shown = lines
        if !out.isEmpty { write(out) }
    }

    private func folded(_ line: String) -> String {
        abilities.hasUnicode ? line : line.foldedToASCII
    }
}

/// The desk as lines of text, one for everything that happens.
struct LiveNarrator {
    private let start: WallTime
    private var typed: [UInt8] = []
    private var page = LiveState.Page.log
    private var greeted = false

    /// Times are told since `start`.
    init(start: WallTime) {
        self.start = start
    }

    /// The lines for `events`, and for what `state` shows that is no event.
    mutating func lines(_ state: LiveState, _ events: [LiveEvent]) -> [String] {
        var lines: [String] = []
        if !greeted {
            greeted = true
            lines = LiveScreen.lines(of: state)
        }
        lines += events.compactMap { line($0, state.language) }
        if state.page != page, state.page != .log {
            lines +=
                state.page == .help
                ? LiveAction.helpLines : state.phone.map { "\($0.title): \($0.code), \($0.window)" }
        }
        page = state.page
        return lines
    }

    private func line(_ event: LiveEvent, _ language: Language) -> String? {
        let time = event.time - start
        let seconds = String(time.count / 1000)
        let padding = String(repeating: " ", count: max(0, 6 - seconds.count))
        let stamp = "\(padding)\(seconds).\(time.count % 1000 / 100) s  "
        switch event.kind {
        case .signal(.digit), .powerLost: return nil
        case .signal(let signal):
            return "\(stamp)> \(signal.words(language))  [\(signal.notation)]"
        case .record(let line): return "\(stamp)  \(line)"
        case .notice(let notice): return "\(stamp)  (\(notice))"
        }
    }
}
