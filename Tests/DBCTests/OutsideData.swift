import FoundationEssentials

/// The data that is kept outside the repository.
enum OutsideData {
    /// Its folder; `nil` where it is not there.
    static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["CITYZENBOX_DATA"]
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        // Beside the repository, or beside the folder that holds it.
        for folder in [given, "/\(root)/../shared/data"] {
            guard let folder else { continue }
            if FileManager.default.fileExists(atPath: folder + "/SOURCES.md") { return folder }
        }
        return nil
    }()

    static var isPresent: Bool { folder != nil }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(folder ?? "")/\(path)")))
    }

    static func json<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try bytes(path)))
    }

    /// The files of a folder with this ending in any case, sorted; none where the data is absent.
    static func names(_ path: String, ending: String) -> [String] {
        let all = try? FileManager.default.contentsOfDirectory(atPath: "\(folder ?? "")/\(path)")
        return (all ?? []).filter { $0.lowercased().hasSuffix(ending) }.sorted()
    }
}
