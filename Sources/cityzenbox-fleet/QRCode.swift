import CQREncode

/// A QR code (ISO/IEC 18004) of a text.
struct QRCode {
    /// How many modules a side has.
    let side: Int
    private let dark: [Bool]

    /// The smallest code of `text` that is read with a seventh of it spoilt.
    init(_ text: String) throws {
        guard
            let code = unsafe QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1)
        else {
            throw Failure("the QR code: the text is too long for one; use the text itself")
        }
        defer { unsafe QRcode_free(code) }
        side = Int(unsafe code.pointee.width)
        let count = side * side
        let data = unsafe code.pointee.data
        dark = (0..<count).map { index in unsafe (data?[index] ?? 0) & 1 == 1 }
    }

    /// Whether there is a dark module at a place, also outside, where there is none.
    private func isDark(_ x: Int, _ y: Int) -> Bool {
        guard (0..<side).contains(x), (0..<side).contains(y) else { return false }
        return dark[y * side + x]
    }

    /// Lines for a terminal with light text on a dark ground: two modules a character, one above
    /// the other, with the quiet zone of four that the standard wants.
    var halfBlocks: [String] {
        stride(from: -4, to: side + 4, by: 2).map { y in
            (-4..<side + 4).map { x in
                switch (isDark(x, y), isDark(x, y + 1)) {
                case (false, false): "█"
                case (false, true): "▀"
                case (true, false): "▄"
                case (true, true): " "
                }
            }.joined()
        }
    }

    /// A drawing of one path.
    var svg: String {
        var path = ""
        for y in 0..<side {
            for x in 0..<side where isDark(x, y) { path += "M\(x + 4) \(y + 4)h1v1h-1z" }
        }
        let size = side + 8
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" \
            shape-rendering="crispEdges"><rect width="\(size)" height="\(size)" fill="#fff"/>\
            <path d="\(path)"/></svg>

            """
    }
}
