import FoundationEssentials
import Testing

/// Every block of every page.
enum Reference {
    static let blocks: [Block] =
        SignalsPage.blocks + CodesPage.blocks + RecordsPage.blocks + InterlockPage.blocks
        + LimitsPage.blocks + ScenariosPage.blocks + ProfilesPage.blocks
        + DiagnosticsPage.blocks + FaultsPage.blocks + ConsolePage.blocks + FleetPage.blocks
        + KeysPage.blocks
    static let update = "UPDATE=1 swift test --filter DocsTests"
    static let updates = ProcessInfo.processInfo.environment["UPDATE"] == "1"
}

/// One after the other: with UPDATE=1 the blocks of a page are rewritten one by one.
@Suite(.serialized) struct `Reference pages` {
    @Test(arguments: Reference.blocks)
    func `what is generated is current`(block: Block) throws {
        var page = Page(try SourceTree.text(block.page))
        let range = try #require(
            page.range(of: block.name),
            "\(block.page) needs one \(Block.opening(block.name)) with \(Block.closing) behind it")
        let text = try block.make()
        let made = [""] + text.prefix((text.lastIndex { !$0.isEmpty } ?? -1) + 1) + [""]
        if Array(page.lines[range]) == made { return }
        if Reference.updates {
            page.replace(range, with: made)
            try SourceTree.write(page.text, to: block.page)
            return
        }
        let old = Array(page.lines[range])
        let at = zip(old, made).enumerated().first { $1.0 != $1.1 }?.offset ?? old.count
        Issue.record(
            """
            \(block.page):\(range.lowerBound + at + 1): "\(block.name)" is not what the code says; \
            run: \(Reference.update)
            """)
    }

    @Test func `every marker is that of a block`() throws {
        for name in try SourceTree.names(in: "docs/reference", ending: ".md") {
            let path = "docs/reference/\(name)"
            let expected = Reference.blocks.filter { $0.page == path }.map(\.name).sorted()
            #expect(Page(try SourceTree.text(path)).names.sorted() == expected, "\(path)")
        }
    }

    @Test(arguments: [
        ("<!-- generated: a -->\nx\n<!-- end -->", 1..<2),
        ("<!-- generated: a -->\n<!-- end -->", 1..<1),
        ("<!-- generated: a -->\nx", nil),
        ("<!-- end -->\n<!-- generated: a -->", nil),
        ("<!-- generated: a -->\n<!-- generated: b -->\n<!-- end -->", nil),
        ("<!-- generated: a -->\n<!-- end -->\n<!-- generated: a -->\n<!-- end -->", nil),
        ("<!-- generated: ab -->\n<!-- end -->", nil),
    ])
    func `a block lies between its own markers`(text: String, range: Range<Int>?) {
        #expect(Page(text).range(of: "a") == range)
    }

    @Test func `declarations are read with their types and comments`() {
        let found = Declaration.all(
            in: """
                /// Outer.
                public enum Outer: String {
                    /// The first,
                    /// and more.
                    ///
                    /// Not this.
                    case first
                    case second = "2", third(Int, b: Int)
                    struct Inner {
                        /// A limit.
                        public static let most: Int64 = 5 * 2
                        func f() {
                            case ignored
                        }
                    }
                    /// ``most``
                    var other: Int
                }
                """, file: "a")
        #expect(found.map(\.name) == ["first", "second", "third", "most", "other"])
        #expect(found.map(\.type) == ["Outer", "Outer", "Outer", "Outer.Inner", "Outer"])
        #expect(found.map(\.comment) == ["The first, and more.", "", "", "A limit.", "`most`"])
        #expect(found.map(\.value) == ["", "2", "", "5 * 2", ""])
        #expect(found[3].keyword == "public static let")
    }
}
