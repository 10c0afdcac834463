import FoundationEssentials
import FuzzTargets
import Testing

/// What the fuzzer starts from, and whatever it once found, holds on every build.
@Suite struct `Fuzz corpora` {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Corpora"
    }()

    private static func files(_ target: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(target)").sorted()
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `every input is taken`(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let files = try Self.files(name)
        #expect(files.count >= 3, "a corpus of \(files.count) leaves the fuzzer in the dark")
        for file in files {
            target.take(
                Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/\(name)/\(file)"))))
        }
    }

    @Test func `every corpus has a target`() throws {
        #expect(try Self.files("") == FuzzTarget.all.map(\.name).sorted())
    }
}
