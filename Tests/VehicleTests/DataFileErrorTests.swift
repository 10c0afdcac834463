import DataFiles
import Testing

@Suite struct `Messages about data files` {
    @Test(arguments: [
        ("a\u{1B}[2Jb", "a\\u{1B}[2Jb"), ("a\0b", "a\\u{0}b"), ("a\nb", "a\\u{A}b"),
        ("a\u{7F}b", "a\\u{7F}b"), ("a\u{9B}b", "a\\u{9B}b"), ("Zoé 日", "Zoé 日"),
    ])
    func `what is quoted of a file cannot steer a terminal`(quoted: String, shown: String) {
        let error = DataFileError(
            file: "car.json5", place: "1:2", reason: "'\(quoted)' is no key", remedy: "leave it out"
        )
        #expect(error.description == "car.json5: 1:2: '\(shown)' is no key; leave it out")
    }

    @Test func `each mistake has a line of its own`() {
        var error = DataFileError(file: "a", reason: "b", remedy: "c")
        error.others = [DataFileError(file: "a", reason: "d", remedy: "e")]
        #expect(error.description == "a: b; c\na: d; e")
    }
}
