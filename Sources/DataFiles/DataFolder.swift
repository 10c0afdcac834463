internal import FoundationEssentials

/// A folder of data files of one kind, found by name: profiles of cars, scenarios, boards.
public struct DataFolder: Hashable, Sendable {
    /// The kind, as messages name it.
    public let kind: String
    /// The folder's name, or the way to it, beside the program.
    public let folder: String
    /// The environment variable that names more folders, separated by colons.
    public let variable: String

    /// The ending of every data file.
    public static let ending = ".json5"

    /// Profiles of cars.
    public static let profiles = DataFolder(
        kind: "profile", folder: "Profiles", variable: "CITYZENBOX_PROFILES")
    /// Scenarios of the simulator.
    public static let scenarios = DataFolder(
        kind: "scenario", folder: "Scenarios", variable: "CITYZENBOX_SCENARIOS")
    /// Boards.
    public static let boards = DataFolder(
        kind: "board", folder: "hardware/boards", variable: "CITYZENBOX_BOARDS")

    /// Where files are looked for, in this order: the folders in ``variable``; the folder in the
    /// current one; beside the executable and in the four folders above; in
    /// `/usr/share/cityzenbox`.
    public var searchFolders: [String] {
        let given = ProcessInfo.processInfo.environment[variable] ?? ""
        var folders = given.split(separator: ":").map(String.init)
        folders.append(folder)
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var parts = (link ?? "").split(separator: "/").dropLast()
        for _ in 0...4 where link != nil {
            folders.append("/" + (parts + [folder[...]]).joined(separator: "/"))
            parts = parts.dropLast()
        }
        let installed = folder.split(separator: "/").last ?? ""
        folders.append("/usr/share/cityzenbox/\(installed.lowercased())")
        return folders
    }

    /// The path of `name`: a name in the folder, or a path when it has a slash.
    ///
    /// - Throws: ``DataFileError`` that lists what there is.
    public func find(_ name: String) throws(DataFileError) -> String {
        if name.contains("/") { return name }
        let file = name.hasSuffix(Self.ending) ? name : name + Self.ending
        for folder in searchFolders
        where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
            return "\(folder)/\(file)"
        }
        let known = names
        throw DataFileError(
            file: "\(kind) \(name)", reason: "there is none of this name",
            remedy: known.isEmpty
                ? "set \(variable) to the folder of the \(kind)s"
                : "known are \(known.joined(separator: ", "))")
    }

    /// The names of all files, sorted, each once.
    public var names: [String] { Self.names(in: searchFolders) }

    /// The names of all data files in `folders`, sorted, each once.
    static func names(in folders: [String]) -> [String] {
        var names: Set<String> = []
        for folder in folders {
            for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            where file.hasSuffix(Self.ending) {
                names.insert(String(file.dropLast(Self.ending.count)))
            }
        }
        return names.sorted()
    }

    /// Reads the JSON5 file at `path` as a `Value`.
    ///
    /// - Throws: ``DataFileError`` with the place in the file.
    public static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from path: String
    ) throws(DataFileError) -> Value {
        try decode(Value.self, of: try WholeFile.read(path), file: path, kind: "it")
    }

    /// Reads `bytes`, which are those of the JSON5 file at `path`, as a `Value`.
    static func decode<Value: Decodable>(
        _ type: Value.Type, of bytes: [UInt8], file path: String, kind: String
    ) throws(DataFileError) -> Value {
        do throws(JSON5Syntax.Slip) { try JSON5Syntax.check(bytes) } catch {
            throw DataFileError(
                file: path, place: "\(error.line):\(error.column)", reason: error.reason,
                remedy: "\(kind) is written in JSON5")
        }
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            return try decoder.decode(Value.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw DecodingPlace.error(error, file: path)
        } catch {
            throw DataFileError(
                file: path, reason: "\(error)", remedy: "write it as the others are")
        }
    }
}
