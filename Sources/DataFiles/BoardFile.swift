public import Wiring

/// Finds board files and checks them.
///
/// A board is a JSON5 file: where each line of the box is, and how it is driven or read. The
/// boards of this package are in `hardware/boards`.
public enum BoardFile {
    /// The layout in the board file at `path`.
    ///
    /// - Throws: ``DataFileError`` with all that is wrong, each with its place in the file: first
    ///   what cannot be read, and only then what contradicts itself.
    public static func load(_ path: String) throws(DataFileError) -> BoardLayout {
        let bytes = try WholeFile.read(path)
        let root: JSON5Value
        do throws(JSON5Parser.Slip) { root = try JSON5Parser.parse(bytes) } catch {
            throw DataFileError(
                file: path, place: "\(error.line):\(error.column)", reason: error.reason,
                remedy: "a board is written in JSON5")
        }
        var reader = BoardReader(mistakes: ProfileMistakes(file: path, bytes: bytes))
        let draft = reader.draft(root)
        if let error = reader.mistakes.error { throw error }
        guard let draft else {
            preconditionFailure("A board that could not be read has a mistake.")
        }
        do throws(BoardMistakes) {
            return try BoardLayout(draft)
        } catch {
            for mistake in error.all {
                reader.mistakes.add(reader.place(of: mistake), mistake.reason, mistake.remedy)
            }
            guard let all = reader.mistakes.error else {
                preconditionFailure("A board that was refused has a mistake.")
            }
            throw all
        }
    }

    /// The path of the board called `name`, or `name` itself when it has a slash.
    ///
    /// - Throws: ``DataFileError`` that lists the boards there are.
    public static func find(_ name: String) throws(DataFileError) -> String {
        try DataFolder.boards.find(name)
    }
}

/// Reads the text of a board, and takes down all that is wrong in it by itself.
private struct BoardReader {
    private static let board = ProfileSchema.Section(
        name: "A board", keys: ["board", "version", "describes", "lines"])
    private static let line = ProfileSchema.Section(
        name: "A line",
        keys: [
            "line", "chip", "offset", "name", "direction", "polarity", "bias", "safe", "width_ms",
            "debounce_ms",
        ])
    /// Numbers of any size: what a line takes is checked with the layout.
    private static let numbers = Int64(Int32.min)...Int64(Int32.max)

    var mistakes: ProfileMistakes
    /// Where the list stands, and each of its lines.
    private var list = ProfilePlace(path: "lines", offset: 0)
    private var entries: [ProfilePlace] = []

    init(mistakes: ProfileMistakes) {
        self.mistakes = mistakes
    }

    /// The board that `root` writes; `nil`, or what is left of it, where something is wrong.
    mutating func draft(_ root: JSON5Value) -> BoardDraft? {
        let top = ProfilePlace(path: "", offset: root.offset)
        guard let object = mistakes.object(root, top, [Self.board]) else { return nil }
        let name = mistakes.text(object, "board")
        if let name, !mistakes.file.hasSuffix("/\(name)\(DataFolder.ending)"),
            mistakes.file != name + DataFolder.ending
        {
            mistakes.add(
                object.place.at("board"), "says '\(name)'", "a board has the name of its file")
        }
        if let version = mistakes.whole(object, "version", in: Self.numbers), version != 1 {
            mistakes.add(object.place.at("version"), "\(version) is not known", "known is 1")
        }
        let title = mistakes.text(object, "describes")
        list = object.place.at("lines")
        let items = mistakes.value(object, "lines", isRequired: true, "a list") { content in
            guard case .list(let items) = content else { return nil as [JSON5Value]? }
            return items
        }
        var lines: [BoardDraft.Line] = []
        for (index, item) in (items ?? []).enumerated() {
            lines += line(item, list.at(index, item)).map { [$0] } ?? []
        }
        return BoardDraft(name: name ?? "", title: title ?? "", lines: lines)
    }

    private mutating func line(_ value: JSON5Value, _ place: ProfilePlace) -> BoardDraft.Line? {
        guard let object = mistakes.object(value, place, [Self.line]) else { return nil }
        entries.append(object.place)
        var line = BoardDraft.Line(mistakes.text(object, "line") ?? "")
        line.chip = mistakes.text(object, "chip", isRequired: false)
        line.offset = whole(object, "offset").map(Int.init)
        line.name = mistakes.text(object, "name", isRequired: false)
        line.direction = mistakes.text(object, "direction", isRequired: false)
        line.polarity = mistakes.text(object, "polarity", isRequired: false)
        line.bias = mistakes.text(object, "bias", isRequired: false)
        line.safe = mistakes.text(object, "safe", isRequired: false)
        line.width = whole(object, "width_ms")
        line.debounce = whole(object, "debounce_ms")
        return line
    }

    private mutating func whole(_ object: ProfileObject, _ key: String) -> Int64? {
        mistakes.whole(object, key, in: Self.numbers, isRequired: false)
    }

    /// Where in the file `mistake` was made.
    func place(of mistake: BoardMistake) -> ProfilePlace {
        guard let entry = mistake.entry, entries.indices.contains(entry) else { return list }
        return mistake.member.isEmpty ? entries[entry] : entries[entry].at(mistake.member)
    }
}
