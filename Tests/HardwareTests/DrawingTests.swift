import Foundation
import Testing

/// The texts of a drawing.
struct Drawing {
    let texts: [String]

    init(_ svg: String) throws {
        let text = try Regex("<text[^>]*>([^<]*)</text>", as: (Substring, Substring).self)
        texts = svg.matches(of: text).map { match in
            var text = match.output.1.replacing("&#160;", with: " ")
            for (code, sign) in [("&#45;", "-"), ("&#39;", "'"), ("&gt;", ">"), ("&amp;", "&")] {
                text = text.replacing(code, with: sign)
            }
            let end = text.lastIndex { $0 != " " }.map { text.index(after: $0) }
            return String(text[..<(end ?? text.startIndex)].drop { $0 == " " })
        }.filter { !$0.isEmpty }
    }

    /// WireViz, by `CITYZENBOX_WIREVIZ` or in the path, with the program that it draws by.
    static let artist: Tool? = {
        guard Tool("dot") != nil else { return nil }
        let given = ProcessInfo.processInfo.environment["CITYZENBOX_WIREVIZ"]
        return Tool("wireviz", in: given.map { [$0] } ?? [])
    }()
}

@Suite struct `Drawings of the harness` {
    /// Every wire is written out with both ends: `X1:1:12V in`, `1:RD:12V in`, `F1:out:12V in`.
    @Test(arguments: Harness.names)
    func `a drawing shows the wires of its file and no others`(name: String) throws {
        let file = try Harness.file(name)
        var expected: [String] = []
        for wire in try file.wires {
            let cable = try #require(file.cables[wire.at.of])
            let color = cable.colors[(Int(wire.at.pin) ?? 0) - 1]
            expected.append("\(wire.at.pin):\(color):\(wire.label)")
            expected += wire.ends.map { "\($0.of):\($0.pin):\(wire.label)" }
        }
        let drawing = try Drawing(try Repository.text("hardware/harness/\(name).svg"))
        let shown = drawing.texts.filter { $0.split(separator: ":").count == 3 }
        #expect(expected.filter { !shown.contains($0) } == [])
        #expect(shown.filter { !expected.contains($0) } == [])
        #expect(shown.count == expected.count)
        for reference in file.references + file.cables.keys.sorted() {
            #expect(drawing.texts.contains(reference))
        }
    }

    @Test(
        .enabled(
            if: Drawing.artist != nil,
            "wireviz is not in the path: pip install wireviz, apt install graphviz"),
        arguments: Harness.names)
    func `a drawing is what WireViz makes of its file`(name: String) throws {
        let wireviz = try #require(Drawing.artist)
        let scratch = try Scratch()
        let outcome = try wireviz.run(
            ["-f", "s", "-o", scratch.path, Repository.path("hardware/harness/\(name).yml")],
            in: scratch)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let svg = try Data(contentsOf: URL(filePath: "\(scratch.path)/\(name).svg"))
        // Places of texts depend on fonts and versions; what they say does not.
        let made = try Drawing(String(decoding: svg, as: UTF8.self)).texts
        let kept = try Drawing(try Repository.text("hardware/harness/\(name).svg")).texts
        #expect(made.sorted() == kept.sorted())
    }
}
