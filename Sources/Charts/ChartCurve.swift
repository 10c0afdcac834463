/// The paths of one curve, in pixels.
struct ChartCurve {
    /// A place in the picture.
    struct Place {
        var x: Double
        var y: Double
        var error: Double
    }

    /// The strokes: pieces of the curve without a break.
    private let pieces: [[Place]]
    private let shape: ChartSeries.Shape
    private let end: Double

    /// `series`, where `place` says what lies where; a curve of steps goes on to `end`.
    init(_ series: ChartSeries, endingAt end: Double, _ place: (ChartPoint) -> Place) {
        var pieces: [[Place]] = [[]]
        for point in series.points {
            guard point.time.isFinite, point.value.isFinite, point.error.isFinite else {
                pieces.append([])
                continue
            }
            pieces[pieces.count - 1].append(place(point))
        }
        self.pieces = pieces.filter { !$0.isEmpty }.map(Self.thinned)
        shape = series.shape
        self.end = end
    }

    /// Of the places in one column of pixels the first, the lowest, the highest and the last: more
    /// cannot be seen.
    private static func thinned(_ places: [Place]) -> [Place] {
        var kept: [Place] = []
        var column: [Place] = []
        func close() {
            guard let first = column.first, let last = column.last else { return }
            guard column.count > 4 else { return kept += column }
            var low = 0
            var high = 0
            for index in column.indices {
                if column[index].y < column[low].y { low = index }
                if column[index].y > column[high].y { high = index }
            }
            kept.append(first)
            for index in [min(low, high), max(low, high)]
            where index > 0 && index < column.count - 1 {
                kept.append(column[index])
            }
            kept.append(last)
        }
        for place in places {
            if let first = column.first, first.x.rounded(.down) != place.x.rounded(.down) {
                close()
                column = []
            }
            column.append(place)
        }
        close()
        return kept
    }

    /// The stroke, as the `d` of a path.
    var stroke: String {
        var out = ""
        for (index, piece) in pieces.enumerated() {
            guard let first = piece.first else { continue }
            out += "M\(ChartText.place(first.x)) \(ChartText.place(first.y))"
            for place in piece.dropFirst() {
                switch shape {
                case .line: out += "L\(ChartText.place(place.x)) \(ChartText.place(place.y))"
                case .steps: out += "H\(ChartText.place(place.x))V\(ChartText.place(place.y))"
                }
            }
            if shape == .steps, index == pieces.count - 1 {
                out += "H\(ChartText.place(end))"
            } else if piece.count == 1 {
                // A single point is seen as a dot, because the ends of strokes are round.
                out += "h0.1"
            }
        }
        return out
    }

    /// The band of the errors, as the `d` of a path; empty where there are none.
    var band: String {
        var out = ""
        for piece in pieces where piece.count > 1 && piece.contains(where: { $0.error > 0 }) {
            let above = piece.map { "\(ChartText.place($0.x)) \(ChartText.place($0.y - $0.error))" }
            let below = piece.reversed().map {
                "\(ChartText.place($0.x)) \(ChartText.place($0.y + $0.error))"
            }
            out += "M" + (above + below).joined(separator: "L") + "Z"
        }
        return out
    }
}
