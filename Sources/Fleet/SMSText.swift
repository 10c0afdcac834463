/// A text in the characters and length of text messages: the default alphabet of 3GPP TS 23.038,
/// seven bits each.
///
/// Letters that the alphabet lacks become their nearest: `ç` is sent as `c`, `ê` as `e`, `œ` as
/// `oe`; a character without a neighbour becomes `?`. A message of up to 160 septets goes as one, a
/// longer one in parts of 153.
public struct SMSText: Hashable, Sendable, CustomStringConvertible {
    /// The text, in the alphabet only.
    public let text: String
    /// How many septets it takes: two for characters of the extension table.
    public let septets: Int

    /// `text` in the alphabet.
    public init(_ text: String) {
        var out = ""
        var septets = 0
        for character in text {
            for substitute in Self.substitute(character) {
                out.append(substitute)
                septets += Self.septets(substitute) ?? 1
            }
        }
        self.text = out
        self.septets = septets
    }

    /// How many text messages it is sent as.
    public var parts: Int {
        if septets <= 160 { return 1 }
        var parts = 1
        var filled = 0
        // A character of the extension table is not split over two parts.
        for character in text {
            let size = Self.septets(character) ?? 1
            if filled + size > 153 {
                parts += 1
                filled = 0
            }
            filled += size
        }
        return parts
    }

    /// The text.
    public var description: String { text }

    /// The text cut to at most `maximum` septets, with three dots where something was cut.
    func cut(to maximum: Int) -> SMSText {
        guard septets > maximum else { return self }
        var out = ""
        var filled = 3
        for character in text {
            filled += Self.septets(character) ?? 1
            if filled > maximum { break }
            out.append(character)
        }
        return SMSText(out + "...")
    }

    /// 1 for the default alphabet, 2 for its extension table, `nil` for any other character.
    private static func septets(_ character: Character) -> Int? {
        if basic.contains(character) { return 1 }
        return extended.contains(character) ? 2 : nil
    }

    private static func substitute(_ character: Character) -> String {
        if septets(character) != nil { return String(character) }
        for (letters, nearest) in neighbours where letters.contains(character) { return nearest }
        return "?"
    }

    private static let basic =
        "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    private static let extended = "^{}\\[~]|€"
    private static let neighbours: [(String, String)] = [
        ("áâã", "a"), ("ÀÁÂÃ", "A"), ("ç", "c"), ("êë", "e"), ("ÈÊË", "E"), ("íîï", "i"),
        ("ÌÍÎÏ", "I"), ("óôõ", "o"), ("ÒÓÔÕ", "O"), ("úû", "u"), ("ÙÚÛ", "U"), ("ýÿ", "y"),
        ("œ", "oe"), ("Œ", "OE"), ("’‘", "'"), ("«»“”„", "\""), ("–—‑", "-"), ("…", "..."),
        ("\u{A0}\u{202F}\t", " "), ("\r\n", "\n"), ("°", "o"),
    ]
}
