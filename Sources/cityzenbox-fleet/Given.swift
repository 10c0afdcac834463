import AccessCode
import FoundationEssentials
import Units

/// What was given on the command line, as what it stands for.
enum Given {
    static func box(_ text: String) throws -> BoxID {
        guard let id = BoxID(text) else {
            throw Failure(
                "the box \"\(text)\": not 16 hexadecimal digits; write it as the box shows it",
                status: .wrongData)
        }
        return id
    }

    static func time(_ text: String) throws -> WallTime {
        guard let time = WallTime(iso: text) else {
            throw Failure(
                "the time \"\(text)\": not UTC as 2026-06-13T08:00Z; write date, T, time and Z",
                status: .wrongData)
        }
        return time
    }

    static func technician(_ number: Int64) throws -> TechnicianID {
        guard let id = TechnicianID(number) else {
            throw Failure(
                "the technician \(number): no number of one; give one from 1 to 999999",
                status: .wrongData)
        }
        return id
    }

    /// A length of time: `90m`, `2h`, `3d`.
    static func length(_ text: String) throws -> Milliseconds {
        let units: [Character: Int64] = ["m": 1, "h": 60, "d": 1440]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...44_640).contains(count)
        else {
            throw Failure(
                "the length \"\(text)\": not minutes, hours or days; write it as 90m, 2h or 3d",
                status: .wrongData)
        }
        return .minutes(count * unit)
    }

    static func language(_ text: String) throws -> Language {
        guard let language = Language(rawValue: text) else {
            throw Failure(
                "the language \"\(text)\": no text message is written in it; give en or fr",
                status: .wrongData)
        }
        return language
    }

    /// A PIN of 4 to 12 digits.
    static func pin(_ text: String, from place: String) throws -> String {
        guard (4...12).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw Failure(
                "the PIN \(place): not 4 to 12 digits; choose one that is", status: .wrongData)
        }
        return text
    }

    /// The text of a file.
    static func file(_ path: String) throws -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Failure("\(path): it cannot be read; check the path", status: .noInput)
        }
    }
}
