import Foundation
import KeyStore
import Testing
import Units

private func scalar(_ last: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 31) + [last] }

/// A program of the system, run on a folder of files; `nil` where it is not installed.
enum Tool {
    static func path(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Its exit status and what it wrote.
    static func run(_ name: String, _ arguments: [String]) throws -> (Int32, String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(path(name)))
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// A new folder that is removed after `body`.
    static func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "keystore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }
}

@Suite struct `Signatures` {
    static let payload = Array("{\"count\":7}".utf8)

    @Test func `what a key signed verifies and gives the payload back`() throws {
        for key in try [SigningKey(), SigningKey(scalar: scalar(1)), SigningKey(scalar: scalar(9))]
        {
            let verifying = try VerifyingKey(pem: key.publicKeyPEM)
            for payload in [Self.payload, [], [UInt8](repeating: 0xFF, count: 5_000)] {
                #expect(verifying.payload(ofJWS: try key.jws(payload)) == payload)
            }
        }
    }

    @Test func `no changed character of a signed text verifies`() throws {
        let key = try SigningKey(scalar: scalar(5))
        let verifying = try VerifyingKey(pem: key.publicKeyPEM)
        let text = Array(try key.jws(Self.payload).utf8)
        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : 0x41
            let jws = String(decoding: changed, as: UTF8.self)
            #expect(verifying.payload(ofJWS: jws) == nil, "character \(index)")
        }
    }

    @Test func `another key does not verify`() throws {
        let text = try SigningKey(scalar: scalar(5)).jws(Self.payload)
        let other = try VerifyingKey(pem: SigningKey(scalar: scalar(6)).publicKeyPEM)
        #expect(other.payload(ofJWS: text) == nil)
    }

    @Test(arguments: ["", ".", "..", "...", "a.b", "a.b.c", "e30.e30.", "e30.e30.AAAA", "e30.é.AA"])
    func `what is no signed text is refused`(text: String) throws {
        let verifying = try VerifyingKey(pem: SigningKey(scalar: scalar(5)).publicKeyPEM)
        #expect(verifying.payload(ofJWS: text) == nil)
    }

    @Test func `a signature of zeros is refused`() throws {
        let key = try SigningKey(scalar: scalar(5))
        let parts = try key.jws(Self.payload).split(separator: ".")
        let zeros = Base64URL.encode([UInt8](repeating: 0, count: 64))
        let verifying = try VerifyingKey(pem: key.publicKeyPEM)
        #expect(verifying.payload(ofJWS: "\(parts[0]).\(parts[1]).\(zeros)") == nil)
    }

    @Test func `a scalar has one public key, named by its digest`() throws {
        let key = try SigningKey(scalar: scalar(5))
        let again = try SigningKey(scalar: scalar(5))
        #expect(key.publicKeyPEM == again.publicKeyPEM)
        #expect(key.identifier == again.identifier)
        #expect(key.identifier.count == 16)
        #expect(key.identifier != (try SigningKey(scalar: scalar(6))).identifier)
        let header = try #require(try key.jws([]).split(separator: ".").first)
        let text = String(decoding: try #require(Base64URL.decode(header)), as: UTF8.self)
        #expect(text == "{\"alg\":\"ES256\",\"kid\":\"\(key.identifier)\"}")
    }

    /// The order of P-256, FIPS 186-4 D.1.2.3: the first number that is no scalar.
    static let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

    @Test func `scalars end below the order of the curve`() throws {
        var bytes = try #require(Hex.decode(Self.order))
        #expect(throws: KeyError.self) { try SigningKey(scalar: bytes) }
        #expect(throws: KeyError.self) { try SigningKey(scalar: scalar(0)) }
        bytes[31] -= 1
        #expect(throws: Never.self) { try SigningKey(scalar: bytes) }
    }

    @Test(arguments: ["", "key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
    func `what is no public key is refused with a reason`(pem: String) {
        let error = #expect(throws: KeyError.self) { try VerifyingKey(pem: pem) }
        #expect(error?.operation == "read a public key")
        #expect(error?.description.hasPrefix("read a public key: not a public key in PEM") == true)
    }

    @Test func `a reason is that of the failure, not of one before`() throws {
        // Both leave errors behind in OpenSSL: one in reading, one in checking.
        #expect(throws: KeyError.self) { try VerifyingKey(pem: "key") }
        let key = try SigningKey(scalar: scalar(5))
        let parts = try key.jws(Self.payload).split(separator: ".")
        let zeros = Base64URL.encode([UInt8](repeating: 0, count: 64))
        _ = try VerifyingKey(pem: key.publicKeyPEM).payload(
            ofJWS: "\(parts[0]).\(parts[1]).\(zeros)")
        let error = #expect(throws: KeyError.self) { try SigningKey(scalar: scalar(0)) }
        #expect(error?.reason == "OpenSSL gives no reason")
    }

    /// RFC 6979 A.2.5: a scalar and its public point.
    @Test func `a public key is the published one`() throws {
        let x = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
        let point =
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
        let key = try SigningKey(scalar: #require(Hex.decode(x)))
        let lines = key.publicKeyPEM.split(separator: "\n")
        #expect(lines.first == "-----BEGIN PUBLIC KEY-----")
        #expect(lines.last == "-----END PUBLIC KEY-----")
        let der = try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined()))
        #expect(Hex.encode(der).hasSuffix(point))
    }

    // Without the openssl program there is nobody else to check the signature.
    @Test(.enabled(if: Tool.path("openssl") != nil, "openssl is not installed"))
    func `the openssl program verifies a signature`() throws {
        let key = try SigningKey()
        let parts = try key.jws(Self.payload).split(separator: ".")
        let raw = try #require(Base64URL.decode(parts[2]))
        try Tool.withFolder { folder in
            let files = ["key.pem", "signed", "signature"].map { folder.appending(path: $0) }
            try Data(key.publicKeyPEM.utf8).write(to: files[0])
            try Data("\(parts[0]).\(parts[1])".utf8).write(to: files[1])
            try Data(Self.der(raw)).write(to: files[2])
            let arguments = [
                "dgst", "-sha256", "-verify", files[0].path(), "-signature", files[2].path(),
                files[1].path(),
            ]
            #expect(try Tool.run("openssl", arguments).0 == 0)
            try Data("\(parts[0]).\(parts[1])x".utf8).write(to: files[1])
            #expect(try Tool.run("openssl", arguments).0 != 0)
        }
    }

    /// r and s as the ASN.1 sequence that the program reads.
    private static func der(_ raw: [UInt8]) -> [UInt8] {
        let numbers = [raw.prefix(32), raw.suffix(32)].map { half -> [UInt8] in
            var bytes = Array(half.drop { $0 == 0 })
            if bytes.first.map({ $0 > 127 }) ?? true { bytes.insert(0, at: 0) }
            return [2, UInt8(bytes.count)] + bytes
        }
        let body = numbers.flatMap { $0 }
        return [0x30, UInt8(body.count)] + body
    }
}
