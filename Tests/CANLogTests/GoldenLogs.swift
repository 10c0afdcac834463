import CANLog
import FoundationEssentials
import TestData

extension OutsideData {
    static func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try bytes(path)))
    }

    /// The logs with known contents, and the format of each.
    static let goldenLogs: [(name: String, format: LogFormat)] = [
        ("all.log", .candump), ("candump_variants.log", .candump),
        ("canutils_log2long_classic.txt.log", .candump), ("classic.log", .candump),
        ("fd.log", .candump), ("canutils_log2asc_classic.asc", .asc), ("classic.asc", .asc),
        ("fd.asc", .asc), ("classic.csv", .csv), ("classic.trc", .trc),
    ]
}

/// The frames that went into a golden log.
struct GoldenLog: Decodable {
    var written: [Frame]

    struct Frame: Decodable {
        var t: Double
        var id: UInt32
        var ext: Bool
        var rtr: Bool
        var err: Bool
        var fd: Bool
        var brs: Bool
        var esi: Bool
        var dlc: Int
        var data: String
        var rx: Bool
    }
}

/// Single lines of candump, and what is in them.
struct GoldenLines: Decodable {
    var lines: [Line]
    var mustNotCrash: [String]

    enum CodingKeys: String, CodingKey {
        case lines
        case mustNotCrash = "must_not_crash"
    }

    struct Line: Decodable {
        var line: String
        var expect: Expectation
    }

    struct Expectation: Decodable {
        var t: Time?
        var channel: String
        var id: UInt32
        var ext: Bool?
        var rtr: Bool?
        var err: Bool?
        var dlc: Int?
        var fd: Bool?
        var flags: Int?
        var dir: String?
        var data: String
    }

    /// Seconds, where they are written as a number.
    struct Time: Decodable {
        var microseconds: Int64?

        init(from decoder: any Decoder) throws {
            let seconds = try? decoder.singleValueContainer().decode(Double.self)
            microseconds = seconds.map { Int64(($0 * 1e6).rounded()) }
        }
    }
}
