import Charts
import Foundation
import FoundationXML
import Testing

/// What a parser of XML finds in a picture.
final class PictureReader: NSObject, XMLParserDelegate {
    private(set) var elements: [String: Int] = [:]
    private(set) var paths: [[String: String]] = []
    private(set) var texts: [String] = []
    private(set) var attributes: Set<String> = []
    private var text = ""

    /// Reads `svg`; `nil` where it is not well-formed.
    static func read(_ svg: String) -> PictureReader? {
        let reader = PictureReader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        return parser.parse() ? reader : nil
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes found: [String: String]
    ) {
        elements[name, default: 0] += 1
        attributes.formUnion(found.keys)
        if name == "path" { paths.append(found) }
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        if name == "text" { texts.append(text) }
        text = ""
    }
}

@Suite struct `A chart over time` {
    private func chart(
        _ points: [ChartPoint], shape: ChartSeries.Shape = .line, title: String = "A drive",
        span: ClosedRange<Double> = 0...60, unit: String = "km"
    ) -> TimeChart {
        TimeChart(
            title: title, span: span,
            panels: [
                ChartPanel(
                    title: "Way", unit: unit,
                    series: [ChartSeries(name: "odometer", shape: shape, points: points)])
            ])
    }

    private func curve(_ chart: TimeChart) throws -> String {
        let picture = try #require(PictureReader.read(chart.svg()))
        // The first is the one in the legend.
        let curves = picture.paths.filter { $0["class"]?.contains("tc-curve ") == true }
        return try #require(curves.last?["d"])
    }

    @Test func `is well-formed, has no script and names its axes with their units`() throws {
        let points = (0...60).map { ChartPoint(time: Double($0), value: Double($0) / 30) }
        let svg = chart(points).svg()
        let picture = try #require(PictureReader.read(svg))
        #expect(picture.elements["svg"] == 1)
        #expect(picture.elements["script"] == nil)
        #expect(!picture.attributes.contains { $0.hasPrefix("on") || $0.contains("href") })
        #expect(picture.texts.contains("Way, km"))
        #expect(picture.texts.contains("time since the first frame, s"))
        #expect(picture.texts.contains("odometer"))
        #expect(svg.contains("prefers-color-scheme:dark"))
    }

    @Test(arguments: ["<script>alert(1)</script>", "a & b", "\"q\" 'p'", "x\u{0}\u{1B}y", "é—日"])
    func `any title is text and nothing else`(title: String) throws {
        let picture = try #require(PictureReader.read(chart([], title: title).svg()))
        #expect(picture.elements["script"] == nil)
        let shown = title.replacing("\u{0}", with: "\u{FFFD}").replacing("\u{1B}", with: "\u{FFFD}")
        #expect(picture.texts.first == shown)
    }

    @Test func `steps hold their value until the next and to the end`() throws {
        let points = [ChartPoint(time: 0, value: 0), ChartPoint(time: 30, value: 1)]
        // From 86 to 778 pixels; the panel is 220 high.
        #expect(try curve(chart(points, shape: .steps)) == "M86 294H432V74H778")
        #expect(try curve(chart(points)) == "M86 294L432 74")
    }

    @Test func `a value that is none breaks the curve`() throws {
        var points = (0...4).map { ChartPoint(time: Double($0) * 15, value: Double($0)) }
        points[2].value = .nan
        let moves = try curve(chart(points)).filter { $0 == "M" }
        #expect(moves.count == 2)
        points[2].value = 2
        points[2].time = .infinity
        #expect(try curve(chart(points)).filter { $0 == "M" }.count == 2)
    }

    @Test func `a hundred thousand points are drawn as what can be seen of them`() throws {
        let points = (0..<100_000).map {
            ChartPoint(time: Double($0) * 60 / 100_000, value: $0 == 54_321 ? 9 : 1)
        }
        let path = try curve(chart(points))
        #expect(path.filter { $0 == "L" }.count <= 693 * 4)
        // The one point above all others is still there: the highest line, at the top.
        #expect(path.contains(" 96L"))
    }

    @Test func `an error is drawn as a band, and the axis holds it`() throws {
        let points = [
            ChartPoint(time: 0, value: 10, error: 5), ChartPoint(time: 60, value: 10, error: 5),
        ]
        let picture = try #require(PictureReader.read(chart(points).svg()))
        let band = try #require(
            picture.paths.first { $0["class"]?.hasPrefix("tc-band") == true }?["d"])
        #expect(band == "M86 74L778 74L778 294L86 294Z")
        #expect(picture.texts.contains("5") && picture.texts.contains("15"))
    }

    @Test(arguments: [
        (0.5, ["0.0", "0.1", "0.5"], "s"), (60, ["0", "10", "60"], "s"),
        (600, ["0:00", "2:00", "10:00"], "min:s"), (36_000, ["0:00", "2:00", "10:00"], "h:min"),
    ])
    func `time is written in what suits its length`(
        length: Double, labels: [String], unit: String
    ) throws {
        let picture = try #require(PictureReader.read(chart([], span: 0...length).svg()))
        for label in labels { #expect(picture.texts.contains(label), "\(label)") }
        #expect(picture.texts.contains("time since the first frame, \(unit)"))
    }

    @Test(arguments: [
        (25_088.063, 25_089.7, "25\u{202F}088.5"), (0, 1_000_000, "500\u{202F}000"),
        (-2, 2, "−1"), (7, 7, "7.0"), (0, 0.000_2, "0.00005"),
    ])
    func `values are written at round numbers`(low: Double, high: Double, label: String) throws {
        let points = [ChartPoint(time: 0, value: low), ChartPoint(time: 60, value: high)]
        let picture = try #require(PictureReader.read(chart(points).svg()))
        #expect(picture.texts.contains(label), "\(picture.texts)")
    }

    @Test func `nothing at all can be drawn`() throws {
        let empty = TimeChart(title: "", span: 0...0, panels: [])
        #expect(PictureReader.read(empty.svg()) != nil)
        #expect(PictureReader.read(chart([], span: 5...5).svg()) != nil)
    }

    @Test func `each kind of mark and shade stands in the legend once`() throws {
        var chart = chart([ChartPoint(time: 0, value: 1)])
        chart.marks = [
            ChartMark(name: "rejected", detail: "0x0 <zero>", time: 3),
            ChartMark(name: "rejected", detail: "again", time: 4),
            ChartMark(name: "never", time: .nan),
        ]
        chart.shades = [
            ChartShade(name: "unheard", span: 10...20), ChartShade(name: "unheard", span: 30...31),
        ]
        let svg = chart.svg()
        let picture = try #require(PictureReader.read(svg))
        #expect(picture.texts.filter { $0 == "rejected" }.count == 1)
        #expect(picture.texts.filter { $0 == "unheard" }.count == 1)
        #expect(svg.contains("<title>rejected: 0x0 &lt;zero&gt;</title>"))
        #expect(!svg.contains("nan"))
    }
}
