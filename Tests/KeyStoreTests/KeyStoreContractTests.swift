import AccessCode
import Foundation
import KeyStore
import Ports
import Records
import Testing
import Units

/// What every key store is held to, wherever its keys are.
@Suite struct `Key stores` {
    private static let data = EnrolmentData(logEpoch: 3, firmware: "1.2.3")
    private static let hot = CodeKeyName.epoch(KeyEpoch(0))
    private static let spare = CodeKeyName.coldSpare(KeyEpoch(1))

    /// A new box, and a way to start it again.
    private static func withBox(
        _ backend: Backend, box: BoxID? = nil,
        _ body: (SealedKeyStore, @escaping () throws -> SealedKeyStore) throws -> Void
    ) throws {
        try backend.withHolders { holder in
            let medium = MemoryMedium()
            let store = try SealedKeyStore(making: medium, holder: holder(), box: box)
            try body(store) { try SealedKeyStore(opening: medium, holder: holder()) }
        }
    }

    /// A box that was claimed and enrolled.
    private static func withEnrolled(
        _ backend: Backend,
        _ body: (SealedKeyStore, TestFleet, @escaping () throws -> SealedKeyStore) throws -> Void
    ) throws {
        try withBox(backend) { store, restart in
            let fleet = try TestFleet()
            #expect(try store.claim(fleet.claim(on: store.box)) == .claimed)
            let bundle = try fleet.bundle(store.request(data))
            #expect(
                try store.install(bundle: bundle, at: TestFleet.now)
                    == .installed(
                        InstalledKeys(keyEpoch: KeyEpoch(0), hasSpare: true, hasOwner: true)))
            try body(store, fleet, restart)
        }
    }

    @Test(arguments: Backend.available)
    func `a new box has an identity and a device key, and nothing else`(
        backend: Backend
    ) throws {
        try Self.withBox(backend) { store, _ in
            try Self.withBox(backend) { other, _ in
                #expect(store.box != other.box)
                #expect(store.publicKey != other.publicKey)
            }
            #expect(store.backend == backend.rawValue)
            #expect(!store.isClaimed && store.fleet == nil)
            #expect(store.technicians.isEmpty && store.keyEpoch == nil)
            #expect(store.certificate == nil && store.acknowledgementKey == nil)
            for name in [Self.hot, Self.spare, .owner] {
                #expect(!store.holds(name))
                #expect(throws: CodeKeyFailure.self) {
                    try store.authenticate([1], with: name)
                }
            }
        }
    }

    @Test(arguments: Backend.available)
    func `everything is there after a restart`(backend: Backend) throws {
        try Self.withEnrolled(backend) { store, fleet, restart in
            let again = try restart()
            #expect(again.box == store.box && again.publicKey == store.publicKey)
            #expect(again.fleet == fleet.authority.fingerprint)
            #expect(again.keyEpoch == KeyEpoch(0))
            #expect(again.certificate == store.certificate && again.certificate != nil)
            #expect(again.acknowledgementKey == fleet.acknowledgement.publicKeyPEM)
            #expect(again.technicians.map(\.number) == [7, 8])
            for name in [Self.hot, Self.spare, .owner] {
                #expect(
                    try again.authenticate([1, 2], with: name)
                        == store.authenticate([1, 2], with: name))
            }
        }
    }

    @Test(arguments: Backend.available)
    func `an identity that is given is kept`(backend: Backend) throws {
        try Self.withBox(backend, box: BoxID(0x1234)) { store, restart in
            #expect(store.box == BoxID(0x1234))
            let again = try restart()
            #expect(again.box == BoxID(0x1234))
        }
    }

    @Test(arguments: Backend.available)
    func `codes are checked as the fleet makes them`(backend: Backend) throws {
        try Self.withEnrolled(backend) { store, fleet, _ in
            let software = fleet.master.codeKeys(for: store.box, keyEpoch: KeyEpoch(0))
            for name in [Self.hot, Self.spare] {
                for count in [0, 1, 23, 64, 300] {
                    let message = [UInt8](repeating: 9, count: count)
                    #expect(
                        try store.authenticate(message, with: name)
                            == software.authenticate(message, with: name))
                }
            }
            let day = try store.authenticate([1], with: Self.hot)
            let messages = (0..<46).map { UInt8($0) }
            #expect(
                store.leadingBits(of: messages, each: 23, under: day)
                    == software.leadingBits(of: messages, each: 23, under: day))
        }
    }

    @Test(arguments: Backend.available)
    func `a technician logs in, a stranger does not`(backend: Backend) throws {
        try Self.withEnrolled(backend) { store, fleet, restart in
            let seven = try #require(TechnicianID(7))
            let fleetKeys = SoftwareTechnicianKeys()
            let key = SoftwareTechnicianKeys.key(
                of: seven, on: store.box, master: fleet.technicianMaster)
            fleetKeys.install(key, pin: "4711", for: seven)
            let answer = try #require(
                try TechnicianLogin.answer(to: "12345678", by: seven, with: fleetKeys))
            for box in [store, try restart()] {
                let right = TechnicianLogin(
                    technician: seven, challenge: "12345678", answer: answer)
                #expect(try right.run(with: box))
                let stale = TechnicianLogin(
                    technician: seven, challenge: "12345679", answer: answer)
                #expect(try !stale.run(with: box))
                let nine = try #require(TechnicianID(9))
                #expect(box.pinHash(of: nine) == nil)
                #expect(try box.authenticate([1], as: nine) == nil)
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a box is claimed once`(backend: Backend) throws {
        try Self.withBox(backend) { store, restart in
            let fleet = try TestFleet()
            let other = try TestFleet()
            #expect(try store.claim(fleet.claim(on: store.box)) == .claimed)
            for box in [store, try restart()] {
                #expect(try box.claim(other.claim(8, on: box.box)) == .alreadyClaimed)
                #expect(box.fleet == fleet.authority.fingerprint)
                #expect(box.technicians.map(\.number) == [7])
            }
        }
    }

    @Test(arguments: Backend.available)
    func `the device key signs what anybody can check`(backend: Backend) throws {
        try Self.withBox(backend) { store, restart in
            let checkpoint = Checkpoint(box: store.box, epoch: 1, sequence: 4, hash: .zero)
            let verifying = try VerifyingKey(pem: store.publicKey)
            for box in [store, try restart()] {
                let jws = try box.sign(checkpoint)
                #expect(verifying.payload(ofJWS: jws) == checkpoint.payload)
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a request says who asks, each time anew`(backend: Backend) throws {
        try Self.withBox(backend) { store, _ in
            let first = try EnrolmentRequest(pem: store.request(Self.data))
            let second = try EnrolmentRequest(pem: store.request(Self.data))
            #expect(first.box == store.box && first.data == Self.data)
            #expect(first.backend == backend.rawValue)
            #expect(first.publicKey == store.publicKey)
            #expect(first.nonce.count == 16 && first.nonce != second.nonce)
        }
    }

    @Test(arguments: Backend.available)
    func `a wiped box is new, and still the same box`(backend: Backend) throws {
        try Self.withEnrolled(backend) { store, fleet, restart in
            let key = store.publicKey
            try store.wipe()
            for box in [store, try restart()] {
                #expect(box.publicKey == key && box.box == store.box)
                #expect(!box.isClaimed && box.technicians.isEmpty && box.keyEpoch == nil)
                #expect(box.certificate == nil && box.acknowledgementKey == nil)
                #expect(!box.holds(Self.hot) && !box.holds(Self.spare) && !box.holds(.owner))
            }
            #expect(try store.claim(fleet.claim(on: store.box)) == .claimed)
            let bundle = try fleet.bundle(store.request(Self.data))
            #expect(try store.install(bundle: bundle, at: nil).isInstalled)
        }
    }

    @Test(arguments: Backend.available)
    func `after KEYSWITCH the spare is the key and the old one is gone`(
        backend: Backend
    ) throws {
        try Self.withEnrolled(backend) { store, fleet, restart in
            let next = CodeKeyName.epoch(KeyEpoch(1))
            let expected = try store.authenticate([1], with: Self.spare)
            #expect(try store.authenticate([1], with: next) == expected)
            for epoch in [0, 2, 9] as [UInt16] {
                try store.switchOver(to: KeyEpoch(epoch))
                #expect(store.holds(Self.hot))
            }
            try store.switchOver(to: KeyEpoch(1))
            for box in [store, try restart()] {
                #expect(box.keyEpoch == KeyEpoch(1))
                #expect(!box.holds(Self.hot) && !box.holds(Self.spare))
                #expect(try box.authenticate([1], with: next) == expected)
                try box.switchOver(to: KeyEpoch(1))
                #expect(box.holds(next))
            }
            let bundle = try fleet.bundle(store.request(Self.data), keyEpoch: 1)
            #expect(
                try store.installSpare(bundle: bundle, at: TestFleet.now)
                    == .installed(
                        InstalledKeys(keyEpoch: KeyEpoch(1), hasSpare: true, hasOwner: true)))
            #expect(try store.authenticate([1], with: next) == expected)
            #expect(store.holds(.coldSpare(KeyEpoch(2))))
        }
    }

    @Test(arguments: Backend.available)
    func `keys of a box without a bundle are imported once`(backend: Backend) throws {
        try Tool.withFolder { folder in
            let keys = CodeKeyFolder(folder.path())
            let fleet = try TestFleet()
            try keys.create(from: fleet.master, for: BoxID(5), keyEpoch: KeyEpoch(0))
            try Self.withBox(backend, box: BoxID(5)) { store, restart in
                #expect(try store.importKeys(from: keys, keyEpoch: KeyEpoch(0)))
                let again = try restart()
                #expect(try again.importKeys(from: keys, keyEpoch: KeyEpoch(0)))
                let software = fleet.master.codeKeys(for: BoxID(5), keyEpoch: KeyEpoch(0))
                for name in [Self.hot, Self.spare] {
                    #expect(
                        try again.authenticate([1], with: name)
                            == software.authenticate([1], with: name))
                }
                try Tool.withFolder { folder in
                    let others = CodeKeyFolder(folder.path())
                    try others.create(
                        from: TestFleet().master, for: BoxID(5), keyEpoch: KeyEpoch(0))
                    let failure = #expect(throws: KeyStoreFailure.self) {
                        try again.importKeys(from: others, keyEpoch: KeyEpoch(0))
                    }
                    #expect(failure?.code == .exists)
                }
            }
        }
    }

    @Test(arguments: Backend.available)
    func `keys that are not there are not imported`(backend: Backend) throws {
        try Self.withBox(backend) { store, _ in
            let failure = #expect(throws: KeyStoreFailure.self) {
                try store.importKeys(from: CodeKeyFolder("/nowhere"), keyEpoch: KeyEpoch(0))
            }
            #expect(failure?.code == .missing)
            #expect(failure?.description.contains("/nowhere/epoch-0.key") == true)
            #expect(store.keyEpoch == nil)
        }
    }
}

extension BundleOutcome {
    var isInstalled: Bool {
        switch self {
        case .installed: true
        case .refused: false
        }
    }
}
