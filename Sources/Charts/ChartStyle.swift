/// The look of all charts: light, and dark where the reader's system is.
enum ChartStyle {
    /// The colours of curves, in the order of ``ChartSeries/Colour``, light and dark.
    private static let colours = [
        ("#0b5cad", "#79b8ff"), ("#b3480a", "#ffab70"), ("#1a7f37", "#56d364"),
    ]

    /// A style sheet. Every class begins with `tc-`, so that a page may hold the picture as it is.
    static var sheet: String {
        var light = [
            ".tc-paper{fill:#ffffff}", ".tc-ink{fill:#1f2328}", ".tc-soft{fill:#59636e}",
            ".tc-grid{stroke:#dde2e8;stroke-width:1}",
            ".tc-frame{stroke:#8b949e;stroke-width:1;fill:none}",
            ".tc-shade{fill:#8b949e;fill-opacity:0.22}",
            ".tc-mark{stroke:#c4161c;stroke-width:1.2;stroke-dasharray:2 3;fill:none}",
            ".tc-dot{fill:#c4161c}",
        ]
        var dark = [
            ".tc-paper{fill:#0d1117}", ".tc-ink{fill:#e6edf3}", ".tc-soft{fill:#9da7b3}",
            ".tc-grid{stroke:#262c36}", ".tc-frame{stroke:#6e7681}",
            ".tc-shade{fill:#9da7b3}", ".tc-mark{stroke:#ff7b72}", ".tc-dot{fill:#ff7b72}",
        ]
        for (index, colour) in colours.enumerated() {
            light.append(".tc-line\(index){stroke:\(colour.0)}.tc-band\(index){fill:\(colour.0)}")
            dark.append(".tc-line\(index){stroke:\(colour.1)}.tc-band\(index){fill:\(colour.1)}")
        }
        let fonts = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif"
        return """
            .tc-text{font-family:\(fonts);font-size:12px}
            .tc-title{font-size:17px;font-weight:600}
            .tc-head{font-weight:600}
            .tc-curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
            .tc-curve1{stroke-width:1.4}
            .tc-curve2{stroke-width:1.6;stroke-dasharray:6 4}
            .tc-band{stroke:none;fill-opacity:0.18}
            \(light.joined(separator: "\n"))
            @media (prefers-color-scheme:dark){
            \(dark.joined(separator: "\n"))
            }
            """
    }
}
