import FoundationEssentials
import TestData

extension OutsideData {
    static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        let data = try Data(contentsOf: URL(filePath: "\(folder ?? "")/\(path)"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
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
        var canFd: Bool?
        var txDataLength: Int?
        var txPadding: UInt8?
    }

    struct Receiver: Decodable {
        var stmin: UInt8
        var blocksize: UInt8
        var maxFrameSize: Int
        var txPadding: UInt8?
    }

    var name: String
    var mode: String
    var functional: Bool
    var payloadLen: Int
    var sender: Sender
    var receiver: Receiver
    var receivedOk: Bool
    var errorsSender: [String]
    var errorsReceiver: [String]
    var frames: [Frame]
    var frameCount: Int

    /// The message, by the rule that all of them follow.
    var message: [UInt8] {
        (0..<payloadLen).map { UInt8(truncatingIfNeeded: $0 * 7 + payloadLen) }
    }
}

struct GoldenTransfers: Decodable {
    var cases: [GoldenTransfer]
}

struct GoldenFaults: Decodable {
    struct Reception: Decodable {
        var name: String
        var framesIn: [String]
        var payloadsOut: [String]
        var txOut: [String]
        var errors: [String]
    }

    var transfersWithFaults: [GoldenTransfer]
    var receiveOnly: [Reception]
}

struct GoldenVectors: Decodable {
    struct Vector: Decodable {
        var name: String
        var frames: [String]
        var expect: Expectation
    }

    struct Expectation: Decodable {
        var odometerKm: Double?
        var tripKm: Double?
        var plausible: Bool?
        var nrc: String?
        var nrcPending: Int?
        var supported: [String]?
        var hasA6: Bool?
        var byEcu: [String: Double]?
        var speedKmh: Double?
        var fuelPct: Double?
        var distanceKm: Double?
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
