internal import DBC
internal import FoundationEssentials
public import Vehicle

/// Finds profiles of cars and compiles them.
///
/// A profile is a JSON5 file that names signals of a DBC file. The DBC file is looked for beside
/// the profile and in the folder `dbc` beside it.
public enum ProfileFile {
    /// The ending of a profile's file name.
    public static let ending = DataFolder.ending

    /// Compiles the profile at `path`.
    ///
    /// The profile's hash is `sha256` of the bytes of the profile followed by those of its DBC
    /// file. A profile is refused as a whole if any signal it names does not exist, does not fit
    /// its frame, or has no unit where one is needed.
    ///
    /// - Throws: ``DataFileError`` with the place in the file.
    public static func load(
        _ path: String, sha256: ([UInt8]) -> String
    ) throws(DataFileError) -> VehicleProfile {
        let bytes = try WholeFile.read(path)
        let document = try DataFolder.decode(
            ProfileDocument.self, of: bytes, file: path, kind: "a profile")
        let name = String(path.split(separator: "/").last ?? "")
        guard name == document.profile + ending else {
            throw DataFileError(
                file: path, place: "profile", reason: "says '\(document.profile)'",
                remedy: "a profile has the name of its file")
        }
        guard document.version == 1 else {
            throw DataFileError(
                file: path, place: "version", reason: "\(document.version) is not known",
                remedy: "known is 1")
        }
        let dbcBytes = try WholeFile.read(try dbcPath(document.dbc, beside: path))
        let compiler = ProfileCompiler(
            document: document, dbc: DBCFile(parsing: dbcBytes), file: path)
        return try compiler.compile(hash: sha256(bytes + dbcBytes))
    }

    /// The path of the profile called `name`.
    ///
    /// - Throws: ``DataFileError`` that lists the profiles there are.
    public static func find(
        named name: String, in folders: [String] = searchFolders
    ) throws(DataFileError) -> String {
        let isPlain = !name.isEmpty && !name.contains("/") && !name.contains("\0")
        for folder in folders where isPlain {
            let path = "\(folder)/\(name)\(ending)"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        let known = names(in: folders)
        throw DataFileError(
            file: "profile \(name)", reason: "is not in \(folders.joined(separator: ", "))",
            remedy: known.isEmpty
                ? "set CITYZENBOX_PROFILES to the folder of the profiles"
                : "known are \(known.joined(separator: ", "))")
    }

    /// The names of all profiles, sorted, each once.
    public static func names(in folders: [String] = searchFolders) -> [String] {
        DataFolder.names(in: folders)
    }

    /// Where profiles are looked for, in this order: the folders in the environment variable
    /// `CITYZENBOX_PROFILES`, separated by colons; `Profiles` in the current folder; `Profiles`
    /// beside the executable and in the four folders above; `/usr/share/cityzenbox/profiles`.
    public static var searchFolders: [String] {
        DataFolder.profiles.searchFolders
    }

    private static func dbcPath(
        _ name: String, beside path: String
    ) throws(DataFileError) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let base = folder.isEmpty ? "." : folder.joined(separator: "/")
        for candidate in ["\(base)/\(name)", "\(base)/dbc/\(name)"]
        where FileManager.default.fileExists(atPath: candidate) {
            return candidate
        }
        throw DataFileError(
            file: path, place: "dbc", reason: "\(name) is neither in \(base) nor in \(base)/dbc",
            remedy: "put it there or correct the name")
    }
}
