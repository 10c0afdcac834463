import CAN
import CANLog
import Testing

@Suite struct `CSV recordings` {
    static let python = "timestamp,arbitration_id,extended,remote,error,dlc,data\n"
    static let savvy = "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"

    @Test(arguments: [
        ("1700000000.0005,0x100,0,0,0,0,", "(1700000000.000500) - 100#"),
        ("1700000000.0005,0x7e8,0,0,0,1,AA==", "(1700000000.000500) - 7E8#00"),
        ("1,0x1,1,0,0,2,AAE=", "(0000000001.000000) - 00000001#0001"),
        ("1.5,0x1,0,1,0,8,", "(0000000001.500000) - 001#R8"),
        ("1.5,0x4,0,0,1,3,AAEC", "(0000000001.500000) - 20000004#000102"),
        ("5e-05,0x1,0,0,0,0,", "(0000000000.000050) - 001#"),
        (
            "1.0,0x1,0,0,0,12,AAECAwQFBgcICQoL",
            "(0000000001.000000) - 001##0000102030405060708090A0B"
        ),
        ("1.0,0x1,0,0,0,3,+/+A", "(0000000001.000000) - 001#FBFF80"),
    ])
    func `a line of python-can is read`(line: String, description: String) throws {
        #expect(try entry(Self.python + line, .csv).description == description)
    }

    @Test(arguments: [
        ("973,0000013B,false,Rx,0,2,00,08", "(0000000000.000973) 0 13B#0008 R"),
        ("1973,18FEF100,true,Tx,1,1,FF,", "(0000000000.001973) 1 18FEF100#FF T"),
        ("7,00000800,false,Rx,0,0", "(0000000000.000007) 0 00000800# R"),
        ("7,00000001,true,Rx,0,0,,,", "(0000000000.000007) 0 00000001# R"),
        (
            "7,1,false,Rx,0,12,0,1,2,3,4,5,6,7,8,9,A,B,",
            "(0000000000.000007) 0 001##0000102030405060708090A0B R"
        ),
    ])
    func `a line of SavvyCAN is read`(line: String, description: String) throws {
        #expect(try entry(Self.savvy + line, .csv).description == description)
    }

    @Test func `columns are found by their names, in any order`() throws {
        let text = "LEN,Note,Bus,ID,Time Stamp,D1,D2\n1,x,3,00000123,5,AA,BB\n"
        #expect(try entry(text, .csv).description == "(0000000000.000005) 3 123#AA")
        let old =
            "Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n5,00000123,false,3,1,AA\n"
        #expect(try entry(old, .csv).description == "(0000000000.000005) 3 123#AA")
    }

    @Test(arguments: [
        ("1.0,0x1,0,0,0,2,AA==", LogError.Reason.data, 21), ("1.0,0x1,0,0,0,1,AA=", .data, 17),
        ("1.0,0x1,0,0,0,1,A===", .data, 17), ("1.0,0x1,0,0,0,1,=A==", .data, 17),
        ("1.0,0x1,0,0,0,1,AA==AA==", .data, 17), ("1.0,0x1,0,0,0,1,A!==", .data, 17),
        ("x,0x1,0,0,0,0,", .time, 1), ("1.0.0,0x1,0,0,0,0,", .time, 1),
        ("1.0,1g,0,0,0,0,", .identifier, 5), ("1.0,0x,0,0,0,0,", .identifier, 5),
        ("1.0,0x20000000,1,0,0,0,", .identifierRange, 24), ("1.0,0x1,2,0,0,0,", .flag, 9),
        ("1.0,0x1,0,1,0,9,", .length, 17), ("1.0,0x1,0,0,0,65,", .length, 15),
        ("1.0,0x1,0,0,0,9,AAECAwQFBgcI", .length, 29), ("1.0", .identifier, 4), (",", .time, 1),
    ])
    func `a damaged line is refused at its column`(
        line: String, reason: LogError.Reason, column: Int
    ) {
        let contents = LogContents(reading: Self.python + line, as: .csv)
        #expect(contents.entries == [])
        #expect(contents.errors == [LogError(line: 2, column: column, reason: reason)])
    }

    @Test func `without the names of columns nothing is a frame`() {
        let contents = LogContents(reading: "a,b,c\n1,2,3\n", as: .csv)
        #expect(contents.errors.map(\.reason) == [.columns, .columns])
        #expect(contents.entries == [])
    }
}
