extension TimeChart {
    /// The chart as an SVG 1.1 picture of its own, 800 pixels wide: a whole XML document.
    public func svg() -> String {
        var drawing = ChartDrawing(self)
        return drawing.document()
    }
}

/// Draws a chart from top to bottom.
struct ChartDrawing {
    static let width = 800.0
    static let left = 86.0
    static let right = 22.0

    private let chart: TimeChart
    private let time: ChartAxis
    private var out = ""
    private var y = 0.0

    init(_ chart: TimeChart) {
        self.chart = chart
        time = ChartAxis(seconds: chart.span, lines: 9)
    }

    private var rightEdge: Double { Self.width - Self.right }

    private func x(_ seconds: Double) -> Double {
        let share =
            (seconds - time.range.lowerBound) / (time.range.upperBound - time.range.lowerBound)
        return Self.left + min(max(share, 0), 1) * (rightEdge - Self.left)
    }

    mutating func document() -> String {
        y = 30
        text(chart.title, x: 20, "tc-ink tc-title")
        if !chart.subtitle.isEmpty {
            y += 20
            text(chart.subtitle, x: 20, "tc-soft")
        }
        legendOfSigns()
        for panel in chart.panels { draw(panel) }
        drawTimeLabels()
        let height = ChartText.place(y + 14)
        let description = chart.panels.map { panel in
            "\(panel.title) in \(panel.unit): " + panel.series.map(\.name).joined(separator: ", ")
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 \(height)" width="800" \
            height="\(height)" role="img">
            <title>\(ChartText.escaped(chart.title))</title>
            <desc>\(ChartText.escaped(description.joined(separator: "; ")))</desc>
            <style>
            \(ChartStyle.sheet)
            </style>
            <rect class="tc-paper" width="800" height="\(height)"/>
            \(out)</svg>

            """
    }

    private mutating func text(
        _ text: String, x: Double, _ style: String, anchor: String = "start"
    ) {
        let end = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        out += "<text class=\"tc-text \(style)\" x=\"\(ChartText.place(x))\" "
        out += "y=\"\(ChartText.place(y))\"\(end)>\(ChartText.escaped(text))</text>\n"
    }

    /// What shades and marks mean, each once.
    private mutating func legendOfSigns() {
        var shades: [String] = []
        for shade in chart.shades where !shades.contains(shade.name) { shades.append(shade.name) }
        var marks: [String] = []
        for mark in chart.marks where mark.time.isFinite && !marks.contains(mark.name) {
            marks.append(mark.name)
        }
        guard !shades.isEmpty || !marks.isEmpty else { return }
        y += 24
        var x = 20.0
        for name in shades {
            out += "<rect class=\"tc-shade\" x=\"\(ChartText.place(x))\" "
            out += "y=\"\(ChartText.place(y - 10))\" width=\"22\" height=\"12\"/>\n"
            text(name, x: x + 28, "tc-ink")
            x += 28 + ChartText.width(name) + 22
        }
        for name in marks {
            line("tc-mark", x + 11, y - 11, x + 11, y + 3)
            dot(x + 11, y - 9)
            text(name, x: x + 28, "tc-ink")
            x += 28 + ChartText.width(name) + 22
        }
    }

    private mutating func line(
        _ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double
    ) {
        out += "<path class=\"\(style)\" d=\"M\(ChartText.place(x1)) \(ChartText.place(y1))"
        out += "L\(ChartText.place(x2)) \(ChartText.place(y2))\"/>\n"
    }

    private mutating func dot(_ x: Double, _ y: Double) {
        out += "<circle class=\"tc-dot\" cx=\"\(ChartText.place(x))\" "
        out += "cy=\"\(ChartText.place(y))\" r=\"3\"/>\n"
    }

    private mutating func legend(of panel: ChartPanel) {
        y += 32
        let head = panel.unit.isEmpty ? panel.title : "\(panel.title), \(panel.unit)"
        text(head, x: 20, "tc-ink tc-head")
        var x = max(Self.left, 20 + ChartText.width(head) * 1.1) + 20
        for series in panel.series {
            let number = series.colour.rawValue
            if series.points.contains(where: { $0.error > 0 }) {
                out += "<rect class=\"tc-band tc-band\(number)\" x=\"\(ChartText.place(x))\" "
                out += "y=\"\(ChartText.place(y - 10))\" width=\"26\" height=\"12\"/>\n"
            }
            line("tc-curve tc-curve\(number) tc-line\(number)", x, y - 4, x + 26, y - 4)
            text(series.name, x: x + 32, "tc-ink")
            x += 32 + ChartText.width(series.name) + 24
        }
    }

    private mutating func draw(_ panel: ChartPanel) {
        legend(of: panel)
        let top = y + 12
        let height = Double(panel.height)
        let axis = Self.axis(of: panel)
        let scale = height / (axis.range.upperBound - axis.range.lowerBound)
        func place(_ point: ChartPoint) -> ChartCurve.Place {
            ChartCurve.Place(
                x: x(point.time), y: top + (axis.range.upperBound - point.value) * scale,
                error: max(0, point.error) * scale)
        }
        for shade in chart.shades {
            let from = x(shade.span.lowerBound)
            let width = max(1, x(shade.span.upperBound) - from)
            out += "<rect class=\"tc-shade\" x=\"\(ChartText.place(from))\" "
            out += "y=\"\(ChartText.place(top))\" width=\"\(ChartText.place(width))\" "
            out += "height=\"\(ChartText.place(height))\"/>\n"
        }
        for tick in axis.ticks {
            let height = top + (axis.range.upperBound - tick.value) * scale
            line("tc-grid", Self.left, height, rightEdge, height)
            y = height + 4
            text(tick.label, x: Self.left - 8, "tc-soft", anchor: "end")
        }
        for tick in time.ticks { line("tc-grid", x(tick.value), top, x(tick.value), top + height) }
        for series in panel.series {
            let number = series.colour.rawValue
            let curve = ChartCurve(series, endingAt: rightEdge, place)
            if !curve.band.isEmpty {
                out += "<path class=\"tc-band tc-band\(number)\" d=\"\(curve.band)\"/>\n"
            }
            guard !curve.stroke.isEmpty else { continue }
            out += "<path class=\"tc-curve tc-curve\(number) tc-line\(number)\" "
            out += "d=\"\(curve.stroke)\"/>\n"
        }
        out += "<rect class=\"tc-frame\" x=\"\(ChartText.place(Self.left))\" "
        out += "y=\"\(ChartText.place(top))\" width=\"\(ChartText.place(rightEdge - Self.left))\" "
        out += "height=\"\(ChartText.place(height))\"/>\n"
        drawMarks(from: top, to: top + height)
        y = top + height
    }

    private mutating func drawMarks(from top: Double, to bottom: Double) {
        for mark in chart.marks where mark.time.isFinite {
            let detail = mark.detail.isEmpty ? mark.name : "\(mark.name): \(mark.detail)"
            out += "<g><title>\(ChartText.escaped(detail))</title>"
            line("tc-mark", x(mark.time), top, x(mark.time), bottom)
            dot(x(mark.time), top)
            out += "</g>\n"
        }
    }

    private mutating func drawTimeLabels() {
        y += 17
        for tick in time.ticks { text(tick.label, x: x(tick.value), "tc-soft", anchor: "middle") }
        y += 20
        let unit = ChartAxis.timeUnit(time.range.upperBound - time.range.lowerBound)
        text(
            "time since the first frame, \(unit)", x: (Self.left + rightEdge) / 2, "tc-soft",
            anchor: "middle")
    }

    /// An axis that holds every point of the panel with its error.
    private static func axis(of panel: ChartPanel) -> ChartAxis {
        var low = Double.infinity
        var high = -Double.infinity
        for series in panel.series {
            for point in series.points where point.value.isFinite {
                let error = point.error.isFinite ? max(0, point.error) : 0
                low = min(low, point.value - error)
                high = max(high, point.value + error)
            }
        }
        if panel.beginsAtZero {
            low = min(low, 0)
            high = max(high, 0)
        }
        // An empty panel has axes, too.
        guard low <= high else { return ChartAxis(values: 0...1, lines: 5) }
        return ChartAxis(values: low...high, lines: max(2, panel.height / 45))
    }
}
