internal import DBC
internal import FoundationEssentials
public import Vehicle

/// Finds profiles of cars and compiles them.
///
/// A profile is a JSON5 file that names signals of a DBC file, and questions to the car. The DBC
/// file is looked for beside the profile and in the folder `dbc` beside it.
public enum ProfileFile {
    /// The ending of a profile's file name.
    public static let ending = DataFolder.ending

    /// What the profile at `path` reads of a vehicle.
    ///
    /// - Throws: ``DataFileError`` with all that is wrong; see ``compile(_:sha256:)``.
    public static func load(
        _ path: String, sha256: ([UInt8]) -> String
    ) throws(DataFileError) -> VehicleProfile {
        try compile(path, sha256: sha256).vehicle
    }

    /// Compiles the profile at `path`.
    ///
    /// The profile's hash is `sha256` of the bytes of the profile followed by those of its DBC
    /// file. A profile is refused as a whole if a key is not known or missing, a signal does not
    /// exist, does not fit its frame or has no unit where one is needed, or the car would be asked
    /// what may not be asked.
    ///
    /// - Throws: ``DataFileError`` with all that is wrong, each with its place in the file.
    public static func compile(
        _ path: String, sha256: ([UInt8]) -> String
    ) throws(DataFileError) -> CompiledProfile {
        let bytes = try WholeFile.read(path)
        let root: JSON5Value
        do throws(JSON5Parser.Slip) { root = try JSON5Parser.parse(bytes) } catch {
            throw DataFileError(
                file: path, place: "\(error.line):\(error.column)", reason: error.reason,
                remedy: "a profile is written in JSON5")
        }
        var reader = ProfileReader(mistakes: ProfileMistakes(file: path, bytes: bytes))
        let document = reader.document(root)
        var mistakes = reader.mistakes
        var dbcBytes: [UInt8]?
        if let document, let name = document.dbc {
            if let found = dbcPath(name, beside: path) {
                dbcBytes = try WholeFile.read(found)
            } else {
                mistakes.add(
                    document.dbcPlace,
                    "\(name) is neither beside the profile nor in the folder dbc there",
                    "put it there or correct the name")
            }
        }
        // Without its DBC file, each of its messages would be missing, too.
        guard let document, dbcBytes != nil || document.dbc == nil else {
            throw mistakes.error
                ?? DataFileError(file: path, reason: "is no profile", remedy: "write one")
        }
        var compiler = ProfileCompiler(
            document: document, dbc: dbcBytes.map { DBCFile(parsing: $0) }, mistakes: mistakes)
        let compiled = compiler.compile(hash: sha256(bytes + (dbcBytes ?? [])))
        if let error = compiler.mistakes.error { throw error }
        return compiled
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

    private static func dbcPath(_ name: String, beside path: String) -> String? {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let base = folder.isEmpty ? "." : folder.joined(separator: "/")
        return ["\(base)/\(name)", "\(base)/dbc/\(name)"].first {
            FileManager.default.fileExists(atPath: $0)
        }
    }
}
