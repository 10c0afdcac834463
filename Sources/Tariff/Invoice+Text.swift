internal import Records
public import Units

extension Invoice {
    /// How wide the text is, in characters; a longer name or note goes on in the next line.
    public static let textWidth = 72

    /// The invoice for people, in lines of at most ``textWidth`` characters, each ended.
    ///
    /// Times are those of clocks in France, with the zone behind them.
    public func text(in language: Language) -> String {
        let words = InvoiceWords(language: language)
        var page = Page()
        page.put(words.pick("INVOICE ", "FACTURE ") + reference)
        page.put(words.pick("Tariff: ", "Tarif : ") + tariff.name)
        write(tariff, words, to: &page)
        for trip in trips { write(trip, words, to: &page) }
        page.rule()
        page.put(
            words.pick("Exact sum", "Somme exacte"), right: words.exact(exact))
        page.put(
            words.pick("TOTAL, rounded once, here", "TOTAL, arrondi une fois, ici"),
            right: "\(words.money(total)) \(tariff.currency)")
        return page.text
    }

    private func write(_ tariff: Tariff, _ words: InvoiceWords, to page: inout Page) {
        let (hour, day) = (words.money(tariff.perHour), words.money(tariff.perDay))
        let kilometre = words.money(tariff.perKilometre)
        page.put(
            words.pick(
                "\(hour) an hour begun, at most \(day) per 24 h, \(kilometre) a km",
                "\(hour) l'heure entamée, au plus \(day) par 24 h, \(kilometre) le km"),
            indent: 2)
        if tariff.includedPerDay > .zero {
            let included = words.kilometres(tariff.includedPerDay)
            page.put(
                words.pick(
                    "each day price includes \(included)", "chaque prix jour inclut \(included)"),
                indent: 2)
        }
        if tariff.lateFee != nil {
            let late = words.price(tariff.lateHourPrice)
            page.put(
                words.pick(
                    "late return: \(late) more an hour begun",
                    "retard : \(late) de plus par heure entamée"),
                indent: 2)
        }
    }

    private func write(_ listed: InvoiceTrip, _ words: InvoiceWords, to page: inout Page) {
        let close = listed.trip.close
        page.rule()
        page.put(
            words.pick("Trip ", "Trajet ") + "\(close.open.trip), "
                + words.pick("box ", "boîtier ") + "\(listed.trip.record.box)")
        let opened = close.openWall.map { words.time($0) } ?? words.pick("unknown", "inconnue")
        page.put(
            words.pick("Opened: ", "Ouverture : ") + opened + "; "
                + words.pick("lasted ", "durée ") + words.duration(close.duration))
        page.put(
            words.pick("Odometer: ", "Compteur : ")
                + reading(close.start ?? close.open.odometer, words)
                + words.pick(" to ", " à ") + reading(close.odometer, words))
        page.put(
            words.pick("Distance: ", "Distance : ") + words.kilometres(close.distance) + " ± "
                + words.kilometres(close.error) + words.pick(", by ", ", par : ")
                + words.quality(close.quality))
        for flag in close.flags.sorted() {
            page.put(words.pick("Note: ", "À noter : ") + words.note(flag))
        }
        for line in listed.lines {
            page.put(
                "\(words.quantity(line)) x \(words.price(line.unitPrice))",
                right: words.exact(line.amount), indent: 2)
            for record in line.citations {
                page.put(words.pick("record ", "enregistrement ") + record.description, indent: 6)
            }
        }
    }

    private func reading(_ odometer: OdometerStatement?, _ words: InvoiceWords) -> String {
        odometer.map { words.kilometres($0.position) } ?? words.pick("unknown", "inconnu")
    }
}

/// Lines of a fixed width.
private struct Page {
    private(set) var text = ""

    /// A line; what does not fit goes on, further in, in the next.
    mutating func put(_ words: String, indent: Int = 0) {
        var line = String(repeating: " ", count: indent)
        var isEmpty = true
        for word in Self.printable(words).split(separator: " ") {
            for piece in Self.pieces(word, of: Invoice.textWidth - indent - 4) {
                if !isEmpty, line.count + 1 + piece.count > Invoice.textWidth {
                    text += line + "\n"
                    line = String(repeating: " ", count: indent + 4)
                    isEmpty = true
                }
                line += (isEmpty ? "" : " ") + piece
                isEmpty = false
            }
        }
        text += line + "\n"
    }

    /// A line with a number at its right end, or that number in the next line where both do not
    /// fit.
    mutating func put(_ left: String, right: String, indent: Int = 0) {
        let start = String(repeating: " ", count: indent) + left
        if start.count + 1 + right.count > Invoice.textWidth {
            text += start + "\n" + Self.right(right, behind: "") + "\n"
        } else {
            text += Self.right(right, behind: start) + "\n"
        }
    }

    mutating func rule() {
        text += String(repeating: "-", count: Invoice.textWidth) + "\n"
    }

    private static func right(_ words: String, behind start: String) -> String {
        start
            + String(repeating: " ", count: Invoice.textWidth - start.count - words.count)
            + words
    }

    /// Names come from outside: a control character in one must not break the page.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }

    private static func pieces(_ word: Substring, of length: Int) -> [Substring] {
        stride(from: 0, to: word.count, by: length).map { word.dropFirst($0).prefix(length) }
    }
}
