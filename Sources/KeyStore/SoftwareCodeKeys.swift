public import AccessCode
internal import COpenSSL
public import Units

/// Code keys held in this process's memory, with OpenSSL computing the HMACs.
public final class SoftwareCodeKeys: CodeKeys {
    private var secrets: [CodeKeyName: SecretBytes] = [:]
    private let mac: MACContext

    /// A store without keys.
    public init() {
        mac = MACContext()
    }

    /// Installs `secret` as `name`.
    public func install(_ secret: SecretBytes, as name: CodeKeyName) {
        secrets[name] = secret
    }

    /// Destroys the key `name`.
    public func remove(_ name: CodeKeyName) {
        secrets[name] = nil
    }

    /// Destroys all of them.
    public func removeAll() { secrets = [:] }

    /// Whether there is a key `name`.
    public func holds(_ name: CodeKeyName) -> Bool { secrets[name] != nil }

    /// HMAC-SHA-256 of `message` under `key`. After KEYSWITCH the spare of an epoch is its key.
    ///
    /// - Throws: ``AccessCode/CodeKeyFailure`` when there is no such key.
    public func authenticate(
        _ message: [UInt8], with key: CodeKeyName
    ) throws(CodeKeyFailure) -> Digest256 {
        guard let secret = secrets[key] ?? spare(standingFor: key) else {
            throw CodeKeyFailure(key: key, reason: "no such key is installed")
        }
        unsafe secret.withBytes { unsafe mac.setKey($0) }
        return mac.authenticate(message[...])
    }

    /// The leading 128 bits of the HMAC of each message of `length` bytes under `dayKey`.
    public func leadingBits(
        of messages: [UInt8], each length: Int, under dayKey: Digest256
    ) -> [UInt128] {
        mac.leadingBits(of: messages, each: length, under: dayKey)
    }

    /// The key `name`, to be handed on.
    func secret(_ name: CodeKeyName) -> SecretBytes? { secrets[name] }

    private func spare(standingFor key: CodeKeyName) -> SecretBytes? {
        switch key {
        case .epoch(let epoch): secrets[.coldSpare(epoch)]
        case .coldSpare, .owner: nil
        }
    }
}

/// One HMAC-SHA-256 context that is keyed once and used for many messages.
@safe final class MACContext {
    private let context: OpaquePointer

    init() {
        guard let mac = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("OpenSSL 3 always has HMAC")
        }
        defer { unsafe EVP_MAC_free(mac) }
        guard let context = unsafe EVP_MAC_CTX_new(mac) else {
            preconditionFailure("out of memory")
        }
        unsafe self.context = context
        var name = Array("SHA256".utf8CString)
        let set = unsafe name.withUnsafeMutableBufferPointer { name in
            var parameters = unsafe [
                OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_CTX_set_params(context, &parameters)
        }
        precondition(set == 1, "OpenSSL 3 always has SHA-256")
    }

    deinit {
        unsafe EVP_MAC_CTX_free(context)
    }

    /// The leading 128 bits of the HMAC of each message of `length` bytes under `dayKey`.
    func leadingBits(
        of messages: [UInt8], each length: Int, under dayKey: Digest256
    ) -> [UInt128] {
        precondition(
            length > 0 && messages.count.isMultiple(of: length), "messages of one length each")
        unsafe dayKey.bytes.withUnsafeBytes { unsafe setKey($0) }
        var out: [UInt128] = []
        out.reserveCapacity(messages.count / length)
        unsafe messages.withUnsafeBufferPointer { messages in
            for start in stride(from: 0, to: messages.count, by: length) {
                let message = unsafe UnsafeBufferPointer(
                    rebasing: messages[start..<start + length])
                let tag = unsafe authenticate(message)
                out.append(UInt128(tag.words.0) << 64 | UInt128(tag.words.1))
            }
        }
        return out
    }

    @unsafe func setKey(_ key: UnsafeRawBufferPointer) {
        let done = unsafe EVP_MAC_init(
            context, key.bindMemory(to: UInt8.self).baseAddress, key.count, nil)
        precondition(done == 1, "HMAC takes a key of any length")
    }

    func authenticate(_ message: ArraySlice<UInt8>) -> Digest256 {
        unsafe message.withUnsafeBufferPointer { unsafe authenticate($0) }
    }

    /// As for an array: a search lends hundreds of messages out of one.
    func authenticate(_ message: UnsafeBufferPointer<UInt8>) -> Digest256 {
        var tag: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let done = unsafe withUnsafeMutableBytes(of: &tag) { out in
            var length = 0
            return unsafe EVP_MAC_init(context, nil, 0, nil) == 1
                && EVP_MAC_update(context, message.baseAddress, message.count) == 1
                && EVP_MAC_final(
                    context, out.bindMemory(to: UInt8.self).baseAddress, &length, out.count)
                    == 1
                && length == 32
        }
        precondition(done, "HMAC of bytes in memory cannot fail")
        return Digest256(
            words: (tag.0.bigEndian, tag.1.bigEndian, tag.2.bigEndian, tag.3.bigEndian))
    }
}
