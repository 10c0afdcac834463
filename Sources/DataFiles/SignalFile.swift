public import DBC
internal import FoundationEssentials

/// DBC files by their paths.
public enum SignalFile {
    /// Reads the DBC file at `path`; what is odd in it stands in its warnings.
    ///
    /// A name without a slash that is no file here is looked for beside the known profiles.
    ///
    /// - Throws: ``DataFileError`` where the file cannot be read, or is larger than 16 MiB.
    public static func load(_ path: String) throws(DataFileError) -> DBCFile {
        DBCFile(parsing: try WholeFile.read(found(path)))
    }

    private static func found(_ path: String) -> String {
        let files = FileManager.default
        if path.contains("/") || files.fileExists(atPath: path) { return path }
        let candidates = DataFolder.profiles.searchFolders.map { "\($0)/dbc/\(path)" }
        return candidates.first { files.fileExists(atPath: $0) } ?? path
    }
}
