import FoundationEssentials

/// The data that is kept outside the repository.
enum OutsideData {
    /// Its folder; `nil` where it is not there.
    static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["CITYZENBOX_DATA"]
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        // Beside the repository, or beside the folder that holds it.
        for folder in [given, "/\(root)/../shared/data"] {
            guard let folder else { continue }
            if FileManager.default.fileExists(atPath: folder + "/SOURCES.md") { return folder }
        }
        return nil
    }()

    static var isPresent: Bool { folder != nil }

    static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        let data = try Data(contentsOf: URL(filePath: "\(folder ?? "")/\(path)"))
        return try JSONDecoder().decode(type, from: data)
    }
}

/// Transfers as another implementation of ISO 15765-2 made them.
struct GoldenTransfer: Decodable {
    struct Frame: Decodable, Hashable {
        var dir: String
        var id: UInt32
        var ext: Bool
        var fd: Bool
        var brs: Bool
        var data: String
    }

    struct Sender: Decodable {
        var can_fd: Bool?
        var tx_data_length: Int?
        var tx_padding: UInt8?
    }

    struct Receiver: Decodable {
        var stmin: UInt8
        var blocksize: UInt8
        var max_frame_size: Int
        var tx_padding: UInt8?
    }

    var name: String
    var mode: String
    var functional: Bool
    var payload_len: Int
    var sender: Sender
    var receiver: Receiver
    var received_ok: Bool
    var errors_sender: [String]
    var errors_receiver: [String]
    var frames: [Frame]

    /// The message, by the rule that all of them follow.
    var message: [UInt8] {
        (0..<payload_len).map { UInt8(truncatingIfNeeded: $0 * 7 + payload_len) }
    }
}

struct GoldenTransfers: Decodable {
    var cases: [GoldenTransfer]
}

struct GoldenFaults: Decodable {
    struct Reception: Decodable {
        var name: String
        var frames_in: [String]
        var payloads_out: [String]
        var tx_out: [String]
        var errors: [String]
    }

    var transfers_with_faults: [GoldenTransfer]
    var receive_only: [Reception]
}

struct GoldenVectors: Decodable {
    struct Vector: Decodable {
        var name: String
        var frames: [String]
        var expect: Expectation
    }

    struct Expectation: Decodable {
        var odometer_km: Double?
        var trip_km: Double?
        var plausible: Bool?
        var nrc: String?
        var nrc_pending: Int?
        var supported: [String]?
        var has_A6: Bool?
        var by_ecu: [String: Double]?
        var speed_kmh: Double?
        var fuel_pct: Double?
        var distance_km: Double?
    }

    var vectors: [Vector]
}

/// Bytes written as hexadecimal digits.
func bytes(_ text: some StringProtocol) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
