public import Ports

/// Where the few small files of a key store are kept. Each step may be the last before a power
/// cut; what was not synchronized may be gone then, in any part.
public protocol KeyMedium: AnyObject {
    /// What it is called in messages.
    var place: String { get }

    /// The bytes of `name`; `nil` where there is none.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func read(_ name: String) throws(KeyStoreFailure) -> [UInt8]?

    /// Makes `name` anew with `bytes` in it.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func write(_ bytes: [UInt8], to name: String) throws(KeyStoreFailure)

    /// Makes the bytes of `name` durable.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func synchronize(_ name: String) throws(KeyStoreFailure)

    /// Gives `name` the name `other`, in place of what had it.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func rename(_ name: String, to other: String) throws(KeyStoreFailure)

    /// Makes the names durable.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func synchronizeNames() throws(KeyStoreFailure)
}

extension KeyMedium {
    /// Makes `name` hold `bytes`, durably, all of them or what it held before.
    func replace(_ name: String, with bytes: [UInt8]) throws(KeyStoreFailure) {
        let draft = name + ".new"
        try write(bytes, to: draft)
        try synchronize(draft)
        try rename(draft, to: name)
        try synchronizeNames()
    }
}
