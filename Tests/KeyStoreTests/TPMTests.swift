import AccessCode
import Foundation
import KeyStore
import Ports
import Records
import TPMKeyStore
import Testing
import Units

// Each needs a TPM of its own: swtpm.
@Suite(.enabled(if: TestTPM.isInstalled, "swtpm is not installed"))
struct `Keys in a TPM` {
    private static let hot = CodeKeyName.epoch(KeyEpoch(0))

    /// A claimed and enrolled box, with its TPM.
    private static func withBox(
        _ body: (SealedKeyStore, MemoryMedium, TestTPM, TestFleet) throws -> Void
    ) throws {
        let tpm = try TestTPM()
        defer { tpm.remove() }
        let medium = MemoryMedium()
        let store = try SealedKeyStore(making: medium, holder: TPMKeyHolder(tcti: tpm.tcti))
        let fleet = try TestFleet()
        _ = try store.claim(fleet.claim(on: store.box))
        let bundle = try fleet.bundle(store.request(ClaimedBox.data))
        #expect(try store.install(bundle: bundle, at: TestFleet.now).isInstalled)
        try body(store, medium, tpm, fleet)
    }

    private static func code(_ body: () throws -> Void) -> KeyStoreFailure.Code? {
        do { try body() } catch { return (error as? KeyStoreFailure)?.code }
        return nil
    }

    @Test func `no key lies in the files, sealed or not`() throws {
        try Self.withBox { store, medium, _, fleet in
            let hot = fleet.master.hotKey(of: store.box, in: KeyEpoch(0))
            let bytes = unsafe hot.withBytes { unsafe Array($0) }
            for written in medium.history {
                #expect(!Secrecy.shows(bytes, in: written))
            }
        }
    }

    @Test func `keys are there after the power of the TPM was cut`() throws {
        try Self.withBox { store, medium, tpm, _ in
            let answer = try store.authenticate([1], with: Self.hot)
            for _ in 0..<2 {
                tpm.stop()
                try tpm.start()
                let again = try SealedKeyStore(
                    opening: medium, holder: TPMKeyHolder(tcti: tpm.tcti))
                #expect(try again.authenticate([1], with: Self.hot) == answer)
                #expect(again.publicKey == store.publicKey)
            }
        }
    }

    @Test func `a TPM that went away is a failure with a name, and may come back`() throws {
        try Self.withBox { store, medium, tpm, fleet in
            let day = Array("CZB1/day and so on".utf8)
            let known = try store.authenticate(day, with: Self.hot)
            let other = try store.authenticate([2], with: Self.hot)
            let request = try store.request(ClaimedBox.data)
            tpm.stop()
            let failure = #expect(throws: CodeKeyFailure.self) {
                try store.authenticate([2], with: Self.hot)
            }
            #expect(failure?.reason.contains("it does not answer") == true)
            #expect(throws: TechnicianKeyFailure.self) {
                try store.authenticate([1], as: store.technicians[0])
            }
            let checkpoint = Checkpoint(box: store.box, epoch: 1, sequence: 0, hash: .zero)
            #expect(Self.code { _ = try store.sign(checkpoint) } == .unavailable)
            #expect(Self.code { _ = try store.request(ClaimedBox.data) } == .unavailable)
            #expect(
                Self.code {
                    _ = try store.install(bundle: fleet.bundle(request), at: nil)
                } == .unavailable)
            #expect(Self.code { _ = try TPMKeyHolder(tcti: tpm.tcti) } == .unavailable)
            // The day keys of before still open doors.
            #expect(try store.authenticate(day, with: Self.hot) == known)
            #expect(medium.content["keys"] != nil)
            try tpm.start(again: true)
            #expect(try store.authenticate([2], with: Self.hot) == other)
        }
    }

    @Test func `keys of another TPM are refused as that`() throws {
        try Self.withBox { _, medium, _, _ in
            let other = try TestTPM()
            defer { other.remove() }
            #expect(
                Self.code {
                    _ = try SealedKeyStore(
                        opening: medium, holder: TPMKeyHolder(tcti: other.tcti))
                } == .otherMachine)
        }
    }

    @Test func `an old card is refused once keys were installed after it`() throws {
        try Self.withBox { store, medium, tpm, fleet in
            let old = medium.content
            let bundle = try fleet.bundle(store.request(ClaimedBox.data), keyEpoch: 1)
            #expect(try store.install(bundle: bundle, at: nil).isInstalled)
            let holder = try TPMKeyHolder(tcti: tpm.tcti)
            #expect(
                Self.code {
                    _ = try SealedKeyStore(opening: MemoryMedium(old), holder: holder)
                } == .rolledBack)
            #expect(throws: Never.self) {
                try SealedKeyStore(opening: MemoryMedium(medium.content), holder: holder)
            }
        }
    }

    // Five cuts, where a TPM locks ordinary keys after three.
    @Test(.enabled(if: Tool.path("tpm2_getcap") != nil, "tpm2-tools are not installed"))
    func `power cuts do not lock the keys`() throws {
        try Self.withBox { _, medium, tpm, _ in
            for _ in 0..<5 {
                let store = try SealedKeyStore(
                    opening: medium, holder: TPMKeyHolder(tcti: tpm.tcti))
                _ = try store.authenticate([1], with: Self.hot)
                tpm.stop()
                try tpm.start()
            }
            let told = try Tool.run("tpm2_getcap", ["-T", tpm.tcti, "properties-variable"]).1
            #expect(told.contains("TPM2_PT_LOCKOUT_COUNTER: 0x0"))
        }
    }

    @Test func `messages as long as a TPM takes are authenticated`() throws {
        try Self.withBox { store, _, _, fleet in
            let software = fleet.master.codeKeys(for: store.box, keyEpoch: KeyEpoch(0))
            for count in [1023, 1024] {
                let message = [UInt8](repeating: 3, count: count)
                let expected = try software.authenticate(message, with: Self.hot)
                #expect(try store.authenticate(message, with: Self.hot) == expected)
            }
            #expect(throws: CodeKeyFailure.self) {
                try store.authenticate([UInt8](repeating: 3, count: 1025), with: Self.hot)
            }
        }
    }
}

@Suite struct `Ways to a TPM` {
    @Test(arguments: ["", "nosuch:thing", "device:/dev/null", "device:/nowhere"])
    func `what leads to no TPM is a failure in one line`(tcti: String) {
        let failure = #expect(throws: KeyStoreFailure.self) { try TPMKeyHolder(tcti: tcti) }
        #expect(failure?.code == .unavailable)
        #expect(failure?.description.contains("\n") == false)
    }
}
