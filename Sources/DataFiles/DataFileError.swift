/// Why a file of data cannot be used, in one line: which file, where in it, why, what to do.
public struct DataFileError: Error, Hashable, Sendable {
    /// The file.
    public var file: String
    /// Where in the file: `12:7` for a line and a column, or the way to a value,
    /// `odometer[0].signal`; empty for the file as a whole.
    public var place: String
    /// What is wrong.
    public var reason: String
    /// What to do about it.
    public var remedy: String

    /// An error at `place` in `file`.
    public init(file: String, place: String = "", reason: String, remedy: String) {
        self.file = file
        self.place = place
        self.reason = reason
        self.remedy = remedy
    }
}

extension DataFileError: CustomStringConvertible {
    /// `car.json5: odometer[0].signal: message 0x611 has no signal ODO; it has ODOMETER, UNITS`
    public var description: String {
        let position = place.isEmpty ? file : "\(file): \(place)"
        return "\(position): \(reason); \(remedy)"
    }
}
