import FoundationEssentials
import FuzzTargets
import Testing
import Units

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

    /// What the fuzzer does for minutes, for a moment on every build: pieces of the corpus, bytes
    /// of any kind, and directives, in any order.
    @Test(arguments: 1...32 as ClosedRange<UInt64>)
    func `the console takes what is made of pieces`(seed: UInt64) throws {
        let target = try #require(FuzzTarget.named("console"))
        let pieces = try Self.files("console").map {
            Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/console/\($0)")))
        }
        var random = SplitMix64(seed: seed)
        func draw(_ bound: Int) -> Int { Int(random.next(below: UInt64(bound))) }
        for _ in 0..<16 {
            var input: [UInt8] = []
            for _ in 0..<1 + draw(24) {
                switch draw(4) {
                case 0: input += (0..<draw(40)).map { _ in UInt8(draw(256)) }
                case 1: input += [0xFE, UInt8(draw(256))]
                case _:
                    let piece = pieces[draw(pieces.count)]
                    let start = draw(piece.count)
                    input += piece[start..<start + draw(piece.count - start)]
                }
            }
            target.take(input)
        }
    }

    @Test func `every corpus has a target`() throws {
        #expect(try Self.files("") == FuzzTarget.all.map(\.name).sorted())
    }
}
