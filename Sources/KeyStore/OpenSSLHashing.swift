internal import COpenSSL
public import Records
public import Units

/// SHA-256 by OpenSSL.
public struct OpenSSLHashing: Hashing, Sendable {
    /// The hash of every record.
    public init() {}

    /// SHA-256 (FIPS 180-4) of `bytes`.
    public func sha256(_ bytes: [UInt8]) -> Digest256 {
        unsafe bytes.withUnsafeBytes { unsafe Self.digest($0) }
    }

    static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest256 {
        var out = [UInt8](repeating: 0, count: 32)
        unsafe SHA256(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &out)
        return Digest256(bigEndian: out)
    }
}

extension Digest256 {
    /// The digest of 32 bytes that OpenSSL wrote.
    init(bigEndian bytes: [UInt8]) {
        guard let digest = Digest256(bytes: bytes) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        self = digest
    }
}
