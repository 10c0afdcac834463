internal import DataFiles
internal import Vehicle

extension FuzzTarget {
    /// A profile with a DBC file of its own: it is compiled, or refused with reasons.
    static let profile = FuzzTarget("profile") { bytes in
        do throws(DataFileError) {
            let compiled = try ProfileFile.compile(
                bytes, file: "fuzz.json5", sha256: { "\($0.count)" }, dbc: { _ in dbcOfProfiles })
            precondition(!compiled.vehicle.name.isEmpty, "a profile has a name")
        } catch {
            precondition(!error.reason.isEmpty, "a refusal says why")
            let isPrintable = "\(error)".utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A }
            precondition(isPrintable, "a message can be printed")
        }
    }

    /// What the corpus's profiles name.
    private static let dbcOfProfiles = Array(
        """
        BO_ 1553 DASH: 8 CAR
         SG_ ODOMETER : 39|32@0+ (1,0) [0|4294967295] "km" BOX
         SG_ UNITS : 26|2@0+ (1,0) [0|3] "" BOX
        BO_ 180 WHEELS: 8 CAR
         SG_ ENCODER : 39|8@0+ (1,0) [0|255] "" BOX
         SG_ SPEED : 47|16@0+ (0.01,0) [0|250] "km/h" BOX
        BO_ 1568 DOORS: 8 CAR
         SG_ DOOR_FRONT_LEFT : 45|1@0+ (1,0) [0|1] "" BOX
        BO_ 2566848769 VDHR: 8 CAR
         SG_ DISTANCE : 0|32@1+ (5,0) [0|21055406] "m" BOX
        """.utf8)
}
