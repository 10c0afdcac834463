internal import CTSS2
internal import Ports

/// The way to one TPM, which is made anew after it broke.
@safe final class TPMConnection {
    private let tcti: String
    private var tpm: OpaquePointer?

    init(tcti: String) { self.tcti = tcti }

    deinit {
        if let tpm = unsafe tpm { unsafe ctss2_close(tpm) }
    }

    /// Reaches the TPM, unless it is reached.
    func connect() throws(KeyStoreFailure) {
        _ = unsafe try reached("reach")
    }

    /// Has the TPM make something.
    func make(
        _ operation: String,
        _ body: (OpaquePointer, UnsafeMutablePointer<ctss2_blob>) -> ctss2_result
    ) throws(KeyStoreFailure) -> [UInt8] {
        var blob = ctss2_blob()
        try unsafe ask(operation) { tpm in unsafe body(tpm, &blob) }
        return unsafe withUnsafeBytes(of: &blob.bytes) { bytes in
            unsafe Array(bytes.prefix(blob.count))
        }
    }

    /// Has the TPM do something with what it made, that comes to `count` bytes.
    func read(
        _ count: Int, _ operation: String, _ stored: [UInt8],
        _ body: (OpaquePointer, UnsafePointer<ctss2_blob>, UnsafeMutablePointer<UInt8>?) ->
            ctss2_result
    ) throws(KeyStoreFailure) -> [UInt8] {
        var blob = ctss2_blob()
        blob.count = stored.count
        let fits = unsafe withUnsafeMutableBytes(of: &blob.bytes) { bytes in
            guard stored.count <= bytes.count else { return false }
            unsafe bytes.copyBytes(from: stored)
            return true
        }
        guard fits else { throw failure(.damaged, operation, "what is stored is too long") }
        var out = [UInt8](repeating: 0, count: count)
        try unsafe ask(operation) { tpm in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe body(tpm, &blob, out.baseAddress)
            }
        }
        return out
    }

    /// HMAC-SHA-256 of `message` under a key that the TPM made.
    func authenticate(_ message: [UInt8], under blob: [UInt8]) throws(KeyStoreFailure) -> [UInt8] {
        try unsafe read(32, "use a key", blob) { tpm, blob, out in
            unsafe ctss2_authenticate(tpm, blob, message, message.count, out)
        }
    }

    /// Asks the TPM, and once more over a new connection where this one broke.
    func ask(
        _ operation: String, _ question: (OpaquePointer) -> ctss2_result
    ) throws(KeyStoreFailure) {
        let isNew = unsafe tpm == nil
        do throws(KeyStoreFailure) { try unsafe askOnce(operation, question) } catch {
            guard error.code == .unavailable, !isNew else { throw error }
            try unsafe askOnce(operation, question)
        }
    }

    private func askOnce(
        _ operation: String, _ question: (OpaquePointer) -> ctss2_result
    ) throws(KeyStoreFailure) {
        let tpm = try unsafe reached(operation)
        let result = unsafe question(tpm)
        guard result != CTSS2_DONE else { return }
        let code = unsafe ctss2_code(tpm)
        // Keys of another TPM are no reason to ask anew; whatever else may be.
        if result != CTSS2_OTHER_TPM {
            unsafe ctss2_close(tpm)
            unsafe self.tpm = nil
        }
        throw failure(result, operation, code)
    }

    @unsafe private func reached(_ operation: String) throws(KeyStoreFailure) -> OpaquePointer {
        if let tpm = unsafe tpm { return unsafe tpm }
        var opened: OpaquePointer?
        var code: UInt32 = 0
        let result = unsafe ctss2_open(tcti, &opened, &code)
        guard result == CTSS2_DONE, let opened = unsafe opened else {
            throw failure(result, operation, code)
        }
        unsafe tpm = opened
        return unsafe opened
    }

    func failure(
        _ code: KeyStoreFailure.Code, _ operation: String, _ reason: String,
        _ wayOut: String = "restore the keys from their backup, or provision the box again"
    ) -> KeyStoreFailure {
        KeyStoreFailure(
            code, operation: operation, on: "the TPM \(tcti)", reason: reason, wayOut: wayOut)
    }

    private func failure(
        _ result: ctss2_result, _ operation: String, _ code: UInt32
    ) -> KeyStoreFailure {
        let number = "0x" + String(code, radix: 16)
        return switch result {
        case CTSS2_NO_LIBRARY:
            failure(
                .unavailable, operation, "tpm2-tss is not installed",
                "install libtss2-esys and libtss2-tctildr, or keep the keys in file:")
        case CTSS2_OTHER_TPM:
            failure(
                .otherMachine, operation, "another TPM made these keys, or this one was cleared",
                "put the card back into its box, or provision this one again")
        case CTSS2_REFUSED:
            failure(
                .unavailable, operation, "it refuses (\(number))",
                "tpm2_rc_decode \(number) says why")
        case _:
            failure(
                .unavailable, operation, "it does not answer (\(number))",
                "check that it is there and who may use it: tpm2_getrandom 4")
        }
    }
}
