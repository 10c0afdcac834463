import AccessCode
import KeyStore
import Testing
import Units

/// Mistakes of the program that calls, which stop it before it does harm.
@Suite struct `Broken promises` {
    @Test func `redeeming twice traps`() async {
        await #expect(processExitsWith: .failure) {
            var book = CodeBook(box: BoxID(1), keyEpoch: KeyEpoch(0), hasColdSpare: false)
            book.redeem(eight, keyEpoch: KeyEpoch(0))
            book.end()
            book.redeem(eight, keyEpoch: KeyEpoch(0))
        }
    }

    @Test func `a digit above nine traps`() async {
        await #expect(processExitsWith: .failure) { _ = CodeText(digits: [9, 10]) }
    }

    @Test func `a revocation off the hour traps`() async {
        await #expect(processExitsWith: .failure) {
            let box = TestBox()
            _ = try box.issuer.revoke(through: slot(15), with: box.keys)
        }
    }

    @Test func `truncating a short hash or to ten digits traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = OneTimePassword.truncate([UInt8](repeating: 0, count: 19), digits: 6)
        }
        await #expect(processExitsWith: .failure) {
            _ = OneTimePassword.truncate([UInt8](repeating: 0, count: 20), digits: 10)
        }
        #expect(OneTimePassword.truncate([UInt8](repeating: 0, count: 20), digits: 9) == 0)
    }
}
