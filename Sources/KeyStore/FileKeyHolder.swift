internal import COpenSSL
internal import Glibc
public import Ports
public import Units

/// Facts of the machine that a copy of a folder does not have.
public struct MachineFacts: Hashable, Sendable {
    /// The identity that the system was installed with, as `/etc/machine-id` has it.
    public let machine: String
    /// The serial number of the board; empty where there is none.
    public let serial: String

    /// These facts.
    public init(machine: String, serial: String) {
        self.machine = machine
        self.serial = serial
    }

    /// Those of the machine that this runs on. A fact that it does not have is empty.
    public static var here: MachineFacts {
        MachineFacts(
            machine: line("/etc/machine-id"),
            serial: line("/sys/firmware/devicetree/base/serial-number"))
    }

    private static func line(_ path: String) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { _ = Glibc.close(file) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(file, &text, text.count)
        return String(decoding: text.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self)
    }

    fileprivate var bytes: [UInt8] { Array("\(machine)\u{0}\(serial)".utf8) }
}

/// Holds keys in this process's locked memory. They are stored sealed under a key that comes of
/// the machine's facts and a file of chance: a copy of the folder alone tells nothing, and whoever
/// has the whole card has the keys.
public final class FileKeyHolder: KeyHolder {
    private let facts: MachineFacts
    private let mac = MACContext()

    /// A holder on the machine with these facts.
    public init(_ facts: MachineFacts) { self.facts = facts }

    /// `file`
    public var backend: String { "file" }

    /// 32 bytes of chance.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func makeAnchor() throws(KeyStoreFailure) -> [UInt8] { try Self.draw(32) }

    /// HKDF-SHA-256 (RFC 5869) of the machine's facts, salted by the anchor.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func sealingKey(_ anchor: [UInt8]) throws(KeyStoreFailure) -> SecretBytes {
        guard anchor.count == 32 else {
            throw KeyStoreFailure(
                .damaged, operation: "use", on: "the file of chance",
                reason: "it has \(anchor.count) bytes and needs 32",
                wayOut: "restore it from its backup")
        }
        return KeyDerivation.key(of: facts.bytes, salt: anchor, purpose: "CZB1/file")
    }

    /// A scalar of the curve.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func makeDeviceKey() throws(KeyStoreFailure) -> HeldKey {
        // Chance is no scalar once in 2^32 times.
        for _ in 0..<8 {
            let scalar = SecretBytes(try Self.draw(32))
            if (try? SigningKey(secret: scalar)) != nil { return HeldKey(scalar) }
        }
        throw Self.noChance("no scalar of P-256 came")
    }

    /// The key pair of the scalar.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func deviceKey(_ held: HeldKey) throws(KeyStoreFailure) -> SigningKey {
        do throws(KeyError) { return try SigningKey(secret: held.bytes) } catch {
            throw KeyStoreFailure(
                .damaged, operation: "use", on: "the device key", reason: "\(error)",
                wayOut: "restore the keys from their backup, or provision the box again")
        }
    }

    /// The key as it is.
    public func hold(_ key: SecretBytes) -> HeldKey { HeldKey(key) }

    /// By OpenSSL.
    public func authenticate(_ message: [UInt8], with key: HeldKey) -> Digest256 {
        unsafe key.bytes.withBytes { unsafe mac.setKey($0) }
        return mac.authenticate(message[...])
    }

    /// `nil`: a file can be put back.
    public func changeCount() -> UInt64? { nil }

    /// Nothing: there is no counter.
    public func countChange() {}

    static func draw(_ count: Int) throws(KeyStoreFailure) -> [UInt8] {
        do throws(KeyError) { return try SystemRandom.bytes(count) } catch {
            throw noChance("\(error)")
        }
    }

    private static func noChance(_ reason: String) -> KeyStoreFailure {
        KeyStoreFailure(
            .unavailable, operation: "draw", on: "random bytes", reason: reason,
            wayOut: "check the machine's OpenSSL")
    }
}

/// Keys that come of others by HKDF with SHA-256 (RFC 5869).
enum KeyDerivation {
    /// 32 bytes for `purpose`.
    static func key(of secret: [UInt8], salt: [UInt8], purpose: String) -> SecretBytes {
        derive(secret: SecretBytes(secret), salt: salt, purpose: purpose)
    }

    /// 32 bytes for `purpose`.
    static func derive(secret: SecretBytes, salt: [UInt8], purpose: String) -> SecretBytes {
        let info = Array(purpose.utf8)
        return unsafe SecretBytes(count: 32) { out in
            let done = unsafe secret.withBytes { secret in
                unsafe copenssl_hkdf(
                    secret.bindMemory(to: UInt8.self).baseAddress, secret.count, salt, salt.count,
                    info, info.count, out.bindMemory(to: UInt8.self).baseAddress)
            }
            precondition(done == 1, "OpenSSL 3 always has HKDF")
        }
    }
}
