import AccessCode
import Foundation
import KeyStore
import Ports
import Testing
import Units

@Suite struct `Folders of keys` {
    private static func withKeys(_ body: (URL) throws -> Void) throws {
        try Tool.withFolder { folder in
            let keys = folder.appending(path: "keys")
            _ = try SealedKeyStore(
                making: KeyFolder(keys.path()), holder: FileKeyHolder(Backend.facts),
                box: BoxID(7))
            try body(keys)
        }
    }

    private static func open(_ folder: URL, _ facts: MachineFacts = Backend.facts) throws {
        _ = try SealedKeyStore(
            opening: KeyFolder(folder.path()), holder: FileKeyHolder(facts))
    }

    private static func code(_ body: () throws -> Void) -> KeyStoreFailure.Code? {
        do { try body() } catch { return (error as? KeyStoreFailure)?.code }
        return nil
    }

    @Test func `everything in it is its owner's alone, and no draft is left`() throws {
        try Self.withKeys { folder in
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(folder.path()) == 0o700)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
            #expect(names.sorted() == ["anchor", "keys"])
            for name in names {
                #expect(try mode(folder.appending(path: name).path()) == 0o600)
            }
            try Self.open(folder)
        }
    }

    @Test(arguments: ["", "keys", "anchor"], [0o640, 0o604, 0o755])
    func `what others have access to is refused`(name: String, mode: Int) throws {
        try Self.withKeys { folder in
            let path = name.isEmpty ? folder.path() : folder.appending(path: name).path()
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(Self.code { try Self.open(folder) } == .exposed)
        }
    }

    @Test(arguments: [
        MachineFacts(machine: "0123456789abcdef", serial: ""),
        MachineFacts(machine: "", serial: "10000000deadbeef"),
        MachineFacts(machine: "0123456789abcdef1", serial: "0000000deadbeef"),
    ])
    func `a copy of the folder opens on no other machine`(facts: MachineFacts) throws {
        try Self.withKeys { folder in
            #expect(Self.code { try Self.open(folder, facts) } == .otherMachine)
        }
    }

    @Test func `keys of another box are refused where one is named`() throws {
        try Self.withKeys { folder in
            func open(_ box: BoxID) throws {
                _ = try SealedKeyStore(
                    opening: KeyFolder(folder.path()), holder: FileKeyHolder(Backend.facts),
                    box: box)
            }
            #expect(Self.code { try open(BoxID(8)) } == .otherBox)
            #expect(Self.code { try open(BoxID(7)) } == nil)
        }
    }

    @Test func `keys that are there are not made again`() throws {
        try Self.withKeys { folder in
            #expect(
                Self.code {
                    _ = try SealedKeyStore(
                        making: KeyFolder(folder.path()), holder: FileKeyHolder(Backend.facts))
                } == .exists)
            try Self.open(folder)
        }
    }

    @Test(arguments: ["keys", "anchor"])
    func `a file that is gone has its name in the failure`(name: String) throws {
        try Self.withKeys { folder in
            try FileManager.default.removeItem(at: folder.appending(path: name))
            #expect(
                Self.code { try Self.open(folder) } == (name == "keys" ? .missing : .damaged))
        }
    }

    @Test func `no changed byte of the sealed file is taken`() throws {
        try Self.withKeys { folder in
            let file = folder.appending(path: "keys")
            let bytes = Array(try Data(contentsOf: file))
            let medium = { (keys: [UInt8]) throws in
                MemoryMedium([
                    "keys": keys,
                    "anchor": Array(try Data(contentsOf: folder.appending(path: "anchor"))),
                ])
            }
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0x10
                let code = Self.code {
                    _ = try SealedKeyStore(
                        opening: medium(changed), holder: FileKeyHolder(Backend.facts))
                }
                #expect(code == ((5..<13).contains(index) ? .otherMachine : .damaged))
            }
            for count in [0, 12, 13, 40, 41, bytes.count - 1] {
                #expect(
                    Self.code {
                        _ = try SealedKeyStore(
                            opening: medium(Array(bytes.prefix(count))),
                            holder: FileKeyHolder(Backend.facts))
                    } == .damaged)
            }
        }
    }

    @Test func `a file that never ends is refused, and so is no folder`() throws {
        try Self.withKeys { folder in
            try Data(count: 1 << 17).write(to: folder.appending(path: "anchor"))
            #expect(Self.code { try Self.open(folder) } == .damaged)
            #expect(Self.code { _ = try KeyFolder("/nowhere/keys") } == .storage)
            #expect(
                Self.code { _ = try KeyFolder(folder.appending(path: "keys").path()) } == .storage)
        }
    }

    @Test func `this machine has facts, or says that it has none`() {
        #expect(MachineFacts.here == MachineFacts.here)
        #expect(!MachineFacts.here.machine.contains("\n"))
    }
}

@Suite struct `Key store addresses` {
    @Test(arguments: [
        ("file:", KeyStoreURI.file(folder: nil)),
        ("file:/var/lib/keys", .file(folder: "/var/lib/keys")),
        ("tpm2:", .tpm2(folder: nil, tcti: "device:/dev/tpmrm0")),
        ("tpm2:/k", .tpm2(folder: "/k", tcti: "device:/dev/tpmrm0")),
        (
            "tpm2:?tcti=swtpm:host=127.0.0.1,port=2321",
            .tpm2(folder: nil, tcti: "swtpm:host=127.0.0.1,port=2321")
        ),
    ])
    func `an address is read, and written as it is read again`(text: String, uri: KeyStoreURI) {
        #expect(KeyStoreURI(text) == uri)
        #expect(KeyStoreURI("\(uri)") == uri)
    }

    @Test(arguments: [
        "", "file", "/var/lib/keys", "file:keys", "file:/k?tcti=x", "tpm2:?", "tpm2:?tcti=",
        "tpm2:?other=1", "pkcs11:token=x", "FILE:/k",
    ])
    func `anything else is refused`(text: String) {
        #expect(KeyStoreURI(text) == nil)
    }
}

@Suite struct `Claims` {
    @Test(arguments: [
        (31, "1234", false), (32, "1234", true), (33, "1234", false), (32, "123", false),
        (32, "123456789012", true), (32, "1234567890123", false), (32, "12a4", false),
        (32, "", false),
    ])
    func `a claim has a key of 32 bytes and a PIN of 4 to 12 digits`(
        count: Int, pin: String, isOne: Bool
    ) throws {
        let claim = BoxClaim(
            technician: try #require(TechnicianID(1)), key: [UInt8](repeating: 1, count: count),
            pin: pin, fleet: .zero)
        #expect((claim != nil) == isOne)
    }
}
