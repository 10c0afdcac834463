/// A value of a JSON5 file (json5.org) and where it begins.
struct JSON5Value {
    /// What it is.
    enum Content {
        case null
        case truth(Bool)
        /// A whole number, without a point and an exponent.
        case integer(Int64)
        case real(Double)
        case text(String)
        case list([JSON5Value])
        /// Keys may stand twice; who reads them decides.
        case object([JSON5Member])
    }

    var content: Content
    /// The offset of its first byte in the file.
    var offset: Int

    /// What it is, for messages: `a text`.
    var kind: String {
        switch content {
        case .null: "null"
        case .truth: "true or false"
        case .integer: "a whole number"
        case .real: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// A key of an object and its value.
struct JSON5Member {
    var key: String
    /// The offset of the key's first byte in the file.
    var offset: Int
    var value: JSON5Value
}

/// The bytes of a JSON5 file, to find lines and columns in.
struct JSON5Text {
    let bytes: [UInt8]

    /// `12:7`: the line and the column of a byte, both counted from 1.
    func position(of offset: Int) -> (line: Int, column: Int) {
        let before = bytes[..<min(offset, bytes.count)]
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        var line = 1
        for byte in before where byte == 0x0A { line += 1 }
        return (line, before.count - start + 1)
    }
}
