/// Why a file of data cannot be used, a line for each mistake: which file, where in it, why, what
/// to do.
public struct DataFileError: Error, Hashable, Sendable {
    /// The file.
    public var file: String
    /// Where in the file: `12:7` for a line and a column, the way to a value, `drivers.early`, or
    /// both, `12:7 odometer[0].signal`; empty for the file as a whole.
    public var place: String
    /// What is wrong.
    public var reason: String
    /// What to do about it.
    public var remedy: String
    /// What else is wrong with the same file, in its order.
    public var others: [DataFileError] = []

    /// An error at `place` in `file`.
    public init(file: String, place: String = "", reason: String, remedy: String) {
        self.file = file
        self.place = place
        self.reason = reason
        self.remedy = remedy
    }
}

extension DataFileError: CustomStringConvertible {
    /// `car.json5: 9:33 odometer[0].signal: message 0x611 has no signal ODO; it has ODOMETER`, and
    /// a line for each of the others.
    public var description: String {
        let position = place.isEmpty ? file : "\(file): \(place)"
        let first = "\(position): \(reason); \(remedy)"
        return ([first] + others.map(\.description)).joined(separator: "\n")
    }
}
