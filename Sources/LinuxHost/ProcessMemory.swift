internal import CLinux

/// The memory of this process.
public enum ProcessMemory {
    /// Lets go of the code that is in memory, for a program that has just started: reading
    /// arguments, configuration and profile needs most of the code, once. What goes on running
    /// comes back page by page.
    public static func releaseCode() { _ = clinux_release_code() }
}
