import Box
import Testing
import Units
import Wiring

/// A board without a mistake, as a draft that tests spoil.
enum SoundBoard {
    static func line(_ name: LineName, offset: Int) -> BoardDraft.Line {
        var line = BoardDraft.Line(name.rawValue)
        line.chip = "chip"
        line.offset = offset
        line.polarity = "active-high"
        line.direction = name.kind == .input ? "in" : "out"
        line.safe = name.kind == .input ? nil : "inactive"
        line.width = name.widths?.lowerBound.count
        line.debounce = name.debounces?.lowerBound.count
        return line
    }

    /// Every line there is, at the offset of its place in ``LineName``.
    static var draft: BoardDraft {
        BoardDraft(
            name: "sound", title: "A board for tests.",
            lines: LineName.allCases.enumerated().map { line($0.element, offset: $0.offset) })
    }

    /// The mistakes of the board after `spoil` had its way with the line `name`.
    static func mistakes(
        _ name: LineName, _ spoil: (inout BoardDraft.Line) -> Void
    ) throws -> [BoardMistake] {
        var draft = draft
        let index = try #require(draft.lines.firstIndex { $0.line == name.rawValue })
        spoil(&draft.lines[index])
        return mistakes(of: draft)
    }

    static func mistakes(of draft: BoardDraft) -> [BoardMistake] {
        do throws(BoardMistakes) {
            _ = try BoardLayout(draft)
            return []
        } catch {
            return error.all
        }
    }
}

@Suite struct `Layout of a board` {
    @Test func `a sound draft becomes a layout with every line`() throws {
        var draft = SoundBoard.draft
        draft.lines.reverse()
        let layout = try BoardLayout(draft)
        #expect(layout.lines.map(\.name) == LineName.allCases)
        #expect(layout.chips == ["chip"])
        #expect(layout[.vss]?.place == .offset(10))
        #expect(layout[.vss]?.use == .input(debounce: .zero))
        #expect(layout[.buzzer]?.use == .held(safe: .inactive))
        #expect(layout[.doorLock]?.use == .pulsed(width: Milliseconds(100)))
        #expect(layout[.doorLock]?.bias == .asIs)
    }

    @Test(arguments: LineName.allCases)
    func `a board without a line that it needs is refused`(name: LineName) {
        var draft = SoundBoard.draft
        draft.lines.removeAll { $0.line == name.rawValue }
        let expected: [BoardMistake.Fault] = name.isNeeded ? [.missingLine(name)] : []
        #expect(SoundBoard.mistakes(of: draft).map(\.fault) == expected)
    }

    @Test func `only a car's own lines may be left out`() {
        #expect(
            LineName.allCases.filter { !$0.isNeeded } == [.vss, .keyPresent, .batteryLow])
    }

    @Test func `the lines that the Box decides by are inputs of the same name`() throws {
        for input in InputLine.allCases {
            let name = try #require(LineName(rawValue: input.rawValue))
            #expect(name.kind == .input)
            #expect(name.isNeeded)
        }
    }

    @Test(arguments: LineName.allCases)
    func `a line has the bounds of its kind and no others`(name: LineName) {
        #expect((name.widths != nil) == (name.kind == .pulsed))
        #expect((name.debounces != nil) == (name.kind == .input))
    }

    @Test(arguments: LineName.allCases)
    func `a time is taken within its bounds and nowhere else`(name: LineName) throws {
        guard let range = name.widths ?? name.debounces else { return }
        let (low, high) = (range.lowerBound.count, range.upperBound.count)
        for (time, isTaken) in [
            (low - 1, false), (low, true), (low + 1, true), (high - 1, true), (high, true),
            (high + 1, false),
        ] {
            let found = try SoundBoard.mistakes(name) { line in
                if name.kind == .pulsed { line.width = time } else { line.debounce = time }
            }
            let refused: [BoardMistake.Fault] = [.timeOutside(name, written: time, range)]
            #expect(found.map(\.fault) == (isTaken ? [] : refused))
        }
        let absent = try SoundBoard.mistakes(name) { line in
            line.width = nil
            line.debounce = nil
        }
        #expect(absent.map(\.fault) == [.timeOutside(name, written: nil, range)])
    }

    @Test(arguments: LineName.allCases)
    func `what belongs to another kind of line is refused`(name: LineName) throws {
        let found = try SoundBoard.mistakes(name) { line in
            line.safe = line.safe ?? "inactive"
            line.width = line.width ?? 100
            line.debounce = line.debounce ?? 5
        }
        let misplaced =
            switch name.kind {
            case .input: ["safe", "width_ms"]
            case .held: ["width_ms", "debounce_ms"]
            case .pulsed: ["debounce_ms"]
            }
        #expect(found.map(\.member) == misplaced)
        #expect(found.allSatisfy { $0.fault == .misplaced(name) })
    }

    @Test(arguments: LineName.allCases)
    func `a direction that is not the line's own is refused`(name: LineName) throws {
        let other = name.kind == .input ? "out" : "in"
        for written in [other, "both", nil] {
            let found = try SoundBoard.mistakes(name) { $0.direction = written }
            #expect(found.map(\.fault) == [.wrongDirection(name, written: written)])
        }
    }

    @Test(arguments: [-1, 0, 1, 1022, 1023, 1024])
    func `an offset is one that a chip can have`(offset: Int) throws {
        let found = try SoundBoard.mistakes(.ignition) { line in
            line.chip = "other"
            line.offset = offset
        }
        #expect(found.isEmpty == (0...1023).contains(offset))
    }

    @Test func `two coils at one place are refused, whatever else shares it`() {
        for place in [(5 as Int?, nil as String?), (nil, "COIL")] {
            var draft = SoundBoard.draft
            for (index, line) in draft.lines.enumerated()
            where line.line.hasPrefix("starter.inhibit.") && line.direction == "out" {
                (draft.lines[index].offset, draft.lines[index].name) = place
                draft.lines[index].chip = "coils"
            }
            let found = SoundBoard.mistakes(of: draft)
            #expect(found.count == 1)
            #expect(found.first?.reason.hasPrefix("both coils of the starter inhibit") == true)
            #expect(found.first?.member == (place.0 == nil ? "name" : "offset"))
        }
    }

    @Test func `one place serves two lines on two chips, and never on one`() throws {
        #expect(try SoundBoard.mistakes(.buzzer) { $0.offset = 5 }.count == 1)
        let elsewhere = try SoundBoard.mistakes(.buzzer) { line in
            line.offset = 5
            line.chip = "other"
        }
        #expect(elsewhere == [])
    }

    @Test func `all mistakes are told, in the order of the file`() {
        var draft = SoundBoard.draft
        draft.lines[0].safe = nil
        draft.lines[0].polarity = "high"
        draft.lines[4].debounce = 201
        draft.lines[6].line = "led.blue"
        draft.lines[8].offset = 7
        #expect(
            SoundBoard.mistakes(of: draft).map(\.place) == [
                "lines[0].polarity", "lines[0].safe", "lines[4].debounce_ms", "lines[6].line",
                "lines[8].offset", "lines",
            ])
    }
}
