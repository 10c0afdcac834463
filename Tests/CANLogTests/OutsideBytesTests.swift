import CAN
import CANLog
import TestData
import Testing
import Units

/// Reads `bytes` through windows that grow by `step` bytes.
private func contents(
    of bytes: [UInt8], as format: LogFormat, step: Int
) -> (entries: [LogEntry], errors: [LogError]) {
    var reader = LogReader(format)
    var entries: [LogEntry] = []
    var errors: [LogError] = []
    var window: [UInt8] = []
    var next = 0
    while true {
        let isLast = next == bytes.count
        do throws(LogError) {
            while let entry = try reader.next(in: window.span, isLast: isLast) {
                entries.append(entry)
            }
        } catch {
            errors.append(error)
            continue
        }
        if isLast { return (entries, errors) }
        window.removeFirst(reader.offset)
        reader.windowMoved()
        window += bytes[next..<min(next + step, bytes.count)]
        next = min(next + step, bytes.count)
    }
}

/// A little of every format, with every kind of line.
private let samples: [(text: String, format: LogFormat)] = [
    (
        """
        # a comment
        (1436509052.249713) vcan0 044#2A366C2B R
        (1436509053.850876) can1 12345678##1112233
         (2020-12-19 12:04:45.485261)  can0  0C8   [2]  F0 00   '..'
          can0  TX B E  12345678  [12]  11 22 33 44 55 66 77 88 99 AA BB CC
          can0  123   {E}  11 22 33 44 55 66 77 88
        nonsense
          can0  123   [3]  remote request
        """, .candump
    ),
    (
        """
        date Sam Sep 30 15:06:13.191 2017
        base hex  timestamps relative
        Begin Triggerblock Sam Sep 30 15:06:13.191 2017
           0.015991 CAN 1 Status:chip status error active
           2.501000 1 ErrorFrame
           3.098426 1  18EBFF00x       Rx d 8 01 A0 0F A6 60 3B D1 40    Length = 273910
           3.198426 2  200  Tx r 8 Length = 1704000
           0.045522 CANFD   62 Rx  7d  Brake  1 0 1  1 01   104812  132   323000 a800
        ?
        End TriggerBlock
        """, .asc
    ),
    (
        """
        Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8
        973,0000013B,false,Rx,0,8,00,00,08,00,00,00,00,4C
        bad
        2009,18FEF100,true,Tx,1,1,FF,
        """, .csv
    ),
    (
        """
        timestamp,arbitration_id,extended,remote,error,dlc,data
        1700000000.0115,0x102,0,0,0,2,AAE=
        5e-05,0x12345678,1,1,0,4,
        1.0,0x1,0,0,0,12,AAECAwQFBgcICQoL
        """, .csv
    ),
    (
        """
        ;$FILEVERSION=2.1
        ;$STARTTIME=44548.6028595139
        ;$COLUMNS=N,O,T,B,I,d,R,L,D
              1     17535.400 DT 1  00000100 Tx -  8    00 00 00 00 00 00 00 00
              2     17540.300 ST 1         - Rx -  4    00 00 00 08
              3     17540.300 BI 1      0100 Rx -  9    0 1 2 3 4 5 6 7 8 9 A B
              4     17540.300 RR 1      0100 Rx -  4
              5     x
        """, .trc
    ),
]

@Suite struct `Bytes from outside` {
    @Test func `the samples hold frames and an error each`() {
        let counts = samples.map { sample in
            let contents = LogContents(reading: sample.text, as: sample.format)
            return [contents.entries.count, contents.errors.count]
        }
        #expect(counts == [[6, 1], [4, 1], [2, 1], [3, 0], [3, 1]])
    }

    @Test(arguments: samples.indices)
    func `windows of every size give the same frames and errors`(index: Int) {
        let (text, format) = samples[index]
        let bytes = Array(text.utf8)
        let whole = LogContents(reading: bytes.span, as: format)
        for step in 1...bytes.count {
            let parts = contents(of: bytes, as: format, step: step)
            #expect(parts.entries == whole.entries, "\(step)")
            #expect(parts.errors == whole.errors, "\(step)")
        }
    }

    @Test(arguments: samples.indices)
    func `every beginning and every changed byte is read to its end`(index: Int) {
        let bytes = Array(samples[index].text.utf8)
        for length in 0...bytes.count { readAsAll(Array(bytes[..<length])) }
        // Each byte becomes each character that some format has a meaning for.
        let marks =
            Array("\n\t \0(),.;#/[]{}'$=:-+%0189AFGRTXxdre\u{7F}".utf8) + [0x80, 0xEF, 0xFF]
        for place in bytes.indices {
            for mark in marks {
                var changed = bytes
                changed[place] = mark
                read(changed, as: samples[index].format)
            }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `random bytes are read to their end`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Dice for all bytes, and for those of which the formats are made.
        let alphabet = Array("\n\n  ()[]#.,;:'$=-0123456789ABCDEFabcdefRTxdr".utf8)
        for _ in 0..<200 {
            let length = Int(random.next(below: 400))
            readAsAll((0..<length).map { _ in UInt8(random.next(below: 256)) })
            readAsAll(
                (0..<length).map { _ in alphabet[Int(random.next(below: UInt64(alphabet.count)))] })
        }
    }

    // The logs are too large for the repository.
    @Test(
        .enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"),
        arguments: OutsideData.goldenLogs.indices)
    func `every beginning of a golden log is read, and changes to it`(index: Int) throws {
        let (name, format) = OutsideData.goldenLogs[index]
        let bytes = try OutsideData.bytes("golden/logs/" + name)
        let whole = LogContents(reading: bytes.span, as: format)
        var reader = LogReader(format)
        var entries: [LogEntry] = []
        for length in 0...bytes.count {
            let window = bytes.span.extracting(0..<length)
            entries += read(&reader, window, isLast: false)
            // A copy reads the line that is cut; the reader itself waits for its end.
            var ahead = reader
            let cut = read(&ahead, window, isLast: true)
            if cut.count > 1 { Issue.record("\(cut) in one line") }
            if ahead.offset != length { Issue.record("\(length) bytes were not read") }
            _ = LogFormat.detect(in: window, isLast: length % 2 == 0)
        }
        entries += read(&reader, bytes.span, isLast: true)
        #expect(entries == whole.entries)
        var random = SplitMix64(seed: UInt64(index))
        for place in stride(from: index, to: bytes.count, by: OutsideData.goldenLogs.count) {
            var changed = bytes
            changed[place] = UInt8(random.next(below: 256))
            read(changed, as: format)
        }
    }

    /// The entries that there are, errors left out.
    private func read(
        _ reader: inout LogReader, _ window: Span<UInt8>, isLast: Bool
    ) -> [LogEntry] {
        var entries: [LogEntry] = []
        while true {
            do throws(LogError) {
                guard let entry = try reader.next(in: window, isLast: isLast) else {
                    return entries
                }
                entries.append(entry)
            } catch {
                continue
            }
        }
    }

    @Test func `a line that never ends is given up and what follows it is read`() throws {
        var reader = LogReader(.candump)
        let window = [UInt8](repeating: 0x41, count: 100)
        #expect(throws: Never.self) { try reader.next(in: window.span, isLast: false) }
        let error = reader.skipUnendedLine(in: window.span)
        #expect(error == LogError(line: 1, column: 1, reason: .lineTooLong))
        reader.windowMoved()
        #expect(throws: Never.self) { try reader.next(in: window.span, isLast: false) }
        #expect(reader.offset == window.count)
        reader.windowMoved()
        let rest = Array("(1.000000) can0 123#\n(2.000000) can0 124#\n".utf8)
        #expect(try reader.next(in: rest.span, isLast: true)?.frame.id == 0x124)
        #expect(reader.line == 3)
    }

    private func readAsAll(_ bytes: [UInt8]) {
        _ = LogFormat.detect(in: bytes.span, isLast: true)
        for format in LogFormat.allCases { read(bytes, as: format) }
    }

    /// Reads all, and checks where the errors are.
    private func read(_ bytes: [UInt8], as format: LogFormat) {
        let contents = LogContents(reading: bytes.span, as: format)
        var lengths: [Int] = [0]
        for byte in bytes {
            if byte == 0x0A { lengths.append(0) } else { lengths[lengths.count - 1] += 1 }
        }
        var last = 0
        var isInOrder = contents.entries.count + contents.errors.count <= lengths.count
        for error in contents.errors {
            isInOrder = isInOrder && error.line > last && error.line <= lengths.count
            guard isInOrder else { break }
            isInOrder = (1...lengths[error.line - 1] + 1).contains(error.column)
            last = error.line
        }
        // One claim for all, because millions of them take their time.
        if !isInOrder { Issue.record("\(contents.errors) \(bytes)") }
    }
}

@Suite struct `Formats of recordings` {
    @Test(arguments: samples.indices)
    func `are seen by their first lines`(index: Int) {
        let bytes = Array(samples[index].text.utf8)
        #expect(LogFormat.detect(in: bytes.span, isLast: true) == samples[index].format)
    }

    @Test(arguments: [
        ("  can0  123   [0]\n", LogFormat.candump), ("can0  RX - -  123   [0]\n", .candump),
        ("; a comment\n(1.000000) can0 123#\n", .candump), ("nonsense\n(1.0", nil),
        (";####\n;  C:\\x.trc\n;\n    1)  1841  0001  1  00\n", .trc),
        ("// made by hand\n", .asc), ("Begin Triggerblock Tue Nov 14\n", .asc),
        ("  0.000000 1  100  Rx   d 0 \n", .asc), ("0.0 CANFD 1 Rx 1 0 0 0 0\n", .asc),
        ("\u{FEFF}timestamp,arbitration_id,data\n", .csv), ("Time Stamp,ID,D1\r\n", .csv),
        ("a,b,c\n1,2,3\n", nil), ("", nil), ("\n\n", nil), ("(1.000000) can0 123#", nil),
        ("Dear reader,\nthis is a letter.\n", nil), ("2 2 2\n", nil),
    ])
    func `are seen by one line, or not at all`(text: String, format: LogFormat?) {
        let bytes = Array(text.utf8)
        #expect(LogFormat.detect(in: bytes.span, isLast: false) == format)
    }
}
