internal import DataFiles

extension FuzzTarget {
    /// A configuration of a box: any bytes are a configuration or mistakes with places.
    static let configuration = FuzzTarget("configuration") { bytes in
        do throws(DataFileError) {
            let made = try BoxConfiguration(bytes, file: "box.json5")
            precondition(
                made.batteryFloor <= made.batteryLow, "a battery is low before it is empty")
            precondition(made.state.hasPrefix("/"), "a path is absolute")
        } catch {
            precondition(!error.place.isEmpty && !error.reason.isEmpty, "a mistake has a place")
        }
    }
}
