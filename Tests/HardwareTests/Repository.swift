import DataFiles
import Foundation
import Wiring

/// The files of this package that these tests hold against each other.
enum Repository {
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static func path(_ path: String) -> String { root + "/" + path }

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: root + "/" + path)), as: UTF8.self)
    }

    static func lines(_ path: String) throws -> [String] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    static let raspberryPis = [
        "raspberry_pi_3", "raspberry_pi_4", "raspberry_pi_5", "raspberry_pi_zero_2w",
    ]

    static func board(_ name: String = "raspberry_pi_zero_2w") throws -> BoardLayout {
        try BoardFile.load(path("hardware/boards/\(name).json5"))
    }
}

/// The label of the chip on the expander, as its driver gives it.
let expanderLabel = "mcp23008"

extension BoardLine {
    /// The number on the chip; the boards of this package name all lines by number.
    var offset: Int {
        switch place {
        case .offset(let offset): offset
        case .named: -1
        }
    }

    var isOnHeader: Bool { chip != expanderLabel }
}

/// The 40-pin header of the Raspberry Pi, as its maker draws it.
enum Header {
    /// The pin of each GPIO of the header.
    static let pin: [Int: Int] = [
        0: 27, 1: 28, 2: 3, 3: 5, 4: 7, 5: 29, 6: 31, 7: 26, 8: 24, 9: 21, 10: 19, 11: 23,
        12: 32, 13: 33, 14: 8, 15: 10, 16: 36, 17: 11, 18: 12, 19: 35, 20: 38, 21: 40, 22: 15,
        23: 16, 24: 18, 25: 22, 26: 37, 27: 13,
    ]
    /// The pins that are no GPIO.
    static let supply: [String: [Int]] = [
        "3V3": [1, 17], "5V": [2, 4], "ground": [6, 9, 14, 20, 25, 30, 34, 39],
    ]
    /// What is kept free for others: ID EEPROM, I2C1, SPI0, UART, the interrupt of CAN.
    static let reserved = [0, 1, 2, 3, 7, 8, 9, 10, 11, 14, 15, 25]
}

/// A program of the system, found in the path.
struct Tool {
    let path: String

    init?(_ name: String, in more: [String] = []) {
        let given = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = more + given.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        let found = folders.map { $0 + "/" + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { return nil }
        path = found
    }

    /// What a program leaves behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs it with `arguments`; both of what it prints are read from files, so none can block.
    func run(_ arguments: [String], in folder: Scratch) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        let files = ["out", "err"].map { URL(filePath: folder.path + "/" + $0) }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let text = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(status: process.terminationStatus, output: text[0], errors: text[1])
    }
}

/// A folder for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/hardware-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
