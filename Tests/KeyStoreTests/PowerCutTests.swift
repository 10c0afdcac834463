import AccessCode
import KeyStore
import Ports
import Testing
import Units

@Suite struct `Power cuts while keys are changed` {
    private static var holder: FileKeyHolder { FileKeyHolder(Backend.facts) }

    /// Cuts the power at every step of `action` on a medium that holds `before`, and lends what may
    /// be found then, each of it.
    private static func cut(
        _ before: [String: [UInt8]], _ action: (MemoryMedium) throws -> Void,
        _ body: ([String: [UInt8]]) throws -> Void
    ) throws {
        let whole = MemoryMedium(before)
        try action(whole)
        #expect(whole.steps >= 4)
        for step in 0..<whole.steps {
            let medium = MemoryMedium(before)
            medium.cutAt = step
            #expect(throws: KeyStoreFailure.self) { try action(medium) }
            for image in medium.images { try body(image) }
        }
    }

    @Test func `a box that was being made is made or not there`() throws {
        var made = 0
        try Self.cut([:]) { medium in
            _ = try SealedKeyStore(making: medium, holder: Self.holder)
        } _: { image in
            let medium = MemoryMedium(image)
            if try SealedKeyStore.exists(in: medium) {
                made += 1
                _ = try SealedKeyStore(opening: medium, holder: Self.holder)
            } else {
                _ = try SealedKeyStore(making: medium, holder: Self.holder)
            }
        }
        #expect(made > 0)
    }

    @Test func `a bundle is installed as a whole or not at all, and is taken again`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request())
        var installed: Set<Bool> = []
        try Self.cut(box.medium.content) { medium in
            let store = try SealedKeyStore(opening: medium, holder: Self.holder)
            _ = try store.install(bundle: bundle, at: nil)
        } _: { image in
            let store = try SealedKeyStore(opening: MemoryMedium(image), holder: Self.holder)
            installed.insert(store.keyEpoch != nil)
            if store.keyEpoch == nil {
                #expect(store.technicians.count == 1 && store.certificate == nil)
            } else {
                #expect(store.technicians.count == 2 && store.certificate != nil)
                #expect(store.holds(.coldSpare(KeyEpoch(1))) && store.holds(.owner))
            }
            #expect(try store.install(bundle: bundle, at: nil).isInstalled)
        }
        #expect(installed == [false, true])
    }

    @Test func `a claim, a wipe and a switch are done as a whole or not at all`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let bundle = try box.fleet.bundle(box.request())
        _ = try box.store.install(bundle: bundle, at: nil)
        for change: (SealedKeyStore) throws -> Void in [
            { try $0.wipe() }, { try $0.switchOver(to: KeyEpoch(1)) },
            { _ = try $0.request(ClaimedBox.data) },
        ] {
            try Self.cut(box.medium.content) { medium in
                try change(SealedKeyStore(opening: medium, holder: Self.holder))
            } _: { image in
                let store = try SealedKeyStore(opening: MemoryMedium(image), holder: Self.holder)
                #expect(store.box == box.store.box && store.publicKey == box.store.publicKey)
                #expect(store.isClaimed == (store.keyEpoch != nil))
                #expect(store.isClaimed == !store.technicians.isEmpty)
            }
        }
    }

    @Test func `a failed write leaves what was, also in memory`() throws {
        let medium = MemoryMedium()
        let store = try SealedKeyStore(making: medium, holder: Self.holder)
        let fleet = try TestFleet()
        medium.cutAt = medium.steps
        #expect(throws: KeyStoreFailure.self) { try store.claim(fleet.claim(on: store.box)) }
        #expect(!store.isClaimed && store.technicians.isEmpty)
        medium.cutAt = nil
        #expect(try store.claim(fleet.claim(on: store.box)) == .claimed)
    }

    @Test func `a cut between storing and counting is finished at the next start`() throws {
        let medium = MemoryMedium()
        let holder = CountingHolder()
        let store = try SealedKeyStore(making: medium, holder: holder)
        let fleet = try TestFleet()
        holder.failsToCount = true
        #expect(throws: KeyStoreFailure.self) { try store.claim(fleet.claim(on: store.box)) }
        #expect(holder.count == 5)
        holder.failsToCount = false
        let again = try SealedKeyStore(opening: medium, holder: holder)
        #expect(again.isClaimed && holder.count == 6)
        _ = try SealedKeyStore(opening: medium, holder: holder)
        #expect(holder.count == 6)
    }

    @Test(arguments: [(-2, KeyStoreFailure.Code.damaged), (1, .rolledBack), (2, .rolledBack)])
    func `a counter that is apart tells what happened`(
        offset: Int, code: KeyStoreFailure.Code
    ) throws {
        let medium = MemoryMedium()
        let holder = CountingHolder()
        _ = try SealedKeyStore(making: medium, holder: holder)
        holder.count = UInt64(Int(holder.count) + offset)
        let failure = #expect(throws: KeyStoreFailure.self) {
            try SealedKeyStore(opening: medium, holder: holder)
        }
        #expect(failure?.code == code)
    }
}
