internal import COpenSSL
public import Ports
internal import Records
public import Units

/// Why a request for enrolment is refused. The raw values are stable.
public enum RequestRefusal: String, Error, CaseIterable, Sendable {
    /// It is no PKCS#10 in PEM.
    case notARequest
    /// The key that it is for did not sign it, or it was changed.
    case badSignature
    /// Its key is not one of P-256.
    case badKey
    /// Its name, its nonce or what the box says of itself is missing, wrong, or contradicts itself.
    case badData
}

/// A box's request for enrolment, as the fleet reads it: PKCS#10 (RFC 2986).
@safe public final class EnrolmentRequest {
    /// The longest that is read.
    public static let lengthMaximum = 8192

    let request: OpaquePointer
    /// The box.
    public let box: BoxID
    /// What the bundle must have, so that it is the answer to this request: 16 bytes.
    public let nonce: [UInt8]
    /// What the box says of itself.
    public let data: EnrolmentData
    /// Where the box's keys are held: `file` or `tpm2`.
    public let backend: String

    /// Reads the request in `pem` and checks that its key signed it.
    ///
    /// - Throws: ``RequestRefusal``.
    public init(pem: String) throws(RequestRefusal) {
        let bytes = Array(pem.utf8)
        defer { ERR_clear_error() }
        guard bytes.count <= Self.lengthMaximum,
            let request = unsafe copenssl_read_request(bytes, bytes.count)
        else { throw .notARequest }
        unsafe self.request = request
        do throws(RequestRefusal) {
            guard let key = unsafe X509_REQ_get0_pubkey(request),
                unsafe copenssl_is_p256(key) == 1
            else { throw .badKey }
            guard unsafe X509_REQ_verify(request, key) == 1 else { throw .badSignature }
            guard let name = unsafe Self.name(request), let box = BoxID(name),
                let challenge = unsafe Self.attribute(request, NID_pkcs9_challengePassword),
                let nonce = Hex.decode(challenge), nonce.count == 16,
                let text = unsafe Self.attribute(request, NID_pkcs9_unstructuredName),
                let told = BoxWords(text), told.box == box
            else { throw .badData }
            self.box = box
            self.nonce = nonce
            data = told.data
            backend = told.backend
        } catch {
            unsafe X509_REQ_free(request)
            throw error
        }
    }

    deinit {
        unsafe X509_REQ_free(request)
    }

    /// The public key in PEM.
    public var publicKey: String {
        guard let key = unsafe X509_REQ_get0_pubkey(request) else { return "" }
        return unsafe PublicKeyText.pem(of: key)
    }

    /// Writes a request of the box with `key`.
    ///
    /// - Throws: ``KeyError``.
    static func make(
        _ words: BoxWords, nonce: [UInt8], key: SigningKey
    ) throws(KeyError) -> String {
        let out = MemoryBIO()
        let done = unsafe copenssl_write_request(
            key.key, words.box.description, Hex.encode(nonce), words.json.text, out.pointer)
        guard done == 1 else {
            throw KeyError(operation: "sign a request", reason: OpenSSLError.last)
        }
        return out.text
    }

    private static func name(_ request: OpaquePointer) -> String? {
        var out = [UInt8](repeating: 0, count: 64)
        let count = unsafe copenssl_only_name(
            X509_REQ_get_subject_name(request), &out, Int32(out.count))
        return count >= 0 ? String(validating: out[..<Int(count)], as: UTF8.self) : nil
    }

    private static func attribute(_ request: OpaquePointer, _ kind: Int32) -> String? {
        var out = [UInt8](repeating: 0, count: 1024)
        let count = unsafe copenssl_attribute(request, kind, &out, Int32(out.count))
        return count >= 0 ? String(validating: out[..<Int(count)], as: UTF8.self) : nil
    }
}

/// What a box says of itself in a request, as canonical JSON.
struct BoxWords {
    let box: BoxID
    let data: EnrolmentData
    let backend: String

    init(box: BoxID, data: EnrolmentData, backend: String) {
        self.box = box
        self.data = data
        self.backend = backend
    }

    var json: CanonicalJSON {
        .object([
            "box": .string(box.description), "logEpoch": .integer(Int64(data.logEpoch)),
            "firmware": .string(data.firmware), "backend": .string(backend),
        ])
    }

    /// Members that this version does not know are left alone.
    init?(_ text: String) {
        guard let json = try? CanonicalJSON(parsing: text.utf8),
            let box = json["box"]?.string.flatMap({ BoxID($0) }),
            let epoch = json["logEpoch"]?.integer.flatMap({ UInt32(exactly: $0) }),
            let firmware = json["firmware"]?.string, Self.isWord(firmware),
            let backend = json["backend"]?.string, Self.isWord(backend)
        else { return nil }
        self.init(
            box: box, data: EnrolmentData(logEpoch: epoch, firmware: firmware), backend: backend)
    }

    /// 1 to 64 printable characters without a space: what a terminal shows as it is.
    private static func isWord(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
