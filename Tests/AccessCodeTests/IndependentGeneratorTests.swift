import AccessCode
import Foundation
import KeyStore
import Testing
import Units

/// The second generator of codes, in Python, as `Tests/Generators/access_code.py`.
private enum IndependentGenerator {
    static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Generators/access_code.py")

    /// Python's place in the search path; `nil` where there is none.
    static let python: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":")
        .map { "\($0)/python3" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static func lines(seed: UInt64, count: Int) throws -> [[Substring]] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = [script.path(), String(seed), String(count)]
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: " ") }
    }
}

/// One box of the generator and its codes.
private struct GeneratedBox {
    let issuer: CodeIssuer
    let keys: SoftwareCodeKeys

    /// `box id epoch hot cold owner`
    init(_ fields: [Substring]) throws {
        let box = try #require(BoxID(fields[1]))
        let epoch = KeyEpoch(try #require(UInt16(fields[2])))
        let secrets = try fields[3...5].map { SecretBytes(try #require(Hex.decode($0))) }
        keys = try FleetMaster(hot: secrets[0], cold: secrets[1])
            .codeKeys(for: box, keyEpoch: epoch)
        keys.install(secrets[2], as: .owner)
        issuer = CodeIssuer(box: box, keyEpoch: epoch)
    }

    func code(_ kind: Substring, _ numbers: [Int64]) throws -> CodeText {
        func rental() throws -> RentalID {
            RentalID(
                start: Slot(UInt32(numbers[0])), duration: try #require(DurationIndex(numbers[1])),
                generation: UInt16(numbers[2]))
        }
        switch kind {
        case "rental": return try issuer.rental(rental(), with: keys)
        case "extend":
            return try issuer.extend(
                rental(), to: try #require(DurationIndex(numbers[3])),
                counter: UInt16(numbers[4]), with: keys)
        case "revoke": return try issuer.revoke(through: Slot(UInt32(numbers[0])), with: keys)
        case "keyswitch": return try issuer.keySwitch(with: keys)
        case "time": return try issuer.time(WallTime(milliseconds: numbers[0]), with: keys)
        case "receipt":
            let returned = ReturnedRental(
                rental: try rental(), endMinute: UInt32(numbers[3]), distance: Metres(numbers[4]))
            return try issuer.receipt(returned, with: keys)
        default: return try OneTimePassword.text(step: numbers[0], with: keys)
        }
    }
}

@Suite struct `Independent generator` {
    // Without Python there is no second generator to agree with.
    @Test(.enabled(if: IndependentGenerator.python != nil, "python3 is not installed"))
    func `a second implementation agrees on 100,000 codes`() throws {
        let lines = try IndependentGenerator.lines(seed: 20_120_512, count: 100_000)
        var box: GeneratedBox?
        var counts: [Substring: Int] = [:]
        var wrong: [String] = []
        for fields in lines {
            guard fields[0] != "box" else {
                box = try GeneratedBox(fields)
                continue
            }
            counts[fields[0], default: 0] += 1
            let numbers = fields[1..<fields.count - 1].map { Int64($0) ?? -1 }
            let code = try #require(box).code(fields[0], numbers)
            if code.digits != fields[fields.count - 1].utf8.map({ $0 - UInt8(ascii: "0") }) {
                wrong.append(fields.joined(separator: " "))
            }
        }
        #expect(wrong.prefix(5) == [])
        #expect(counts.values.reduce(0, +) == 100_000)
        #expect(counts.count == 7)
        #expect(counts.values.allSatisfy { $0 > 13_000 })
    }
}
