/// Quantities over time: panels one above the other that share one axis of time.
///
/// A value that ``svg()`` turns into a picture. It is readable at 800 pixels, has a light and a
/// dark form by the reader's own setting, and holds no script.
public struct TimeChart: Hashable, Sendable {
    /// What it shows, in a few words.
    public var title: String
    /// Whence it is, in one line.
    public var subtitle: String
    /// The seconds that the axis of time covers.
    public var span: ClosedRange<Double>
    /// What is drawn, from top to bottom.
    public var panels: [ChartPanel]
    /// Stretches of time that are shaded through all panels.
    public var shades: [ChartShade]
    /// Moments that are marked through all panels.
    public var marks: [ChartMark]

    /// A chart of `panels` over `span` seconds.
    ///
    /// Traps for a span that is not finite.
    public init(
        title: String, subtitle: String = "", span: ClosedRange<Double>,
        panels: [ChartPanel], shades: [ChartShade] = [], marks: [ChartMark] = []
    ) {
        precondition(
            span.lowerBound.isFinite && span.upperBound.isFinite, "A span of time is finite.")
        self.title = title
        self.subtitle = subtitle
        self.span = span
        self.panels = panels
        self.shades = shades
        self.marks = marks
    }
}

/// One pair of axes.
public struct ChartPanel: Hashable, Sendable {
    /// The quantity, as its axis is called.
    public var title: String
    /// Its unit.
    public var unit: String
    /// How high it is drawn, in pixels of a picture 800 wide.
    public var height: Int
    /// Whether the axis begins at zero whatever is drawn.
    public var beginsAtZero: Bool
    /// The curves.
    public var series: [ChartSeries]

    /// A panel of `series` in `unit`.
    ///
    /// Traps for a height that is not 60 to 1000 pixels.
    public init(
        title: String, unit: String, height: Int = 220, beginsAtZero: Bool = false,
        series: [ChartSeries]
    ) {
        precondition((60...1000).contains(height), "A panel is 60 to 1000 pixels high.")
        self.title = title
        self.unit = unit
        self.height = height
        self.beginsAtZero = beginsAtZero
        self.series = series
    }
}

/// One curve.
public struct ChartSeries: Hashable, Sendable {
    /// How points are joined.
    public enum Shape: Hashable, Sendable {
        /// By straight lines: a quantity that runs on between its points.
        case line
        /// By steps: a quantity that holds until the next point.
        case steps
    }

    /// The colours, told apart by people who see few of them; each has its own dashes, too.
    public enum Colour: Int, CaseIterable, Hashable, Sendable {
        /// Blue, drawn through.
        case first
        /// Orange, drawn through, thinner.
        case second
        /// Green, dashed.
        case third
    }

    /// What the legend calls it.
    public var name: String
    /// How points are joined.
    public var shape: Shape
    /// How it is told from the others.
    public var colour: Colour
    /// The points in the order of time. One whose value is not finite breaks the curve.
    public var points: [ChartPoint]

    /// A curve through `points`.
    public init(
        name: String, shape: Shape = .line, colour: Colour = .first, points: [ChartPoint]
    ) {
        self.name = name
        self.shape = shape
        self.colour = colour
        self.points = points
    }
}

/// A value at a time.
public struct ChartPoint: Hashable, Sendable {
    /// The seconds on the axis of time.
    public var time: Double
    /// The value, in the panel's unit.
    public var value: Double
    /// The truth lies within this of the value: drawn as a band where it is above zero.
    public var error: Double

    /// `value` ± `error` at `time`.
    public init(time: Double, value: Double, error: Double = 0) {
        self.time = time
        self.value = value
        self.error = error
    }
}

/// A stretch of time that is shaded.
public struct ChartShade: Hashable, Sendable {
    /// What it is; the legend says each once.
    public var name: String
    /// From when to when, in seconds.
    public var span: ClosedRange<Double>

    /// `span` shaded as `name`.
    public init(name: String, span: ClosedRange<Double>) {
        self.name = name
        self.span = span
    }
}

/// A moment that is marked.
public struct ChartMark: Hashable, Sendable {
    /// What kind it is; the legend says each once.
    public var name: String
    /// What it is in particular: shown when a pointer rests on it.
    public var detail: String
    /// When, in seconds.
    public var time: Double

    /// `time` marked as `name`.
    public init(name: String, detail: String = "", time: Double) {
        self.name = name
        self.detail = detail
        self.time = time
    }
}
