/// A device tree as `dtc` prints it: nodes in nodes, with numbers and texts.
struct DeviceTree {
    struct Unreadable: Error {
        let text: String
    }

    /// What a property holds; one that is only there holds nothing.
    struct Property: Equatable {
        var cells: [UInt32] = []
        var texts: [String] = []
    }

    var properties: [String: Property] = [:]
    var children: [(name: String, node: DeviceTree)] = []

    /// The tree in `text`, which `dtc -O dts` printed.
    init(_ text: String) throws {
        var lines = text.split(separator: "\n").map { line in
            String(line.drop { $0 == "\t" || $0 == " " })
        }.filter { !$0.isEmpty && !$0.hasPrefix("/dts-v1/") }[...]
        guard lines.popFirst() == "/ {" else { throw Unreadable(text: "there is no root") }
        self = try Self.node(&lines)
    }

    private init() {}

    private static func node(_ lines: inout ArraySlice<String>) throws -> DeviceTree {
        var node = DeviceTree()
        while let line = lines.popFirst() {
            if line == "};" { return node }
            if line.hasSuffix(" {") {
                node.children.append((String(line.dropLast(2)), try self.node(&lines)))
                continue
            }
            guard line.hasSuffix(";") else { throw Unreadable(text: line) }
            let parts = line.dropLast().split(separator: "=", maxSplits: 1)
            let name = String(parts[0].prefix { $0 != " " })
            node.properties[name] = parts.count == 1 ? Property() : try value(parts[1])
        }
        throw Unreadable(text: "a node has no end")
    }

    /// `<0x05 0x06>` or `"a\0b"`, which other versions write as `"a", "b"`.
    private static func value(_ text: Substring) throws -> Property {
        let trimmed = text.drop { $0 == " " }
        if trimmed.hasPrefix("<"), trimmed.hasSuffix(">") {
            let words = trimmed.dropFirst().dropLast().split(separator: " ")
            return Property(
                cells: try words.map { word in
                    guard let cell = UInt32(word.dropFirst(2), radix: 16) else {
                        throw Unreadable(text: String(text))
                    }
                    return cell
                })
        }
        guard trimmed.hasPrefix("\""), trimmed.hasSuffix("\"") else {
            throw Unreadable(text: String(text))
        }
        let inside = trimmed.dropFirst().dropLast().replacing("\", \"", with: "\\0")
        return Property(texts: inside.components(separatedBy: "\\0"))
    }

    /// The node at the way `path` from here.
    func node(_ path: String...) throws -> DeviceTree {
        var node = self
        for name in path {
            guard let child = node.children.first(where: { $0.name == name })?.node else {
                throw Unreadable(text: "there is no node \(name)")
            }
            node = child
        }
        return node
    }

    func cells(_ name: String) throws -> [Int] {
        guard let property = properties[name] else {
            throw Unreadable(text: "there is no property \(name)")
        }
        return property.cells.map(Int.init)
    }

    func texts(_ name: String) throws -> [String] {
        guard let property = properties[name] else {
            throw Unreadable(text: "there is no property \(name)")
        }
        return property.texts
    }
}

extension Substring {
    /// The parts between `separator`, the empty ones too.
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
