import Foundation
import KeyStore
import TPMKeyStore
import Testing

/// Who holds keys, for tests that each of them passes.
enum Backend: String, CustomTestStringConvertible {
    case file
    case tpm2

    var testDescription: String { rawValue }

    /// Without swtpm there is no TPM to test with.
    static let available: [Backend] = TestTPM.isInstalled ? [.file, .tpm2] : [.file]

    static let facts = MachineFacts(machine: "0123456789abcdef", serial: "10000000deadbeef")

    /// Lends a way to make holders of one machine: each is as after a restart.
    func withHolders(_ body: (@escaping () throws -> any KeyHolder) throws -> Void) throws {
        switch self {
        case .file: try body { FileKeyHolder(Self.facts) }
        case .tpm2:
            let tpm = try TestTPM()
            defer { tpm.remove() }
            try body { try TPMKeyHolder(tcti: tpm.tcti) }
        }
    }
}

/// A TPM in a process of its own: swtpm.
final class TestTPM {
    static let isInstalled = Tool.path("swtpm") != nil

    private let folder: URL
    private var process: Process?
    private var port: UInt16 = 0
    private(set) var tcti = ""

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "swtpm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try start()
    }

    deinit { stop() }

    /// Powers it up, at two ports that are free, or at those of before.
    func start(again: Bool = false) throws {
        for _ in 0..<20 {
            if !again { port = UInt16.random(in: 20_000...32_000) & ~1 }
            let process = Process()
            process.executableURL = URL(filePath: try #require(Tool.path("swtpm")))
            process.arguments = [
                "socket", "--tpm2", "--tpmstate", "dir=\(folder.path())", "--server",
                "type=tcp,port=\(port)", "--ctrl", "type=tcp,port=\(port + 1)", "--flags",
                "not-need-init,startup-clear",
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            self.process = process
            tcti = "swtpm:host=127.0.0.1,port=\(port)"
            // It is there when it answers; a port that somebody has ends it.
            while process.isRunning {
                if (try? TPMKeyHolder(tcti: tcti)) != nil { return }
                usleep(20_000)
            }
        }
        Issue.record("swtpm does not start")
    }

    /// Cuts its power.
    func stop() {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Ends it for good.
    func remove() {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }
}
