import DBC
import TestData
import Testing

/// What is odd in the reference files; a file that is not listed must not give a warning.
enum WarningTable {
    static let kinds: [String: [DBCWarning.Kind: Int]] = [
        "golden/dbcfiles/chrysler_cusw.dbc": [
            .identifierWithoutMark: 2, .missingMessage: 3, .missingSignal: 1,
        ],
        "golden/dbcfiles/chrysler_pacifica_2017_hybrid_generated.dbc": [
            .missingSemicolon: 1, .missingSignal: 8,
        ],
        "golden/dbcfiles/chrysler_ram_dt_generated.dbc": [
            .missingMessage: 6, .missingSemicolon: 2, .missingSignal: 4,
        ],
        "golden/dbcfiles/honda_bosch_radarless_generated.dbc": [
            .commentWithoutSignal: 2, .identifierWithoutMark: 3, .missingSignal: 1,
        ],
        "golden/dbcfiles/honda_civic_touring_2016_can_generated.dbc": [
            .commentWithoutSignal: 2, .missingSignal: 1,
        ],
        "golden/dbcfiles/honda_crv_ex_2017_body_generated.dbc": [.identifierWithoutMark: 2],
        "golden/dbcfiles/hyundai_can_generated.dbc": [.commentWithoutKeyword: 2],
        "golden/dbcfiles/hyundai_palisade_2023_generated.dbc": [
            .missingSignal: 3, .signalOutsideMessage: 6,
        ],
        "golden/dbcfiles/issue_199_extended.dbc": [
            .identifierOutOfRange: 1, .identifierWithoutMark: 10,
        ],
        "golden/dbcfiles/mazda_2017.dbc": [
            .missingSemicolon: 2, .signalOutsideMessage: 1, .unusualName: 8,
        ],
        "golden/dbcfiles/mazda_3_2019.dbc": [.signalOutsideMessage: 1],
        "golden/dbcfiles/psa_aee2010_r3.dbc": [.unusualName: 2],
        "golden/dbcfiles/rivian_primary_actuator.dbc": [.missingSignal: 2],
        "golden/dbcfiles/subaru_forester_2017_generated.dbc": [.missingSignal: 1],
        "golden/dbcfiles/subaru_outback_2015_generated.dbc": [.missingSignal: 1],
        "golden/dbcfiles/tesla_can.dbc": [.missingSignal: 1],
        "golden/dbcfiles/toyota_2017_ref_pt.dbc": [.identifierOutOfRange: 32],
        "golden/dbcfiles/volvo_v40_2017_pt.dbc": [.missingMessage: 4],
        "golden/dbcfiles/vw_meb_2024_generated.dbc": [.identifierWithoutMark: 24],
        "golden/dbcfiles/vw_mqbevo.dbc": [.identifierWithoutMark: 10],
        "dbc/psa_aee2010_r3.dbc": [.unusualName: 2],
        "dbc/vw_mqb.dbc": [.missingSignal: 17],
        "dbc/vw_pq.dbc": [
            .missingMultiplexor: 4, .missingSignal: 13, .signalOutsideMessage: 14, .unreadable: 1,
        ],
    ]

    /// Reference files without any message.
    static let empty = [
        "golden/dbcfiles/bus_comment_bare.dbc", "golden/dbcfiles/bus_comment_bare_out.dbc",
        "golden/dbcfiles/empty_ns.dbc", "golden/dbcfiles/issue_62.dbc",
    ]

    static var files: [String] {
        ["golden/dbcfiles", "dbc"].flatMap { folder in
            OutsideData.names(folder, ending: ".dbc").map { "\(folder)/\($0)" }
        }
    }
}

// The reference files are too large and too many-licensed for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of reference data"))
struct `Warnings of reference files` {
    @Test(arguments: WarningTable.files)
    func `every file loads, with warnings where they are due`(path: String) throws {
        let file = DBCFile(parsing: try OutsideData.bytes(path))
        #expect(file.messages.isEmpty == WarningTable.empty.contains(path))
        var counts: [DBCWarning.Kind: Int] = [:]
        for warning in file.warnings { counts[warning.kind, default: 0] += 1 }
        #expect(counts == WarningTable.kinds[path] ?? [:])
        #expect(file.warningsLeftOut == 0)
    }

    @Test func `every file of the table is there`() {
        let files = WarningTable.files
        for path in WarningTable.kinds.keys { #expect(files.contains(path)) }
    }
}
