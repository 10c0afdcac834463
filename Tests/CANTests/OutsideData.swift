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

    static func names(_ path: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder ?? "")/\(path)")
            .filter { $0.hasSuffix(ending) }.sorted()
    }
}

/// Lines of recordings, and what is in them.
struct GoldenLines: Decodable {
    var lines: [Line]

    struct Line: Decodable {
        var line: String
        var expect: Expectation?
    }

    struct Expectation: Decodable {
        var t: Time?
        var channel: String?
        var id: UInt32?
        var ext: Bool?
        var rtr: Bool?
        var dlc: Int?
        var fd: Bool?
        var data: String?
    }

    /// Seconds, where they are written as a number.
    struct Time: Decodable {
        var microseconds: Int64?

        init(from decoder: any Decoder) throws {
            let seconds = try? decoder.singleValueContainer().decode(Double.self)
            microseconds = seconds.map { Int64($0 * 1e6) }
        }
    }
}
