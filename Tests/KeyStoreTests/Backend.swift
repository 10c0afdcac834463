import KeyStore
import Testing

/// Who holds keys, for tests that each of them passes.
enum Backend: String, CustomTestStringConvertible {
    case file

    static let available: [Backend] = [.file]

    var testDescription: String { rawValue }

    static let facts = MachineFacts(machine: "0123456789abcdef", serial: "10000000deadbeef")

    /// Lends a way to make holders of one machine: each is as after a restart.
    func withHolders(_ body: (@escaping () throws -> any KeyHolder) throws -> Void) throws {
        switch self {
        case .file: try body { FileKeyHolder(Self.facts) }
        }
    }
}
