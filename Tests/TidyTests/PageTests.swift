import DataFiles
import Simulation
import Testing
import Vehicle

@Suite struct `Pages and data files` {
    @Test func `every link leads somewhere`() throws {
        let pages = Tree.paths.filter { $0.hasSuffix(".md") }
        #expect(!pages.isEmpty)
        for path in pages {
            let broken = try Links.broken(
                in: try Tree.text(path), of: path, exists: Tree.exists,
                page: { try? Tree.text($0) })
            #expect(broken == [])
        }
    }

    @Test(arguments: [
        ("[a](b.md)", 0), ("[a](c.md)", 1), ("[a](../docs/b.md#what-is-it)", 0),
        ("[a](b.md#what)", 1), ("[a](#here)", 0), ("[a](#there)", 1),
        ("[a](https://example.org/x) and ![i](no.png)", 1), ("```\n[a](c.md)\n```", 0),
    ])
    func `a broken link is seen`(text: String, count: Int) throws {
        let pages = ["docs/b.md": "# What is it?\n", "docs/a.md": "## Here\n" + text]
        let broken = try Links.broken(
            in: text, of: "docs/a.md", exists: { pages[$0] != nil }, page: { pages[$0] })
        #expect(broken.count == count)
    }

    @Test(arguments: Tree.paths.filter { $0.hasPrefix("Scenarios/") })
    func `every scenario is one`(path: String) throws {
        let scenario = try DataFolder.decode(Scenario.self, from: Tree.root + "/" + path)
        #expect(scenario.contradiction == nil)
        #expect(path == "Scenarios/\(scenario.name).json5")
        #expect(Tree.exists("Profiles/\(scenario.profile).json5"))
    }

    @Test(
        arguments: Tree.paths.filter { $0.hasPrefix("Profiles/") && $0.hasSuffix(".json5") })
    func `every profile of a car compiles`(path: String) throws {
        let profile = try ProfileFile.load(Tree.root + "/" + path, sha256: { "\($0.count)" })
        #expect(!profile.title.isEmpty)
    }
}
