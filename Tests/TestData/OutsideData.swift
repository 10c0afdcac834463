internal import FoundationEssentials

/// The data that is kept outside the repository.
public enum OutsideData {
    /// Its folder; `nil` where it is not there.
    public static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["CITYZENBOX_DATA"]
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        // Beside the repository, or beside the folder that holds it.
        for folder in [given, "/\(root)/../shared/data"] {
            guard let folder else { continue }
            if FileManager.default.fileExists(atPath: folder + "/SOURCES.md") { return folder }
        }
        return nil
    }()

    /// Whether it is there. Suites that need it are skipped where it is not.
    public static var isPresent: Bool { folder != nil }

    /// Where the file `path` of it lies.
    public static func path(_ path: String) -> String { "\(folder ?? "")/\(path)" }

    /// The bytes of the file `path` of it.
    ///
    /// - Throws: What the file system says.
    public static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: Self.path(path))))
    }
}
