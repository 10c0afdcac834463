public import DBC

/// DBC files by their paths.
public enum SignalFile {
    /// Reads the DBC file at `path`; what is odd in it stands in its warnings.
    ///
    /// - Throws: ``DataFileError`` where the file cannot be read, or is larger than 16 MiB.
    public static func load(_ path: String) throws(DataFileError) -> DBCFile {
        DBCFile(parsing: try WholeFile.read(path))
    }
}
