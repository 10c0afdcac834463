/// A language that drivers and owners are written to in.
public enum Language: String, CaseIterable, Hashable, Sendable {
    /// English, with 24-hour times.
    case english = "en"
    /// French.
    case french = "fr"
}
