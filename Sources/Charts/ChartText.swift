/// Numbers and texts, as they stand in a picture.
enum ChartText {
    /// `value` with so many decimals, thousands apart: `25 088.5`.
    static func number(_ value: Double, _ decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        guard value.isFinite, (value * scale).magnitude < 9e15 else { return "–" }
        let whole = Int64((value * scale).rounded())
        var digits = Array(String(whole.magnitude).utf8)
        while digits.count <= decimals { digits.insert(UInt8(ascii: "0"), at: 0) }
        let split = digits.count - decimals
        var text = whole < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index == split {
                text += "."
            } else if index > 0, index < split, (split - index) % 3 == 0 {
                // A narrow space that does not break.
                text += "\u{202F}"
            }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// A place in the picture, to a tenth of a pixel.
    static func place(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let (whole, tenth) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        let sign = tenths < 0 ? "-" : ""
        return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
    }

    /// `text` as XML 1.0 has it; characters that XML cannot hold become `�`.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\t", "\n", "\r": out += " "
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value):
                out += "\u{FFFD}"
            case _: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// About how wide `text` is at 12 pixels, in pixels.
    static func width(_ text: String) -> Double { Double(text.count) * 6.4 }
}
