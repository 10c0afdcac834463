internal import COpenSSL

/// A place in memory that OpenSSL writes to.
@safe final class MemoryBIO {
    let pointer: OpaquePointer

    /// An empty place; in locked memory where it takes secrets.
    init(secret: Bool = false) {
        if secret { _ = SecretBytes([]) }
        guard let bio = unsafe BIO_new(secret ? BIO_s_secmem() : BIO_s_mem()) else {
            preconditionFailure("out of memory")
        }
        unsafe pointer = bio
    }

    deinit {
        unsafe BIO_free_all(pointer)
    }

    /// What was written, copied.
    var bytes: [UInt8] { unsafe withBytes { unsafe Array($0) } }

    /// What was written, as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What was written, copied into locked memory and wiped here.
    func takeSecret() -> SecretBytes {
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe copenssl_bio_bytes(pointer, &start)
        let written = unsafe UnsafeMutableRawBufferPointer(start: start, count: max(0, count))
        defer { unsafe OPENSSL_cleanse(written.baseAddress, written.count) }
        return unsafe SecretBytes(count: written.count) { buffer in
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(written))
        }
    }

    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe copenssl_bio_bytes(pointer, &start)
        return unsafe body(UnsafeRawBufferPointer(start: start, count: max(0, count)))
    }
}
