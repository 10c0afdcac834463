public import Wiring

/// Finds board files and checks them.
///
/// A board is a JSON5 file: where each line of the box is, and how it is driven or read. The
/// boards of this package are in `hardware/boards`.
public enum BoardFile {
    /// The layout in the board file at `path`.
    ///
    /// - Throws: ``DataFileErrors``: one error for what cannot be read at all, else every mistake
    ///   that the board has.
    public static func load(_ path: String) throws(DataFileErrors) -> BoardLayout {
        let document = try document(at: path)
        let name = String(path.split(separator: "/").last ?? "")
        guard name == document.board + DataFolder.ending else {
            throw DataFileErrors(
                DataFileError(
                    file: path, place: "board", reason: "says '\(document.board)'",
                    remedy: "a board has the name of its file"))
        }
        guard document.version == 1 else {
            throw DataFileErrors(
                DataFileError(
                    file: path, place: "version", reason: "\(document.version) is not known",
                    remedy: "known is 1"))
        }
        do throws(BoardMistakes) {
            return try BoardLayout(document.draft)
        } catch {
            throw DataFileErrors(
                all: error.all.map { mistake in
                    DataFileError(
                        file: path, place: mistake.place, reason: mistake.reason,
                        remedy: mistake.remedy)
                })
        }
    }

    /// The path of the board called `name`, or `name` itself when it has a slash.
    ///
    /// - Throws: ``DataFileError`` that lists the boards there are.
    public static func find(_ name: String) throws(DataFileError) -> String {
        try DataFolder.boards.find(name)
    }

    private static func document(at path: String) throws(DataFileErrors) -> BoardDocument {
        do throws(DataFileError) {
            return try DataFolder.decode(
                BoardDocument.self, of: try WholeFile.read(path), file: path, kind: "a board")
        } catch {
            throw DataFileErrors(error)
        }
    }
}

/// Everything that is wrong with one file; never empty.
public struct DataFileErrors: Error, Hashable, Sendable {
    /// The errors, in the order of the file.
    public let all: [DataFileError]

    init(all: [DataFileError]) {
        precondition(!all.isEmpty, "A refusal says why.")
        self.all = all
    }

    init(_ only: DataFileError) {
        self.init(all: [only])
    }
}

extension DataFileErrors: CustomStringConvertible {
    /// One line for each error.
    public var description: String { all.map(\.description).joined(separator: "\n") }
}

/// A board as its file writes it.
struct BoardDocument: Decodable {
    var board: String
    var version: Int
    var draft: BoardDraft

    enum CodingKeys: String, CodingKey, CaseIterable {
        case board, version, describes, lines
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        board = try values.decode(String.self, forKey: .board)
        version = try values.decode(Int.self, forKey: .version)
        draft = BoardDraft(
            name: board, title: try values.decode(String.self, forKey: .describes),
            lines: try values.decode([LineEntry].self, forKey: .lines).map(\.draft))
    }

    /// One line of the board.
    struct LineEntry: Decodable {
        var draft: BoardDraft.Line

        enum CodingKeys: String, CodingKey, CaseIterable {
            case line, chip, offset, name, direction, polarity, bias, safe
            case width = "width_ms"
            case debounce = "debounce_ms"
        }

        init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(besides: CodingKeys.self)
            let values = try decoder.container(keyedBy: CodingKeys.self)
            draft = BoardDraft.Line(try values.decode(String.self, forKey: .line))
            draft.chip = try values.decodeIfPresent(String.self, forKey: .chip)
            draft.offset = try values.decodeIfPresent(Int.self, forKey: .offset)
            draft.name = try values.decodeIfPresent(String.self, forKey: .name)
            draft.direction = try values.decodeIfPresent(String.self, forKey: .direction)
            draft.polarity = try values.decodeIfPresent(String.self, forKey: .polarity)
            draft.bias = try values.decodeIfPresent(String.self, forKey: .bias)
            draft.safe = try values.decodeIfPresent(String.self, forKey: .safe)
            draft.width = try values.decodeIfPresent(Int64.self, forKey: .width)
            draft.debounce = try values.decodeIfPresent(Int64.self, forKey: .debounce)
        }
    }
}
