import KeyStore
import Ports

/// Blocks of `keys.md`.
enum KeysPage {
    static let blocks = [
        Block("keys", "bundles") {
            try Table.cases(
                of: BundleRefusal.self, named: "BundleRefusal", in: "Ports", head: "refusal")
        },
        Block("keys", "requests") {
            try Table.cases(
                of: RequestRefusal.self, named: "RequestRefusal", in: "KeyStore", head: "refusal")
        },
        Block("keys", "failures") {
            try Table.cases(
                of: KeyStoreFailure.Code.self, named: "KeyStoreFailure.Code", in: "Ports",
                head: "failure")
        },
    ]
}
