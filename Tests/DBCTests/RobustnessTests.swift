import CAN
import DBC
import Testing
import Units

@Suite struct `A reader of anything` {
    /// A file with all kinds of statements.
    static let sample = Array(
        """
        VERSION "1" // x
        NS_ :
        \tCM_
        BS_:
        BU_: A B
        VAL_TABLE_ T 0 "a" ;
        BO_ 1 M: 8 A
         SG_ W M : 0|8@1+ (1,0) [0|0] "" B
         SG_ S m1M : 15|16@0- (1e-3,-.4) [0|1] "°\\"" A,B
        BO_ 2566834942 J: 9 B
         SG_ F : 8|32@1- (1,0) [0|0] "" B
        EV_ E: 0 [0|1] "" 0 1 DUMMY B;
        BO_TX_BU_ 1 : A,B;
        CM_ "f
        BO_ 3"; CM_ BU_ A "n";CM_ SG_ 1 S "s";
        BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","J1939PG";
        BA_DEF_DEF_ "GenMsgCycleTime" 5;
        BA_ "VFrameFormat" BO_ 2566834942 1;
        BA_ "SystemSignalLongSymbol" SG_ 1 S "SS";
        VAL_ 1 S -1 "m" 1 "o" ;
        SIG_GROUP_ 1 G 1 : W S;
        SIG_VALTYPE_ 2566834942 F : 1;
        SG_MUL_VAL_ 1 S W 1-2, 4-4;
        """.utf8)

    /// Reads and compiles; what comes out does not matter, but that something does.
    private func read(_ bytes: [UInt8]) throws {
        let file = DBCFile(parsing: bytes)
        let decoder = DBCDecoder(file, matching: .parameterGroup)
        var count = 0
        for message in file.messages {
            let frame = CANFDFrame(id: message.id, bytes: [UInt8](repeating: 1, count: 64))
            decoder.decode(try #require(frame)) { found in
                count += decoder.signal(found).name.utf8.count
                if let text = decoder.text(found) { count += text.utf8.count }
            }
        }
        for warning in file.warnings { #expect(warning.line >= 1 && warning.column >= 1) }
    }

    @Test func `the sample is without oddities`() throws {
        let file = DBCFile(parsing: Self.sample)
        #expect(file.warnings == [])
        #expect(file.messages.map(\.signals.count) == [2, 1])
    }

    @Test func `takes every prefix and every rest of a file`() throws {
        for length in 0...Self.sample.count {
            try read(Array(Self.sample[..<length]))
            try read(Array(Self.sample[length...]))
        }
    }

    @Test func `takes a file with any byte changed, lost or doubled`() throws {
        var chance = SplitMix64(seed: 7)
        for index in Self.sample.indices {
            var changed = Self.sample
            changed[index] = UInt8(truncatingIfNeeded: chance.next())
            try read(changed)
            let marks = Array("\"\\;:|@()[],0M\n".utf8)
            changed[index] = marks[Int(chance.next(below: UInt64(marks.count)))]
            try read(changed)
            changed = Self.sample
            changed.remove(at: index)
            try read(changed)
            changed.insert(Self.sample[index], at: index)
            changed.insert(Self.sample[index], at: index)
            try read(changed)
        }
    }

    @Test func `takes random bytes and random words`() throws {
        var chance = SplitMix64(seed: 8)
        let words = String(decoding: Self.sample, as: UTF8.self).split(separator: " ")
        for _ in 0..<200 {
            try read((0..<200).map { _ in UInt8(truncatingIfNeeded: chance.next()) })
            let text = (0..<60).map { _ in words[Int(chance.next(below: UInt64(words.count)))] }
            try read(Array(text.joined(separator: " ").utf8))
        }
    }

    @Test(arguments: [
        "\"", "\\\"", "\" ", "SG_", "SG_ ", "\nSG_ ", "\n SG_ S", "x", "1", ";", "\n", "/", "//",
        "BO_ 1 M: 8 X\n", "CM_ \"x\n", "CM_ BU_ x\\\"\n", "VAL_ 9 A ", "VAL_ 9 A 0 \"x\"\n",
        "BU_:\n x",
        "BO_ 1 M: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X,",
    ])
    func `takes time in proportion: a file that repeats itself for 200 kilobytes`(
        text: String
    ) throws {
        let once = Array(text.utf8)
        for start in ["", "CM_ \"", "BO_ 1 M: 8 X\nCM_ BU_ x\\\"\n"] {
            var bytes = Array(start.utf8)
            while bytes.count < 200_000 { bytes += once }
            // A quote far behind, and what the statements before it are about.
            bytes += Array("\"   \nBO_ 9 M: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X".utf8)
            _ = DBCFile(parsing: bytes)
        }
    }

    @Test func `takes time in proportion: five thousand signals that choose each other in turn`()
        throws
    {
        var text = "BO_ 1 M: 64 X\n SG_ S0 M : 0|8@1+ (1,0) [0|0] \"\" X\n"
        for index in 1..<5_000 {
            text += " SG_ S\(index) m0M : 0|8@1+ (1,0) [0|0] \"\" X\n"
        }
        for index in (1..<5_000).reversed() {
            text += "SG_MUL_VAL_ 1 S\(index) S\(index - 1) 0-0;\nVAL_ 1 S\(index) 0 \"x\" ;\n"
        }
        let file = DBCFile(parsing: Array(text.utf8))
        #expect(file.warnings == [])
        var count = 0
        DBCDecoder(file).decode(CANFrame(id: 1, length: 1)) { _ in count += 1 }
        #expect(count == 5_000)
        DBCDecoder(file).decode(CANFrame(id: 1, length: 1, payload: 1)) { _ in count += 1 }
        #expect(count == 5_001)
    }
}
