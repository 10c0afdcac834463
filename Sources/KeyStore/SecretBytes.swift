internal import COpenSSL
internal import Units

/// Key bytes in memory that is not swapped out and not dumped, wiped when the last owner lets go,
/// and never printed.
///
/// They lie in OpenSSL's secure heap: 1 MiB of pages between two guard pages, each locked when it
/// is first used. Half of it is left to OpenSSL's own keys. What finds no room there, as at a desk
/// with thousands of boxes, is wiped all the same.
@safe public final class SecretBytes: @unchecked Sendable, CustomStringConvertible {
    // Written once in `init`, wiped in `deinit`: never changed while shared.
    private let storage: UnsafeMutableRawBufferPointer

    private static let heapSize = 1 << 20
    /// Without it, or without the right to lock pages, keys are kept as other bytes are.
    private static let heap: Int32 = CRYPTO_secure_malloc_init(heapSize, 32)

    /// Takes a copy of `bytes`; the caller wipes its own.
    public convenience init(_ bytes: some Collection<UInt8>) {
        unsafe self.init(count: bytes.count) { buffer in
            for (index, byte) in bytes.enumerated() { unsafe buffer[index] = byte }
        }
    }

    /// `count` bytes that `fill` writes.
    @unsafe public init(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        _ = Self.heap
        let size = max(1, count)
        // OpenSSL finds no other place for its own keys where this heap is full.
        let hasRoom = CRYPTO_secure_used() + size <= Self.heapSize / 2
        let locked = unsafe hasRoom ? CRYPTO_secure_zalloc(size, nil, 0) : nil
        let start = unsafe locked ?? CRYPTO_zalloc(size, nil, 0)
        guard let start = unsafe start else { preconditionFailure("out of memory") }
        unsafe storage = UnsafeMutableRawBufferPointer(start: start, count: size)
        self.count = count
        unsafe fill(UnsafeMutableRawBufferPointer(rebasing: storage[0..<count]))
    }

    /// What `pieces` have, one behind the other, without a copy of it anywhere else.
    convenience init(joining pieces: [SecretPiece]) {
        unsafe self.init(count: pieces.reduce(0) { $0 + $1.count }) { buffer in
            var at = 0
            for piece in pieces {
                unsafe piece.write(
                    to: UnsafeMutableRawBufferPointer(rebasing: buffer[at..<at + piece.count]))
                at += piece.count
            }
        }
    }

    deinit {
        unsafe CRYPTO_secure_clear_free(storage.baseAddress, storage.count, nil, 0)
    }

    /// How many bytes there are.
    public let count: Int

    /// Lends the bytes for the length of one call.
    @unsafe public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(rebasing: storage[0..<count]))
    }

    /// `Key(…4f2a)`: the end of a digest, by which a person can tell two keys apart.
    public var description: String {
        let digest = unsafe withBytes { bytes in
            unsafe OpenSSLHashing.digest(bytes)
        }
        return "Key(…\(digest.hex.suffix(4)))"
    }
}

/// A part of a text or a file that has secrets in it.
enum SecretPiece {
    /// Bytes that anybody may know.
    case open([UInt8])
    /// A secret, as it is.
    case secret(SecretBytes)
    /// A secret in lower-case hexadecimal digits.
    case digits(SecretBytes)

    var count: Int {
        switch self {
        case .open(let bytes): bytes.count
        case .secret(let secret): secret.count
        case .digits(let secret): 2 * secret.count
        }
    }

    fileprivate func write(to buffer: UnsafeMutableRawBufferPointer) {
        switch self {
        case .open(let bytes): unsafe buffer.copyBytes(from: bytes)
        case .secret(let secret): unsafe secret.withBytes { unsafe buffer.copyMemory(from: $0) }
        case .digits(let secret):
            unsafe secret.withBytes { bytes in
                for index in bytes.indices {
                    unsafe buffer[2 * index] = Self.digit(bytes[index] >> 4)
                    unsafe buffer[2 * index + 1] = Self.digit(bytes[index] & 15)
                }
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
