internal import Units

/// Goes through a draft and collects its lines and its mistakes, all of them.
struct BoardCheck {
    /// The numbers that lines of chips have.
    static let offsets = 0...1023

    private let draft: BoardDraft
    private(set) var lines: [BoardLine] = []
    private(set) var mistakes: [BoardMistake] = []
    private var names: [LineName] = []
    private var taken: [(name: LineName, chip: String, place: LinePlace)] = []

    init(_ draft: BoardDraft) {
        self.draft = draft
    }

    mutating func run() {
        for (entry, written) in draft.lines.enumerated() { check(written, entry) }
        for name in LineName.allCases where name.isNeeded && !names.contains(name) {
            mistakes.append(BoardMistake(entry: nil, member: "", fault: .missingLine(name)))
        }
    }

    private mutating func check(_ written: BoardDraft.Line, _ entry: Int) {
        guard let name = LineName(rawValue: written.line) else {
            return add(entry, "line", .unknownLine(written.line))
        }
        guard !names.contains(name) else { return add(entry, "line", .repeatedLine(name)) }
        names.append(name)

        let chip = written.chip ?? ""
        if chip.isEmpty { add(entry, "chip", .missingChip(name)) }
        let place = place(of: written, name, entry)
        if let place { take(place, of: chip, for: name, entry) }
        if written.direction != name.direction {
            add(entry, "direction", .wrongDirection(name, written: written.direction))
        }
        let polarity = word(written.polarity, entry, "polarity", as: LinePolarity.self)
        let bias =
            written.bias == nil ? .asIs : word(written.bias, entry, "bias", as: LineBias.self)
        let use = use(of: written, name, entry)
        guard let place, let polarity, let bias, let use, !chip.isEmpty else { return }
        lines.append(
            BoardLine(
                name: name, chip: chip, place: place, polarity: polarity, bias: bias, use: use))
    }

    private mutating func place(
        of written: BoardDraft.Line, _ name: LineName, _ entry: Int
    ) -> LinePlace? {
        switch (written.offset, written.name) {
        case (let offset?, nil):
            guard Self.offsets.contains(offset) else {
                add(entry, "offset", .offsetOutside(name, offset))
                return nil
            }
            return .offset(offset)
        case (nil, let label?) where !label.isEmpty:
            return .named(label)
        case (_, _):
            add(entry, "", .ambiguousPlace(name))
            return nil
        }
    }

    /// Notes a place as taken. A name and an offset of one line look different here: the kernel
    /// refuses to give a line out twice.
    private mutating func take(
        _ place: LinePlace, of chip: String, for name: LineName, _ entry: Int
    ) {
        if let other = taken.first(where: { $0.chip == chip && $0.place == place })?.name {
            let coils: [LineName] = [.starterInhibitSet, .starterInhibitReset]
            let member: String
            switch place {
            case .offset: member = "offset"
            case .named: member = "name"
            }
            add(
                entry, member,
                coils.contains(name) && coils.contains(other)
                    ? .sharedCoils(place) : .sharedPlace(name, with: other, place))
        }
        taken.append((name, chip, place))
    }

    private mutating func use(
        of written: BoardDraft.Line, _ name: LineName, _ entry: Int
    ) -> BoardLine.Use? {
        switch name.kind {
        case .input:
            refuse(written.safe != nil, entry, "safe", name)
            refuse(written.width != nil, entry, "width_ms", name)
            return time(written.debounce, within: name.debounces, entry, "debounce_ms", name)
                .map { .input(debounce: $0) }
        case .held:
            refuse(written.width != nil, entry, "width_ms", name)
            refuse(written.debounce != nil, entry, "debounce_ms", name)
            return safeLevel(written.safe, name, entry).map { .held(safe: $0) }
        case .pulsed:
            refuse(written.debounce != nil, entry, "debounce_ms", name)
            let safe = safeLevel(written.safe, name, entry)
            if safe == .active { add(entry, "safe", .activeAtRest(name)) }
            let width = time(written.width, within: name.widths, entry, "width_ms", name)
            return safe == .inactive ? width.map { .pulsed(width: $0) } : nil
        }
    }

    private mutating func safeLevel(
        _ written: String?, _ name: LineName, _ entry: Int
    ) -> SafeLevel? {
        guard let written else {
            add(entry, "safe", .missingSafeLevel(name))
            return nil
        }
        return word(written, entry, "safe", as: SafeLevel.self)
    }

    private mutating func time(
        _ written: Int64?, within range: ClosedRange<Milliseconds>?, _ entry: Int,
        _ member: String, _ name: LineName
    ) -> Milliseconds? {
        guard let range else { return nil }
        guard let time = written.map({ Milliseconds($0) }), range.contains(time) else {
            add(entry, member, .timeOutside(name, written: written, range))
            return nil
        }
        return time
    }

    private mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ written: String?, _ entry: Int, _ member: String, as type: Word.Type
    ) -> Word? {
        if let word = written.flatMap({ Word(rawValue: $0) }) { return word }
        add(entry, member, .unknownWord(written, known: Word.allCases.map(\.rawValue)))
        return nil
    }

    private mutating func refuse(
        _ isWritten: Bool, _ entry: Int, _ member: String, _ name: LineName
    ) {
        if isWritten { add(entry, member, .misplaced(name)) }
    }

    private mutating func add(_ entry: Int, _ member: String, _ fault: BoardMistake.Fault) {
        mistakes.append(BoardMistake(entry: entry, member: member, fault: fault))
    }
}
