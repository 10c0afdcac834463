/// Rules of udev(7), read by its grammar, and what they make of a device.
///
/// Debian 12 has no `udevadm verify`; this knows the keys and operators of its udev, and of the
/// keys only those that the rules of this package use can be played through.
struct UdevRules {
    struct Unreadable: Error {
        let line: Int
        let reason: String
    }

    /// `KERNEL=="event*"`, with the part in braces, if there is one.
    struct Item: Equatable {
        let key: String
        let attribute: String?
        let sign: String
        let value: String

        var isMatch: Bool { sign == "==" || sign == "!=" }
    }

    /// The rules, without comments and empty lines.
    private(set) var rules: [[Item]] = []

    /// Which operators each key takes, and whether it has a part in braces.
    private static let grammar: [String: (signs: [String], isBraced: Bool)] = {
        let match = ["==", "!="]
        let assign = ["=", "+=", "-=", ":="]
        var keys: [String: (signs: [String], isBraced: Bool)] = [:]
        for key in [
            "ACTION", "DEVPATH", "KERNEL", "KERNELS", "SUBSYSTEM", "SUBSYSTEMS", "DRIVER",
            "DRIVERS", "TAGS", "RESULT",
        ] { keys[key] = (match, false) }
        for key in ["ATTRS", "CONST", "TEST"] { keys[key] = (match, true) }
        for key in ["ATTR", "SYSCTL"] { keys[key] = (match + ["="], true) }
        keys["ENV"] = (match + ["=", "+="], true)
        keys["NAME"] = (match + ["=", ":="], false)
        keys["SYMLINK"] = (match + assign, false)
        keys["TAG"] = (match + assign, false)
        for key in ["OWNER", "GROUP", "MODE"] { keys[key] = (["=", "+=", ":="], false) }
        keys["OPTIONS"] = (["=", "+=", ":="], false)
        for key in ["LABEL", "GOTO"] { keys[key] = (["="], false) }
        keys["IMPORT"] = (match + ["="], true)
        keys["RUN"] = (["=", "+=", ":="], true)
        return keys
    }()

    init(_ text: String) throws {
        // A backslash at the end of a line joins the next one to it.
        let joined = text.replacing(try Regex(#"\\\n *"#), with: "")
        let lines = joined.split(separator: "\n", omittingEmptySubsequences: false)
        var labels: [String] = []
        var goals: [(label: String, line: Int)] = []
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let items = try Self.items(line, index + 1)
            for item in items where item.key == "LABEL" {
                labels.append(item.value)
                // udev jumps forward only.
                goals.removeAll { $0.label == item.value }
            }
            for item in items where item.key == "GOTO" { goals.append((item.value, index + 1)) }
            rules.append(items)
        }
        guard Set(labels).count == labels.count else {
            throw Unreadable(line: lines.count, reason: "a label stands twice")
        }
        if let goal = goals.first {
            throw Unreadable(line: goal.line, reason: "there is no label \(goal.label) behind")
        }
    }

    private static func items(_ line: Substring, _ number: Int) throws -> [Item] {
        let pattern = try Regex(
            #"([A-Z]+)(\{([^}"]+)\})?(==|!=|\+=|-=|:=|=)"([^"]*)""#,
            as: (Substring, Substring, Substring?, Substring?, Substring, Substring).self)
        var rest = line
        var items: [Item] = []
        while true {
            guard let match = rest.prefixMatch(of: pattern) else {
                throw Unreadable(line: number, reason: "'\(rest)' is no key, operator and value")
            }
            let (_, key, _, attribute, sign, value) = match.output
            let item = Item(
                key: String(key), attribute: attribute.map(String.init), sign: String(sign),
                value: String(value))
            guard let form = grammar[item.key], form.signs.contains(item.sign),
                form.isBraced == (item.attribute != nil)
            else { throw Unreadable(line: number, reason: "\(match.output.0) is not allowed") }
            items.append(item)
            rest = rest[match.range.upperBound...]
            if rest.isEmpty { return items }
            guard rest.hasPrefix(", ") else {
                throw Unreadable(line: number, reason: "there is no comma before '\(rest)'")
            }
            rest = rest.dropFirst(2)
        }
    }

    /// A device as the kernel and earlier rules present it.
    struct Device {
        var action = "add"
        var subsystem: String
        var kernel: String
        /// The drivers of its parents.
        var drivers: [String] = []
        /// The attributes of each of its parents.
        var parents: [[String: String]] = []
        var properties: [String: String] = [:]
    }

    /// What becomes of a device.
    struct Result: Equatable {
        var links: [String] = []
        var group: String?
        var mode: String?
        var properties: [String: String] = [:]
        var options: [String] = []
    }

    /// Plays the rules through for `device`.
    func result(for device: Device) throws -> Result {
        var result = Result()
        result.properties = device.properties
        var goal: String?
        var settled: Set<String> = []
        for rule in rules {
            if let label = goal {
                guard rule.contains(where: { $0.key == "LABEL" && $0.value == label }) else {
                    continue
                }
                goal = nil
            }
            guard try matches(rule, device, result) else { continue }
            for item in rule where !item.isMatch && !settled.contains(item.key) {
                if item.sign == ":=" { settled.insert(item.key) }
                switch item.key {
                case "SYMLINK": result.links.append(item.value)
                case "GROUP": result.group = item.value
                case "MODE": result.mode = item.value
                case "ENV": result.properties[item.attribute ?? ""] = item.value
                case "OPTIONS": result.options.append(item.value)
                case "GOTO": goal = item.value
                case "LABEL": continue
                case _: throw Unreadable(line: 0, reason: "\(item.key) cannot be played")
                }
            }
        }
        return result
    }

    private func matches(_ rule: [Item], _ device: Device, _ result: Result) throws -> Bool {
        var parents: [Item] = []
        for item in rule where item.isMatch {
            let found: Bool
            switch item.key {
            case "ACTION": found = Self.matches(device.action, item.value)
            case "SUBSYSTEM": found = Self.matches(device.subsystem, item.value)
            case "KERNEL": found = Self.matches(device.kernel, item.value)
            case "DRIVERS": found = device.drivers.contains { Self.matches($0, item.value) }
            case "ENV":
                found = Self.matches(result.properties[item.attribute ?? ""] ?? "", item.value)
            case "ATTRS":
                parents.append(item)
                continue
            case _: throw Unreadable(line: 0, reason: "\(item.key) cannot be played")
            }
            if found != (item.sign == "==") { return false }
        }
        // All that is asked of parents is asked of one parent.
        return parents.isEmpty
            || device.parents.contains { parent in
                parents.allSatisfy { item in
                    Self.matches(parent[item.attribute ?? ""] ?? "", item.value)
                        == (item.sign == "==")
                }
            }
    }

    /// Whether `text` is one of the alternatives of `pattern`, in which `*` stands for anything.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        pattern.split(separator: "|", omittingEmptySubsequences: false).contains { choice in
            guard choice.hasSuffix("*") else { return text == choice }
            return text.hasPrefix(choice.dropLast())
        }
    }
}
