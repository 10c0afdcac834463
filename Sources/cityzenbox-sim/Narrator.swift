import Units

/// A check of the story failed: the demo ends with a non-zero status.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}

/// Tells a story on standard output, in Paris time, and holds it to its promises.
struct Narrator {
    /// How many checks held so far.
    private(set) var promises = 0

    /// Begins a chapter.
    func chapter(_ title: String) {
        print("\n\(title)\n\(String(repeating: "-", count: title.count))")
    }

    /// Tells what happened at `time`.
    func tell(_ time: WallTime, _ text: String) {
        print("\(Self.clock(time))  \(text)")
    }

    /// Adds a line without a time.
    func add(_ text: String) {
        print("          \(text)")
    }

    /// Prints a text that stands by itself, each line behind `margin`.
    func quote(_ text: String, margin: String = "  | ") {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            print("          \(margin)\(line)")
        }
    }

    /// Ends the demo unless `condition` holds.
    mutating func check(_ condition: Bool, _ promise: @autoclosure () -> String) throws {
        guard condition else { throw BrokenPromise(description: "broken promise: \(promise())") }
        promises += 1
    }

    /// `10:05:12`, as clocks in Nantes show it.
    static func clock(_ time: WallTime) -> String {
        let civil = ParisTime(time).civil
        return "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
    }

    /// `Saturday 13 June 2026`
    static func date(_ time: WallTime) -> String {
        let paris = ParisTime(time)
        let days = [
            "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
        ]
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ]
        return "\(days[paris.weekday]) \(paris.civil.day) "
            + "\(months[Int(paris.civil.month) - 1]) \(paris.civil.year)"
    }

    /// `12 345.6 km`
    static func kilometres(_ metres: Metres) -> String {
        let tenths = metres.count / 100
        let whole = String(tenths / 10)
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append(" ") }
            grouped.append(digit)
        }
        return "\(grouped).\(tenths % 10) km"
    }

    private static func two(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
