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

/// The right answers to a DBC file, as another program decoded them.
struct GoldenDecodes: Decodable {
    var dbc: String
    var frames: [Frame]

    struct Frame: Decodable {
        var id: UInt32
        var ext: Bool
        var fd: Bool
        var name: String
        var length: Int
        var cases: [Case]
    }

    struct Case: Decodable {
        var data: String
        var raw: [String: Number]?
        var error: String?
    }

    /// A whole number, also beyond 2^53, where it is written as a text; else none.
    struct Number: Decodable {
        var whole: Int64?
        var bits: UInt64?

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int64.self) {
                whole = number
            } else if let text = try? value.decode(String.self) {
                whole = Int64(text)
                bits = UInt64(text)
            }
        }
    }
}
