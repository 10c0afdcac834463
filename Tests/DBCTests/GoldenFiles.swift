import FoundationEssentials
import TestData

extension OutsideData {
    static func json<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try bytes(path)))
    }

    /// The files of a folder with this ending in any case, sorted; none where the data is absent.
    static func names(_ path: String, ending: String) -> [String] {
        let all = try? FileManager.default.contentsOfDirectory(atPath: "\(folder ?? "")/\(path)")
        return (all ?? []).filter { $0.lowercased().hasSuffix(ending) }.sorted()
    }
}
