/// Which firmware this is.
public enum Firmware {
    /// The version, as semantic versioning (semver.org) has it.
    public static let version = "0.1.0"
}
