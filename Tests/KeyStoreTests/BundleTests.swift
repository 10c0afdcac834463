import AccessCode
import Foundation
import KeyStore
import Ports
import Testing
import Units

/// A box that was claimed for a fleet, in memory.
struct ClaimedBox {
    let medium = MemoryMedium()
    let fleet: TestFleet
    let store: SealedKeyStore

    static let data = EnrolmentData(logEpoch: 1, firmware: "1.0.0")

    init(fleet: TestFleet) throws {
        self.fleet = fleet
        store = try SealedKeyStore(making: medium, holder: FileKeyHolder(Backend.facts))
        _ = try store.claim(fleet.claim(on: store.box))
    }

    func request() throws -> String { try store.request(Self.data) }
}

@Suite struct `Bundles` {
    private static func expect(
        _ refusal: BundleRefusal, of bundle: String, by box: ClaimedBox,
        at now: WallTime? = TestFleet.now, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = box.medium.content
        let outcome = try box.store.install(bundle: bundle, at: now)
        #expect(outcome == .refused(refusal), sourceLocation: sourceLocation)
        let spare = try box.store.installSpare(bundle: bundle, at: now)
        #expect(!spare.isInstalled, sourceLocation: sourceLocation)
        #expect(box.medium.content == before, "nothing changes", sourceLocation: sourceLocation)
    }

    @Test func `a bundle fits into what a console takes, with all the technicians there may be`()
        throws
    {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request(), technicians: 1...32)
        #expect(bundle.hasPrefix("-----BEGIN CMS-----\n"))
        #expect(bundle.utf8.count <= Bundle.lengthMaximum)
        #expect(try box.store.install(bundle: bundle, at: nil).isInstalled)
        #expect(box.store.technicians.count == 32)
    }

    @Test(arguments: [0, 33])
    func `a bundle without technicians, or with too many, is none`(count: Int) throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request(), technicians: 1...33) { content in
            content.technicians = Array(content.technicians.prefix(count))
        }
        try Self.expect(.notABundle, of: bundle, by: box)
    }

    @Test func `the bundle that was installed last is installed, however often`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request())
        let first = try box.store.install(bundle: bundle, at: TestFleet.now)
        let again = try SealedKeyStore(
            opening: MemoryMedium(box.medium.content), holder: FileKeyHolder(Backend.facts))
        let late = TestFleet.now + Milliseconds(3 * TestFleet.day)
        #expect(try again.install(bundle: bundle, at: late) == first)
        // Only all of it was installed: for its spare alone it is an old one.
        #expect(try again.installSpare(bundle: bundle, at: late) == .refused(.replayed))
        let second = try box.fleet.bundle(again.request(Self.data))
        #expect(try again.install(bundle: second, at: TestFleet.now).isInstalled)
        #expect(try again.install(bundle: bundle, at: TestFleet.now) == .refused(.replayed))
    }

    private static let data = ClaimedBox.data

    @Test func `a bundle of an earlier request is replayed`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request())
        _ = try box.request()
        try Self.expect(.replayed, of: bundle, by: box)
    }

    @Test(arguments: [(-1, true), (0, false), (1, false)])
    func `a bundle is taken until it expires`(offset: Int64, isTaken: Bool) throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request())
        let now = TestFleet.now + Milliseconds(TestFleet.day + offset)
        if isTaken {
            #expect(try box.store.install(bundle: bundle, at: now).isInstalled)
        } else {
            try Self.expect(.expired, of: bundle, by: box, at: now)
            // A box that does not know the time goes by the nonce.
            #expect(try box.store.install(bundle: bundle, at: nil).isInstalled)
        }
    }

    @Test func `a fleet whose certificate has expired signs nothing`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request()) { content in
            content.expires = TestFleet.now + Milliseconds(9000 * TestFleet.day)
        }
        let late = TestFleet.now + Milliseconds(3651 * TestFleet.day)
        try Self.expect(.expired, of: bundle, by: box, at: late)
    }

    @Test func `a box that nobody claimed takes no bundle`() throws {
        let store = try SealedKeyStore(
            making: MemoryMedium(), holder: FileKeyHolder(Backend.facts))
        let bundle = try TestFleet().bundle(store.request(Self.data))
        #expect(try store.install(bundle: bundle, at: nil) == .refused(.notClaimed))
    }

    @Test func `another fleet's bundle is refused, whatever it says it is`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let other = try TestFleet()
        let request = try box.request()
        try Self.expect(.wrongFleet, of: other.bundle(request), by: box)
        // It has the true fleet's certificates inside, and is signed by another.
        try Self.expect(
            .wrongFleet, of: box.fleet.bundle(request, by: other), by: box)
        // It is signed by the true fleet, and would have the box trust another.
        try Self.expect(
            .wrongFleet,
            of: box.fleet.bundle(request) { content in
                content.fleetCertificate = other.authority.certificate.pem
            }, by: box)
        try Self.expect(
            .wrongFleet,
            of: box.fleet.bundle(request) { content in
                content.certificate = try other.certificate(EnrolmentRequest(pem: request)).pem
            }, by: box)
    }

    @Test func `a bundle for another box is refused`() throws {
        let fleet = try TestFleet()
        let box = try ClaimedBox(fleet: fleet)
        let other = try ClaimedBox(fleet: fleet)
        let request = try box.request()
        // For the key of another box.
        try Self.expect(.notForThisBox, of: fleet.bundle(other.request()), by: box)
        // For this key, and yet another box.
        try Self.expect(
            .notForThisBox, of: fleet.bundle(request) { $0.box = other.store.box }, by: box)
        try Self.expect(
            .notForThisBox,
            of: fleet.bundle(request) { content in
                content.certificate = try fleet.certificate(
                    EnrolmentRequest(pem: other.request())
                ).pem
            }, by: box)
    }

    @Test func `an epoch before that of the box is refused, the same and a later one are not`()
        throws
    {
        let box = try ClaimedBox(fleet: TestFleet())
        #expect(
            try box.store.install(bundle: box.fleet.bundle(box.request(), keyEpoch: 5), at: nil)
                .isInstalled)
        try Self.expect(.tooOld, of: box.fleet.bundle(box.request(), keyEpoch: 4), by: box)
        for epoch in [5, 6] as [UInt16] {
            let bundle = try box.fleet.bundle(box.request(), keyEpoch: epoch)
            #expect(try box.store.install(bundle: bundle, at: nil).isInstalled)
            #expect(box.store.keyEpoch == KeyEpoch(epoch))
        }
        #expect(!box.store.holds(.epoch(KeyEpoch(5))))
    }

    @Test func `a spare comes in a bundle of the box's own epoch`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let first = try box.fleet.bundle(box.request(), keyEpoch: 1) { $0.spareKey = nil }
        #expect(
            try box.store.install(bundle: first, at: nil)
                == .installed(
                    InstalledKeys(keyEpoch: KeyEpoch(1), hasSpare: false, hasOwner: true)))
        for epoch in [0, 2] as [UInt16] {
            let bundle = try box.fleet.bundle(box.request(), keyEpoch: epoch)
            #expect(
                try box.store.installSpare(bundle: bundle, at: nil) == .refused(.tooOld))
        }
        let without = try box.fleet.bundle(box.request(), keyEpoch: 1) { $0.spareKey = nil }
        #expect(try box.store.installSpare(bundle: without, at: nil) == .refused(.noSpare))
        let hot = try box.store.authenticate([1], with: .epoch(KeyEpoch(1)))
        let bundle = try box.fleet.bundle(box.request(), keyEpoch: 1, technicians: 3...3) {
            $0.epochKey = SecretBytes([UInt8](repeating: 1, count: 32))
        }
        #expect(try box.store.installSpare(bundle: bundle, at: nil).isInstalled)
        #expect(box.store.holds(.coldSpare(KeyEpoch(2))))
        #expect(try box.store.authenticate([1], with: .epoch(KeyEpoch(1))) == hot)
        #expect(box.store.technicians.map(\.number) == [7, 8])
        #expect(try box.store.installSpare(bundle: bundle, at: nil).isInstalled)
    }

    @Test(arguments: [
        "", "-----BEGIN CMS-----\n-----END CMS-----\n",
        "-----BEGIN CMS-----\nMAA=\n-----END CMS-----",
        "hello", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        String(repeating: "A", count: 16_385),
    ])
    func `what is no bundle is refused`(text: String) throws {
        try Self.expect(.notABundle, of: text, by: ClaimedBox(fleet: TestFleet()))
    }

    @Test func `what is inside must make sense`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let request = try box.request()
        for change: (inout BundleContent) -> Void in [
            { $0.certificate = "no certificate" }, { $0.fleetCertificate = "" },
            { $0.acknowledgementKey = "-----BEGIN PUBLIC KEY-----" },
            { $0.epochKey = SecretBytes([UInt8](repeating: 1, count: 20)) },
            { $0.spareKey = SecretBytes([UInt8](repeating: 1, count: 31)) },
            { $0.keyEpoch = KeyEpoch(.max) }, { $0.nonce = [1] },
            { $0.technicians += $0.technicians },
        ] {
            try Self.expect(
                .notABundle, of: box.fleet.bundle(request) { change(&$0) }, by: box)
        }
    }

    /// What of a bundle is neither signed nor encrypted (version numbers, algorithm lists) may be
    /// changed by whoever carries it; what is installed may not.
    @Test func `no changed byte of a bundle brings anything else`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request())
        let body = bundle.split(separator: "\n").dropFirst().dropLast().joined()
        let der = Array(try #require(Data(base64Encoded: body)))
        let image = box.medium.content
        var refusals: Set<BundleRefusal> = []
        var taken = 0
        func store() throws -> SealedKeyStore {
            try SealedKeyStore(opening: MemoryMedium(image), holder: FileKeyHolder(Backend.facts))
        }
        let honest = try store()
        #expect(try honest.install(bundle: bundle, at: TestFleet.now).isInstalled)
        for index in stride(from: 0, to: der.count, by: 3) {
            var changed = der
            changed[index] ^= 1
            let lines = Data(changed).base64EncodedString(options: [
                .lineLength64Characters, .endLineWithLineFeed,
            ])
            let pem = "-----BEGIN CMS-----\n\(lines)\n-----END CMS-----\n"
            let store = try store()
            switch try store.install(bundle: pem, at: TestFleet.now) {
            case .installed:
                taken += 1
                #expect(store.technicians == honest.technicians)
                #expect(store.certificate == honest.certificate)
                for name in [CodeKeyName.epoch(KeyEpoch(0)), .coldSpare(KeyEpoch(1)), .owner] {
                    #expect(
                        try store.authenticate([1], with: name)
                            == honest.authenticate([1], with: name))
                }
            case .refused(let refusal): refusals.insert(refusal)
            }
        }
        #expect(taken < 10)
        #expect(refusals.isSuperset(of: [.notABundle, .badSignature, .wrongFleet]))
    }
}
