internal import Units

/// A key in a file: 64 hexadecimal digits and a line end, readable by its owner alone.
public struct KeyFile: Hashable, Sendable {
    /// The file.
    public let path: String

    /// The key file at `path`.
    public init(path: String) {
        self.path = path
    }

    private var file: PrivateFile { PrivateFile(path: path, noun: "the key file") }

    /// Whether there is a file of this name, whatever is in it.
    var exists: Bool { file.exists }

    /// Draws a new key and writes it, durably, into a file that must not exist yet.
    ///
    /// - Throws: ``KeyFileError``. Where writing failed, no file is left behind.
    public func create() throws(KeyFileError) -> SecretBytes {
        let bytes: [UInt8]
        do throws(KeyError) { bytes = try SystemRandom.bytes(FleetMaster.length) } catch {
            throw file.failure("create", "\(error)", "check the machine's OpenSSL")
        }
        let secret = SecretBytes(bytes)
        try create(holding: secret)
        return secret
    }

    /// Writes `secret`, of 32 bytes, durably, into a file that must not exist yet.
    ///
    /// - Throws: ``KeyFileError``. Where writing failed, no file is left behind.
    public func create(holding secret: SecretBytes) throws(KeyFileError) {
        precondition(secret.count == FleetMaster.length, "A key has 32 bytes.")
        try file.create(SecretBytes(joining: [.digits(secret), .open([UInt8(ascii: "\n")])]))
    }

    /// Reads the key.
    ///
    /// - Throws: ``KeyFileError`` when the file is not there, others may read it or write it,
    ///   or it does not hold a key.
    public func load() throws(KeyFileError) -> SecretBytes {
        let text = try file.load(limit: FleetMaster.length * 2 + 1)
        guard let key = Self.key(inText: text) else {
            throw file.failure(
                "load", "it is not 64 hexadecimal digits and a line end",
                "restore it from its backup")
        }
        return key
    }

    /// The key that `text` is: 64 hexadecimal digits and a line end; `nil` for anything else.
    public static func key(inText text: SecretBytes) -> SecretBytes? {
        guard text.count == FleetMaster.length * 2 + 1 else { return nil }
        return unsafe text.withBytes { text in
            guard unsafe text[text.count - 1] == UInt8(ascii: "\n") else { return nil }
            return unsafe SecretDigits.decode(
                UnsafeRawBufferPointer(rebasing: text[..<(text.count - 1)]))
        }
    }
}

extension FleetMaster {
    /// The masters in two key files.
    ///
    /// - Throws: ``KeyFileError`` naming the file that cannot be used.
    public init(hot: KeyFile, cold: KeyFile) throws(KeyFileError) {
        let keys = (try hot.load(), try cold.load())
        do throws(KeyError) { try self.init(hot: keys.0, cold: keys.1) } catch {
            throw KeyFileError(
                operation: "use", path: hot.path, reason: "\(error)",
                wayOut: "restore it from its backup")
        }
    }
}
