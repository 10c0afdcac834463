import AccessCode
import Foundation
import KeyStore
import Ports
import Testing
import Units

@Suite struct `Enrolment` {
    private static func write(_ text: String, _ name: String, in folder: URL) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path()
    }

    // Without the openssl program there is nobody else to read what we write.
    @Test(.enabled(if: Tool.path("openssl") != nil, "openssl is not installed"))
    func `the openssl program reads requests, certificates and bundles`() throws {
        try Tool.withFolder { folder in
            let key = try SigningKey()
            let box = try ClaimedBox(fleet: TestFleet())
            let request = try box.request()
            let requestFile = try Self.write(request, "request.pem", in: folder)
            #expect(
                try Tool.run("openssl", ["req", "-verify", "-noout", "-in", requestFile]).0 == 0)
            let shown = try Tool.run("openssl", ["req", "-noout", "-text", "-in", requestFile]).1
            #expect(shown.contains("CN = \(box.store.box)"))
            #expect(shown.contains("\"firmware\":\"1.0.0\""))
            #expect(shown.contains("challengePassword"))

            let bundle = try box.fleet.bundle(request)
            #expect(try box.store.install(bundle: bundle, at: TestFleet.now).isInstalled)
            let authority = try Self.write(
                box.fleet.authority.certificate.pem, "ca.pem", in: folder)
            let device = try Self.write(
                #require(box.store.certificate), "device.pem", in: folder)
            let verify = try Tool.run(
                "openssl",
                ["verify", "-no_check_time", "-purpose", "sslclient", "-CAfile", authority, device])
            #expect(verify.0 == 0)
            #expect(key.publicKeyPEM != box.store.publicKey)

            let bundleFile = try Self.write(bundle, "bundle.pem", in: folder)
            let inner = folder.appending(path: "inner.der").path()
            let signature = try Tool.run(
                "openssl",
                [
                    "cms", "-verify", "-binary", "-inform", "PEM", "-in", bundleFile, "-CAfile",
                    authority, "-no_check_time", "-out", inner,
                ])
            #expect(signature.0 == 0)
            let print = try Tool.run(
                "openssl", ["cms", "-cmsout", "-print", "-inform", "DER", "-in", inner]
            ).1
            #expect(print.contains("authEnvelopedData") && print.contains("aes-256-gcm"))
            #expect(print.contains("sha256kdf"))
        }
    }

    // As above; and for one whose private key the program can have.
    @Test(.enabled(if: Tool.path("openssl") != nil, "openssl is not installed"))
    func `the openssl program makes a request and decrypts its bundle`() throws {
        try Tool.withFolder { folder in
            let key = folder.appending(path: "key.pem").path()
            let file = folder.appending(path: "request.pem").path()
            let configuration = try Self.write(
                """
                [req]
                prompt = no
                distinguished_name = name
                attributes = told
                [name]
                CN = 00000000000000aa
                [told]
                challengePassword = 000102030405060708090a0b0c0d0e0f
                unstructuredName = '{"backend":"file","box":"00000000000000aa",\
                "firmware":"1","logEpoch":1}'
                """, "request.cnf", in: folder)
            let made = try Tool.run(
                "openssl",
                [
                    "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-keyout", key, "-config", configuration, "-utf8", "-out", file,
                ])
            #expect(made.0 == 0)
            let pem = try String(contentsOfFile: file, encoding: .utf8)
            let request = try EnrolmentRequest(pem: pem)
            #expect(request.box == BoxID(0xAA))
            let fleet = try TestFleet()
            let content = try fleet.content(request)
            let certificate = try #require(Certificate(pem: content.certificate))
            let bundle = try Bundle.seal(content, to: certificate, by: fleet.authority)
            let bundleFile = try Self.write(bundle, "bundle.pem", in: folder)
            let inner = folder.appending(path: "inner.der").path()
            let authority = try Self.write(fleet.authority.certificate.pem, "ca.pem", in: folder)
            let signature = try Tool.run(
                "openssl",
                [
                    "cms", "-verify", "-binary", "-inform", "PEM", "-in", bundleFile, "-CAfile",
                    authority, "-no_check_time", "-out", inner,
                ])
            #expect(signature.0 == 0)
            let plain = try Tool.run(
                "openssl", ["cms", "-decrypt", "-inform", "DER", "-in", inner, "-inkey", key])
            #expect(plain.0 == 0)
            #expect(plain.1.contains("\"box\":\"00000000000000aa\""))
            let hot = fleet.master.hotKey(of: request.box, in: KeyEpoch(0))
            let digits = unsafe hot.withBytes { unsafe Hex.encode($0) }
            #expect(plain.1.contains("\"epochKey\":\"\(digits)\""))
        }
    }

    /// The fleet may keep its authority in a safe and sign by a certificate that it issued.
    @Test(.enabled(if: Tool.path("openssl") != nil, "openssl is not installed"))
    func `who is certified to sign signs bundles, and a box's certificate does not`() throws {
        try Tool.withFolder { folder in
            let box = try ClaimedBox(fleet: TestFleet())
            let bundle = try Self.write(
                box.fleet.bundle(box.request()), "bundle.pem", in: folder)
            let file = folder.appending(path: "authority.pem").path()
            try CertificateAuthorityFile(path: file).create(box.fleet.authority)
            let paths = ["inner.der", "key.pem", "signer.csr", "signer.pem", "out.pem"].map {
                folder.appending(path: $0).path()
            }
            func run(_ words: [String]) throws { #expect(try Tool.run("openssl", words).0 == 0) }
            try run([
                "cms", "-verify", "-noverify", "-binary", "-inform", "PEM", "-in", bundle, "-out",
                paths[0],
            ])
            try run([
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", paths[1], "-subj", "/CN=signer", "-out", paths[2],
            ])
            for (usage, isTaken) in [("clientAuth", false), ("emailProtection", true)] {
                let extensions = try Self.write(
                    "keyUsage=digitalSignature\nextendedKeyUsage=\(usage)\n", "extensions",
                    in: folder)
                try run([
                    "x509", "-req", "-in", paths[2], "-CA", file, "-CAkey", file, "-days", "2",
                    "-extfile", extensions, "-out", paths[3],
                ])
                try run([
                    "cms", "-sign", "-binary", "-nodetach", "-in", paths[0], "-signer", paths[3],
                    "-inkey", paths[1], "-certfile", file, "-outform", "PEM", "-out", paths[4],
                ])
                let signed = try String(contentsOfFile: paths[4], encoding: .utf8)
                #expect(
                    try box.store.install(bundle: signed, at: nil).isInstalled == isTaken,
                    "\(usage)")
            }
        }
    }

    @Test(arguments: [
        ("", RequestRefusal.notARequest), ("hello", .notARequest),
        (
            "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
            .notARequest
        ),
        (String(repeating: "A", count: 8193), .notARequest),
    ])
    func `what is no request is refused`(text: String, refusal: RequestRefusal) {
        #expect(throws: refusal) { try EnrolmentRequest(pem: text) }
    }

    @Test func `no changed byte of a request is taken`() throws {
        let request = try ClaimedBox(fleet: TestFleet()).request()
        let body = request.split(separator: "\n").dropFirst().dropLast().joined()
        let der = Array(try #require(Data(base64Encoded: body)))
        for index in der.indices {
            var changed = der
            changed[index] ^= 1
            let pem =
                "-----BEGIN CERTIFICATE REQUEST-----\n"
                + Data(changed).base64EncodedString() + "\n-----END CERTIFICATE REQUEST-----\n"
            #expect(throws: RequestRefusal.self, "byte \(index)") {
                try EnrolmentRequest(pem: pem)
            }
        }
    }

    @Test(
        .enabled(if: Tool.path("openssl") != nil, "openssl is not installed"),
        arguments: [
            ("prime256v1", "CN = 00000000000000aa", "00000000000000aa", nil),
            ("secp384r1", "CN = 00000000000000aa", "00000000000000aa", RequestRefusal.badKey),
            ("prime256v1", "CN = 00000000000000ab", "00000000000000aa", .badData),
            ("prime256v1", "CN = box", "box", .badData),
            ("prime256v1", "CN = 00000000000000aa\nO = fleet", "00000000000000aa", .badData),
            ("prime256v1", "O = 00000000000000aa", "00000000000000aa", .badData),
        ] as [(String, String, String, RequestRefusal?)])
    func `a request is of one box with a key of P-256`(
        curve: String, name: String, told: String, refusal: RequestRefusal?
    ) throws {
        try Tool.withFolder { folder in
            let configuration = try Self.write(
                """
                [req]
                prompt = no
                distinguished_name = name
                attributes = told
                [name]
                \(name)
                [told]
                challengePassword = 000102030405060708090a0b0c0d0e0f
                unstructuredName = '{"backend":"file","box":"\(told)","firmware":"1","logEpoch":1}'
                """, "request.cnf", in: folder)
            let out = try Tool.run(
                "openssl",
                [
                    "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(curve)",
                    "-nodes", "-keyout", folder.appending(path: "key").path(), "-config",
                    configuration, "-utf8",
                ])
            #expect(out.0 == 0)
            if let refusal {
                #expect(throws: refusal) { try EnrolmentRequest(pem: out.1) }
            } else {
                #expect(try EnrolmentRequest(pem: out.1).box == BoxID(0xAA))
            }
        }
    }
}

@Suite struct `Certificate authorities` {
    @Test func `an authority is kept in a file that its owner alone reads`() throws {
        try Tool.withFolder { folder in
            let path = folder.appending(path: "ca.pem").path()
            let file = CertificateAuthorityFile(path: path)
            let made = try TestFleet().authority
            try file.create(made)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let loaded = try file.load()
            #expect(loaded.fingerprint == made.fingerprint)
            let again = #expect(throws: KeyFileError.self) { try file.create(made) }
            #expect(again?.reason == "it exists already")
            #expect(again?.description.hasPrefix("create the authority's file \(path): ") == true)
        }
    }

    @Test func `a file without the key, the certificate, or both that match is refused`() throws {
        try Tool.withFolder { folder in
            let paths = ["a.pem", "b.pem", "c.pem"].map { folder.appending(path: $0) }
            for path in paths.prefix(2) {
                try CertificateAuthorityFile(path: path.path()).create(TestFleet().authority)
            }
            let texts = try paths.prefix(2).map { try String(contentsOf: $0, encoding: .utf8) }
            let parts = texts.map { $0.components(separatedBy: "-----BEGIN CERTIFICATE") }
            let mixed = parts[0][0] + "-----BEGIN CERTIFICATE" + parts[1][1]
            for text in ["", "key", parts[0][0], "-----BEGIN CERTIFICATE" + parts[0][1], mixed] {
                try Data(text.utf8).write(to: paths[2])
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: paths[2].path())
                let error = #expect(throws: KeyFileError.self) {
                    try CertificateAuthorityFile(path: paths[2].path()).load()
                }
                #expect(error?.reason == "it is not a P-256 key and its certificate in PEM")
            }
        }
    }

    @Test func `certificates have serial numbers and names of their own`() throws {
        let fleet = try TestFleet()
        let box = try ClaimedBox(fleet: fleet)
        let request = try EnrolmentRequest(pem: box.request())
        let first = try fleet.certificate(request)
        let second = try fleet.certificate(request)
        #expect(first.serial != second.serial && first.serial.utf8.count == 32)
        #expect(first.name == box.store.box.description)
        #expect(first.publicKey == box.store.publicKey)
        #expect(first.isIssued(by: fleet.authority.certificate))
        #expect(!first.isIssued(by: try TestFleet().authority.certificate))
        #expect(fleet.authority.certificate.name == "Test fleet")
        #expect(Certificate(pem: first.pem)?.fingerprint == first.fingerprint)
        #expect(Certificate(pem: "no certificate") == nil)
    }
}
