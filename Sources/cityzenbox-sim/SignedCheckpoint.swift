import FoundationEssentials
import KeyStore
import Records
import TripLog
import Units

/// A checkpoint in a file, as the box signed it: a compact JWS with ES256.
struct SignedCheckpoint {
    private let checkpoint: Checkpoint
    private let path: String

    /// Reads the checkpoint at `path` and checks its signature with the public key at `keyPath`.
    init(_ path: String, key keyPath: String) throws {
        self.path = path
        let jws = try Self.text(path).filter { !$0.isWhitespace }
        let pem = try Self.text(keyPath)
        let key: VerifyingKey
        do throws(KeyError) { key = try VerifyingKey(pem: pem) } catch {
            throw Failure(
                "\(keyPath): \(error.reason); give the box's public key", status: .wrongData)
        }
        guard let payload = key.payload(ofJWS: jws) else {
            throw Failure(
                "\(path): this key did not sign it; give the key of the box that did",
                status: .wrongData)
        }
        do throws(RecordError) { checkpoint = try Checkpoint(payload: payload) } catch {
            throw Failure(
                "\(path): \(error); give a checkpoint of a box", status: .wrongData)
        }
    }

    /// Holds `log` to what was signed.
    func compare(with log: TripLog, _ file: String) throws {
        guard checkpoint.box == log.box, checkpoint.epoch == log.epoch else {
            throw Failure(
                "\(path): it is of box \(checkpoint.box), epoch \(checkpoint.epoch), "
                    + "and \(file) is of box \(log.box), epoch \(log.epoch)", status: .wrongData)
        }
        guard try log.hash(at: checkpoint.sequence) == checkpoint.hash else {
            throw Failure(
                "\(file): the box signed record \(checkpoint.sequence), which is missing here or "
                    + "another; look for a whole copy, with its -wal file", status: .wrongData)
        }
        print("the box signed record \(checkpoint.sequence), and it is here")
    }

    private static func text(_ path: String) throws -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Failure("\(path): it cannot be read; check the path", status: .noInput)
        }
    }
}
