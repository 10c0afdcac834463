internal import COpenSSL
internal import Units

/// Key bytes that are wiped when the last owner lets go, and never printed.
@safe public final class SecretBytes: @unchecked Sendable, CustomStringConvertible {
    // Written once in `init`, wiped in `deinit`: never changed while shared.
    private let storage: UnsafeMutableRawBufferPointer

    /// Takes a copy of `bytes`; the caller wipes its own.
    public init(_ bytes: some Collection<UInt8>) {
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, bytes.count), alignment: 1)
        count = bytes.count
        for (index, byte) in bytes.enumerated() { unsafe storage[index] = byte }
    }

    deinit {
        unsafe OPENSSL_cleanse(storage.baseAddress, storage.count)
        unsafe storage.deallocate()
    }

    /// How many bytes there are.
    public let count: Int

    /// Lends the bytes for the length of one call.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(rebasing: storage[0..<count]))
    }

    /// Whether `other` holds the same bytes, found out in a time that does not tell where they
    /// differ.
    func isSame(as other: SecretBytes) -> Bool {
        guard count == other.count else { return false }
        return unsafe withBytes { mine in
            unsafe other.withBytes { theirs in
                unsafe CRYPTO_memcmp(mine.baseAddress, theirs.baseAddress, mine.count) == 0
            }
        }
    }

    /// `Key(…4f2a)`: the end of a digest, by which a person can tell two keys apart.
    public var description: String {
        let digest = unsafe withBytes { bytes in
            unsafe OpenSSLHashing.digest(bytes)
        }
        return "Key(…\(digest.hex.suffix(4)))"
    }
}
