import DataFiles
import Testing
import Vehicle

/// Blocks of `profiles.md`, and the keys of the page that explains profiles.
enum ProfilesPage {
    static let blocks = [
        Block("profiles", "cars") { try cars() },
        Block("profiles", "sources") { try sources() },
    ]

    static func names() throws -> [String] {
        try SourceTree.names(in: "Profiles", ending: ProfileFile.ending)
            .map { String($0.dropLast(ProfileFile.ending.count)) }
    }

    static func compile(_ name: String) throws -> CompiledProfile {
        try ProfileFile.compile("\(SourceTree.root)/Profiles/\(name)\(ProfileFile.ending)") { _ in
            String(repeating: "0", count: 64)
        }
    }

    private static func cars() throws -> [String] {
        Table.lines(
            [
                "profile", "cars", "bus and where to tap it", "odometer in", "the car is",
                "verified",
            ],
            try names().map { name in
                let profile = try compile(name)
                let steps = profile.sources.filter { $0.quantity == "odometer" }
                    .map(\.resolution)
                return [
                    "[`\(name)`](../../Profiles/\(name)\(ProfileFile.ending))",
                    profile.cars.joined(separator: "; "),
                    orDash(profile.buses.map(text).joined(separator: "; ")),
                    orDash(steps.joined(separator: ", ")),
                    profile.queries.isEmpty ? "listened to" : "asked",
                    profile.verified,
                ]
            })
    }

    private static func text(_ bus: ProfileBus) -> String {
        let rate = bus.bitrate % 1000 == 0 ? "\(bus.bitrate / 1000)k" : "\(bus.bitrate)"
        return "\(bus.name) \(rate): \(bus.tap)"
    }

    private static func sources() throws -> [String] {
        try names().flatMap { name in
            let profile = try compile(name)
            return ["### \(name)", "", "\(profile.describes.capitalisedFirst).", ""]
                + Table.lines(
                    ["quantity", "source", "bits", "one count", "begins again", "asked every"],
                    profile.sources.map { source in
                        [
                            source.quantity, Table.code(source.key),
                            source.bits.isEmpty ? "-" : Table.code(source.bits),
                            orDash(source.resolution), orDash(source.wrap),
                            source.interval.map { seconds($0) } ?? "-",
                        ]
                    }) + [""]
        }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    private static func orDash(_ text: String) -> String { text.isEmpty ? "-" : text }

    /// The keys that the page at `path` explains, by the heading that they stand under.
    static func explained(
        in path: String = "Profiles/README.md"
    ) throws -> [(section: String, keys: [String])] {
        var sections: [(section: String, keys: [String])] = []
        for line in try SourceTree.text(path).split(separator: "\n") {
            if line.hasPrefix("## ") {
                sections.append((String(line.dropFirst(3)), []))
            } else if line.hasPrefix("| `"), let last = sections.indices.last {
                let key = line.dropFirst(3).prefix { $0 != "`" }
                sections[last].keys.append(String(key))
            }
        }
        return sections
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}

@Suite struct `The page of profiles` {
    @Test func `explains every key that a profile may have, and no other`() throws {
        let explained = try ProfilesPage.explained()
        for section in ProfileSchema.sections {
            let page = explained.first { $0.section == section.name }
            #expect(page?.keys == section.keys, "\(section.name)")
        }
        let others = explained.filter { page in
            !page.keys.isEmpty && !ProfileSchema.sections.contains { $0.name == page.section }
        }
        #expect(others.map(\.section) == [])
    }

    @Test func `every profile is honest about what it was seen on`() throws {
        for name in try ProfilesPage.names() {
            let profile = try ProfilesPage.compile(name)
            #expect(profile.verified != "")
            // Where quantities are read is all that the profile says.
            let keys = profile.vehicle.odometerKeys.map(\.name)
            let told = profile.sources.filter { $0.quantity == "odometer" }.map(\.key)
            #expect(told == keys)
        }
    }
}

@Suite struct `The page of the configuration` {
    @Test func `explains every key that a configuration may have, and no other`() throws {
        let explained = try ProfilesPage.explained(in: "docs/reference/configuration.md")
            .filter { !$0.keys.isEmpty }
        #expect(explained.map(\.section) == ConfigurationSchema.sections.map(\.name))
        #expect(explained.map(\.keys) == ConfigurationSchema.sections.map(\.keys))
    }
}
