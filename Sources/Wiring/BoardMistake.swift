public import Units

/// Something that is wrong with a board, in words: where, what, and what to do.
public struct BoardMistake: Hashable, Sendable {
    /// What can be wrong.
    public enum Fault: Hashable, Sendable {
        /// No line has this name.
        case unknownLine(String)
        /// The line is written twice.
        case repeatedLine(LineName)
        /// The board lacks the line.
        case missingLine(LineName)
        /// Two lines are at one place.
        case sharedPlace(LineName, with: LineName, LinePlace)
        /// The two coils of the starter inhibit are at one place: they would be driven together.
        case sharedCoils(LinePlace)
        /// There is no label of a chip.
        case missingChip(LineName)
        /// There is neither an offset nor a name, or both.
        case ambiguousPlace(LineName)
        /// The offset is no number of a line.
        case offsetOutside(LineName, Int)
        /// The direction is left out, or not that of the line.
        case wrongDirection(LineName, written: String?)
        /// The word is none of those that may stand here, or is missing.
        case unknownWord(String?, known: [String])
        /// An output has no safe level.
        case missingSafeLevel(LineName)
        /// The safe level of a pulsed output would drive it for ever.
        case activeAtRest(LineName)
        /// The time is missing, or outside of what the line takes.
        case timeOutside(LineName, written: Int64?, ClosedRange<Milliseconds>)
        /// This is said of lines of another kind.
        case misplaced(LineName)
    }

    /// The line's place in the file, from 0; `nil` for the board as a whole.
    public let entry: Int?
    /// The part of the line that is wrong; empty for the line as a whole.
    public let member: String
    /// What is wrong with it.
    public let fault: Fault

    /// `lines[2].safe`
    public var place: String {
        guard let entry else { return "lines" }
        return member.isEmpty ? "lines[\(entry)]" : "lines[\(entry)].\(member)"
    }

    /// What is wrong, in a sentence without its full stop.
    public var reason: String {
        switch fault {
        case .unknownLine(let name): "there is no line '\(name)'"
        case .repeatedLine(let name): "\(name.rawValue) is written twice"
        case .missingLine(let name): "\(name.rawValue) is missing"
        case .sharedPlace(let name, let other, let place):
            "\(name.rawValue) and \(other.rawValue) are both at \(place)"
        case .sharedCoils(let place):
            "both coils of the starter inhibit are at \(place) and would be driven together"
        case .missingChip(let name): "\(name.rawValue) has no chip"
        case .ambiguousPlace(let name): "\(name.rawValue) needs either an offset or a name"
        case .offsetOutside(let name, let offset):
            "\(name.rawValue) is at offset \(offset), which no chip has"
        case .wrongDirection(let name, nil): "\(name.rawValue) has no direction"
        case .wrongDirection(_, let written?): "the direction is '\(written)'"
        case .unknownWord(nil, _): "is missing"
        case .unknownWord(let word?, _): "'\(word)' is not known here"
        case .missingSafeLevel(let name): "\(name.rawValue) is an output without a safe level"
        case .activeAtRest(let name):
            "\(name.rawValue) is pulsed and would be driven for ever at rest"
        case .timeOutside(let name, nil, _): "\(name.rawValue) has none"
        case .timeOutside(let name, let written?, _):
            "\(written) ms is outside of what \(name.rawValue) takes"
        case .misplaced(let name): "\(name.rawValue) has nothing of this kind"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch fault {
        case .unknownLine:
            "known are " + LineName.allCases.map(\.rawValue).joined(separator: ", ")
        case .repeatedLine, .misplaced: "leave it out"
        case .missingLine(let name):
            "add it: no board works without \(name.rawValue)"
        case .sharedPlace, .sharedCoils: "give each a line of its own"
        case .missingChip: "write the label that gpiodetect shows in brackets"
        case .ambiguousPlace: "write one of the two"
        case .offsetOutside:
            "write a number from \(BoardCheck.offsets.lowerBound) "
                + "to \(BoardCheck.offsets.upperBound)"
        case .wrongDirection(let name, _): "write '\(name.direction)'"
        case .unknownWord(_, let known): "known are \(known.joined(separator: ", "))"
        case .missingSafeLevel:
            "write what hurts nobody: \(SafeLevel.inactive.rawValue) or "
                + SafeLevel.active.rawValue
        case .activeAtRest: "write '\(SafeLevel.inactive.rawValue)', or turn the polarity"
        case .timeOutside(_, _, let range):
            "write \(range.lowerBound.count) to \(range.upperBound.count)"
        }
    }
}

extension BoardMistake: CustomStringConvertible {
    /// `lines[2].safe: led.red is an output without a safe level; write …`
    public var description: String { "\(place): \(reason); \(remedy)" }
}

/// Every mistake of a board, in the order of its file; never empty.
public struct BoardMistakes: Error, Hashable, Sendable {
    /// The mistakes.
    public let all: [BoardMistake]
}

extension LineName {
    /// The word that a board file writes for the line's direction.
    var direction: String {
        switch kind {
        case .input: "in"
        case .held, .pulsed: "out"
        }
    }
}
