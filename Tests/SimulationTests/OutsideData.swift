import FoundationEssentials

/// The data that is kept outside the repository.
enum OutsideData {
    /// Its folder; `nil` where it is not there.
    static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["CITYZENBOX_DATA"]
        // Beside the repository, or beside the folder that holds it.
        for folder in [given, "\(Repository.root)/../shared/data"] {
            guard let folder else { continue }
            if FileManager.default.fileExists(atPath: folder + "/SOURCES.md") { return folder }
        }
        return nil
    }()

    static var isPresent: Bool { folder != nil }

    static func path(_ path: String) -> String { "\(folder ?? "")/\(path)" }
}
