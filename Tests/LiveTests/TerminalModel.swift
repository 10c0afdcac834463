/// A terminal as the desk uses it: rows that are addressed, another screen, a cursor that hides.
struct TerminalModel {
    /// Whether the other screen is shown.
    private(set) var isOnOtherScreen = false
    /// Whether the cursor is hidden.
    private(set) var isCursorHidden = false
    /// What was written beside the rows and columns that there are.
    private(set) var beside = ""
    /// What was written on the usual screen.
    private(set) var told = ""
    /// How often the bell rang.
    private(set) var bells = 0
    /// The control sequences that chose a colour.
    private(set) var colours = 0
    /// How many control sequences there were at all.
    private(set) var sequences = 0
    /// The sequences that this terminal does not know.
    private(set) var unknown: [String] = []

    private var rows: [[Character]]
    private var width: Int
    private var height: Int
    private var row = 0
    private var column = 0
    private var pending: [UInt8] = []
    /// The size from which on the rows count, once the screen was cleared for it.
    private var announced: (width: Int, height: Int)?

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        rows = Array(repeating: [], count: height)
    }

    /// What is on the other screen.
    var text: String { rows.map { String($0) }.joined(separator: "\n") }

    mutating func resize(width: Int, height: Int) {
        announced = (width, height)
    }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        var scalars: [Character] = []
        let whole = pending.count - Self.incomplete(pending)
        scalars = String(decoding: pending[..<whole], as: UTF8.self).unicodeScalars
            .map { Character($0) }
        pending.removeFirst(whole)
        var index = 0
        while index < scalars.count {
            if scalars[index] == "\u{1B}" {
                guard let end = Self.end(of: index, in: scalars) else {
                    pending = Array(String(scalars[index...]).utf8) + pending
                    return
                }
                obey(String(scalars[(index + 1)...end]))
                index = end + 1
            } else {
                put(scalars[index])
                index += 1
            }
        }
    }

    /// How many bytes at the end are the beginning of a character.
    private static func incomplete(_ bytes: [UInt8]) -> Int {
        var count = 0
        for byte in bytes.reversed() {
            count += 1
            if byte & 0xC0 == 0x80, count < 4 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > count ? count : 0
        }
        return 0
    }

    private static func end(of start: Int, in scalars: [Character]) -> Int? {
        scalars[(start + 1)...].firstIndex { $0.isASCII && $0.isLetter }
    }

    private mutating func obey(_ sequence: String) {
        sequences += 1
        switch sequence {
        case "[?1049h": isOnOtherScreen = true
        case "[?1049l": isOnOtherScreen = false
        case "[?25l": isCursorHidden = true
        case "[?25h": isCursorHidden = false
        case "[0m": break
        case "[2J":
            if let announced { (width, height) = announced }
            announced = nil
            rows = Array(repeating: [], count: height)
        case "[2K": if rows.indices.contains(row) { rows[row] = [] }
        case _ where sequence.hasSuffix("m"): colours += 1
        case _ where sequence.hasSuffix("H"):
            let numbers = sequence.dropFirst().dropLast().split(separator: ";").map { Int($0) ?? 1 }
            row = (numbers.first ?? 1) - 1
            column = (numbers.count > 1 ? numbers[1] : 1) - 1
        default: unknown.append(sequence)
        }
    }

    private mutating func put(_ character: Character) {
        guard isOnOtherScreen else { return told.append(character) }
        if character == "\u{07}" {
            bells += 1
            return
        }
        guard row < height, column < width else { return beside.append(character) }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }
}
