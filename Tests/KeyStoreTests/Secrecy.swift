import AccessCode
import Foundation
import KeyStore
import Ports
import Records
import Testing
import Units

/// Looks for the bytes of a key in what was written.
enum Secrecy {
    /// Whether any eight bytes of `key` stand in `bytes`: as they are, in hexadecimal digits of
    /// either case, or in base64.
    static func shows(_ key: [UInt8], in bytes: [UInt8]) -> Bool {
        let text = Data(bytes)
        for start in stride(from: 0, through: key.count - 8, by: 4) {
            let part = Array(key[start..<start + 8])
            let digits = Hex.encode(part)
            // Base64 depends on where in three bytes a part begins: its inner characters do not.
            let encoded = (0..<3).map { lead in
                let shifted = [UInt8](repeating: 0, count: lead) + part
                let full = Data(shifted).base64EncodedString()
                return String(full.dropFirst(lead == 0 ? 0 : lead + 1).prefix(8))
            }
            let url = encoded.map {
                $0.replacing("+", with: "-").replacing("/", with: "_")
            }
            let forms =
                [Data(part)]
                + ([digits, digits.uppercased()] + encoded + url).map { Data($0.utf8) }
            if forms.contains(where: { text.range(of: $0) != nil }) { return true }
        }
        return false
    }
}

@Suite struct `Secrecy of keys` {
    @Test func `the search finds a key in every form`() throws {
        let key = (0..<32).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 11) }
        for lead in 0..<3 {
            let bytes = [UInt8](repeating: 0x20, count: lead) + key
            #expect(Secrecy.shows(key, in: bytes))
            #expect(Secrecy.shows(key, in: Array(Hex.encode(bytes).utf8)))
            #expect(Secrecy.shows(key, in: Array(Hex.encode(bytes).uppercased().utf8)))
            #expect(Secrecy.shows(key, in: Array(Data(bytes).base64EncodedString().utf8)))
            #expect(Secrecy.shows(key, in: Array(Base64URL.encode(bytes).utf8)))
        }
        #expect(!Secrecy.shows(key, in: key.map { $0 ^ 1 }))
    }

    /// Everything that is written, sent, printed or thrown over the life of a box.
    @Test func `no key is in anything that leaves a key store`() throws {
        let box = try ClaimedBox(fleet: TestFleet())
        let id = box.store.box
        let seven = try #require(TechnicianID(7))
        let keys: [SecretBytes] = [
            box.fleet.master.hot, box.fleet.master.cold, box.fleet.technicianMaster,
            box.fleet.master.hotKey(of: id, in: KeyEpoch(0)),
            box.fleet.master.spareKey(of: id, for: KeyEpoch(1)),
            SoftwareTechnicianKeys.key(
                of: seven, on: id, master: box.fleet.technicianMaster),
            SoftwareTechnicianKeys.pinHash(of: "4711"),
        ]
        var told: [String] = []
        let request = try box.request()
        let bundle = try box.fleet.bundle(request) { content in
            content.ownerKey = keys[3]
            told.append("\(content.epochKey) \(content)")
        }
        told += [request, bundle, "\(try box.fleet.claim(on: id))"]
        told.append("\(try box.store.install(bundle: bundle, at: nil))")
        told.append("\(try box.store.install(bundle: request, at: nil))")
        told.append(
            try box.store.sign(Checkpoint(box: id, epoch: 1, sequence: 1, hash: .zero)))
        told += [box.store.publicKey, box.store.certificate ?? "", "\(box.store)"]
        told += keys.map { "\($0)" }
        dump(box.store.technicians, to: &told[0])
        for code in [CodeKeyName.epoch(KeyEpoch(9)), .coldSpare(KeyEpoch(9))] {
            do { _ = try box.store.authenticate([1], with: code) } catch { told.append("\(error)") }
        }
        for holder in [
            FileKeyHolder(Backend.facts), FileKeyHolder(MachineFacts(machine: "x", serial: "")),
        ] {
            let image = box.medium.content.mapValues { Array($0.dropLast()) }
            do { _ = try SealedKeyStore(opening: MemoryMedium(image), holder: holder) } catch {
                told.append("\(error)")
            }
        }
        for (index, key) in keys.enumerated() {
            let bytes = unsafe key.withBytes { unsafe Array($0) }
            for text in told {
                #expect(!Secrecy.shows(bytes, in: Array(text.utf8)), "key \(index)")
            }
            for written in box.medium.history {
                #expect(!Secrecy.shows(bytes, in: written), "key \(index)")
            }
        }
    }
}
