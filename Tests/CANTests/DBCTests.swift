import CAN
import FoundationEssentials
import Testing

// The recordings and reference decodes are too large and too many-licensed for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of reference data"))
struct `Reference decodes` {
    @Test func `every line that candump -l can write is read alike`() throws {
        let bytes = try OutsideData.bytes("golden/logs/candump_variants.expected.json")
        let golden = try JSONDecoder().decode(GoldenLines.self, from: Data(bytes))
        var compared = 0
        for line in golden.lines {
            let isReadable = line.line.hasPrefix("(") && !line.line.contains("##")
            guard let wanted = line.expect, isReadable, wanted.id != nil else {
                // Not readable here, but never a trap.
                _ = try? CandumpParser.entries(of: line.line)
                continue
            }
            let entry = try #require(try CandumpParser.entries(of: line.line).first)
            compared += 1
            #expect(entry.interface == wanted.channel, "\(line.line)")
            // Seconds as a real number are good for a microsecond.
            let time = try #require(wanted.t?.microseconds)
            #expect(abs(entry.microseconds - time) <= 1)
            #expect(entry.frame.id.number == wanted.id.map { $0 & 0x1FFF_FFFF })
            #expect((entry.frame.kind == .remote) == (wanted.rtr ?? false))
            let digits = entry.frame.description.split(separator: "#", maxSplits: 1).last ?? ""
            if entry.frame.kind == .remote {
                #expect(entry.frame.length == wanted.dlc)
            } else {
                #expect(digits.lowercased() == wanted.data || entry.frame.length == 0)
            }
        }
        #expect(compared >= 10)
    }
}
