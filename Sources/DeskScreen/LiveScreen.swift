internal import AccessCode
internal import Box
internal import Records
internal import Units

/// Lays the desk out on a plain terminal.
public enum LiveScreen {
    /// The size that everything fits in.
    public static let usual = (width: 80, height: 24)
    /// How many rows the pages have on a terminal of the usual height.
    static let pageRows = 8

    /// The lines of the screen: at most `height` of them, each at most `width` columns wide.
    public static func styled(
        _ state: LiveState, width: Int = usual.width, height: Int = usual.height
    ) -> [StyledLine] {
        let top = [title(state, width)] + keypad(state) + [rule("car", "box", width)]
        let middle = instruments(state)
        let bottom = [StyledLine(" " + state.notice, .yellow), hints]
        let rows = max(0, height - top.count - middle.count - bottom.count - 1)
        let lines = top + middle + [pageRule(state, rows, width)] + page(state, rows) + bottom
        return lines.prefix(height).map { line in
            var line = line
            line.cut(width)
            return line
        }
    }

    /// ``styled(_:width:height:)`` as plain text.
    public static func lines(
        of state: LiveState, width: Int = usual.width, height: Int = usual.height
    ) -> [String] {
        styled(state, width: width, height: height).map(\.text)
    }

    private static func title(_ state: LiveState, _ width: Int) -> StyledLine {
        var line = StyledLine(" CityzenBox", .bold)
        line.add("  box \(state.box)  \(state.profile)")
        var right = StyledLine(state.time.iso)
        right.add(state.rate == 1 ? "    " : " x\(state.rate)", .yellow)
        line.fit(max(0, width - right.width - 1))
        line.add(right)
        return line
    }

    private static func keypad(_ state: LiveState) -> [StyledLine] {
        let keys = ["1 2 3", "4 5 6", "7 8 9", "* 0 #"]
        let sides = [lamps(state.lamps), typed(state), answer(state), StyledLine()]
        return zip(keys, sides).map { keys, side in
            var line = StyledLine("   ")
            line.add(keys, .faint)
            line.add("     ")
            line.add(side)
            return line
        }
    }

    private static func lamps(_ lamps: Lamps) -> StyledLine {
        var line = StyledLine(
            lamps.green ? "(*) green" : "( ) green", lamps.green ? .green : .faint)
        line.add("   ")
        line.add(lamps.red ? "(*) red" : "( ) red", lamps.red ? .red : .faint)
        line.add("   ")
        line.add(lamps.buzzer ? "<))) buzzer" : "<    buzzer", lamps.buzzer ? .bold : .faint)
        return line
    }

    private static func typed(_ state: LiveState) -> StyledLine {
        var line = StyledLine("Typed   ", .faint)
        let digits = state.knows?.typed ?? []
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, index % 4 == 0 { text += " " }
            text += state.isMasked ? "*" : String(digit)
        }
        line.add(text + "_", .bold)
        return line
    }

    private static func answer(_ state: LiveState) -> StyledLine {
        var line = StyledLine("Answer  ", .faint)
        guard let answer = state.answer else { return line }
        line.add(answer.words(state.language), .bold)
        return line
    }

    private static func rule(_ left: String, _ right: String, _ width: Int) -> StyledLine {
        func part(_ word: String, _ width: Int) -> String {
            "-- \(word) " + String(repeating: "-", count: max(0, width - word.count - 4))
        }
        return StyledLine(
            part(left, LiveInstruments.leftWidth)
                + part(right, width - LiveInstruments.leftWidth), .faint)
    }

    private static func instruments(_ state: LiveState) -> [StyledLine] {
        zip(LiveInstruments.left(state), LiveInstruments.right(state)).map { left, right in
            var line = left
            line.fit(LiveInstruments.leftWidth)
            line.add(right)
            return line
        }
    }

    private static func pageRule(_ state: LiveState, _ rows: Int, _ width: Int) -> StyledLine {
        let title: String
        switch state.page {
        case .phone: title = "phone"
        case .help: title = "keys"
        case .log:
            let last = state.log.count - scrolled(state, rows)
            title =
                "log: \(state.log.count) records, the fleet has \(state.acknowledged)"
                + (last < state.log.count ? ", shown up to #\(last)" : "")
        }
        return StyledLine(
            "-- \(title) " + String(repeating: "-", count: max(0, width - title.count - 4)), .faint)
    }

    private static func page(_ state: LiveState, _ rows: Int) -> [StyledLine] {
        let lines: [StyledLine]
        switch state.page {
        case .log:
            let shown = state.log.dropLast(scrolled(state, rows)).suffix(rows)
            lines = shown.map { StyledLine(" " + $0) }
        case .phone: lines = state.phone.map(phoneLine)
        case .help: lines = LiveAction.helpLines.map { StyledLine(" " + $0) }
        }
        let room = max(0, rows - lines.count)
        return Array(lines.prefix(rows)) + Array(repeating: StyledLine(), count: room)
    }

    /// How far the log can be scrolled back: the oldest record stays in sight.
    private static func scrolled(_ state: LiveState, _ rows: Int) -> Int {
        max(0, min(state.scrolled, state.log.count - rows))
    }

    private static func phoneLine(_ entry: LiveState.PhoneEntry) -> StyledLine {
        var line = StyledLine(" \(entry.title)")
        line.fit(24)
        line.add(entry.code, .bold)
        line.fit(48)
        line.add(entry.window, .faint)
        return line
    }

    private static let hints = StyledLine(
        " t codes  i ignition  + - speed  d door  p power  f fast  l log  ? keys  q quit", .faint)
}
