/// Links of Markdown pages to other files and to headings.
enum Links {
    /// The links of `text` that lead nowhere; `exists` and `page` look into the tree.
    static func broken(
        in text: String, of path: String, exists: (String) -> Bool, page: (String) -> String?
    ) throws -> [Finding] {
        let link = try Regex(#"\]\(([^)\s]+)\)"#, as: (Substring, Substring).self)
        var found: [Finding] = []
        for (index, line) in prose(text).enumerated() {
            for match in line.matches(of: link) {
                let target = String(match.output.1)
                guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
                guard let reason = fault(target, path, exists: exists, page: page) else { continue }
                found.append(Finding(path: path, line: index + 1, reason: reason))
            }
        }
        return found
    }

    private static func fault(
        _ target: String, _ path: String, exists: (String) -> Bool, page: (String) -> String?
    ) -> String? {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let file = parts[0].isEmpty ? path : resolve(String(parts[0]), from: path)
        guard exists(file) else { return "\(target): there is no \(file)" }
        guard parts.count == 2, file.hasSuffix(".md"), let text = page(file) else { return nil }
        return anchors(text).contains(String(parts[1]))
            ? nil : "\(target): \(file) has no such heading"
    }

    /// `target`, as it is read from the folder of `path`.
    static func resolve(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// What headings are called in links: lower case, hyphens for spaces, no other signs.
    static func anchors(_ text: String) -> [String] {
        prose(text).filter { $0.hasPrefix("#") }.map { heading in
            String(
                heading.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character in
                    if character == " " { return "-" }
                    let isKept = character.isLetter || character.isNumber
                    return isKept || character == "-" || character == "_" ? character : nil
                })
        }
    }

    /// The lines of a page, those of code blocks emptied.
    private static func prose(_ text: String) -> [Substring] {
        var isCode = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return isCode ? "" : line
        }
    }
}
