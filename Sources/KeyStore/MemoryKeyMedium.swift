/// A place in memory for the files of a key store: of a simulated box, whose power cuts its keys
/// outlive.
public final class MemoryKeyMedium: KeyMedium {
    /// What is there.
    public var files: [String: [UInt8]] = [:]
    /// How many files were written.
    public private(set) var writes = 0
    /// `in memory`
    public let place = "in memory"

    /// An empty one.
    public init() {}

    /// The bytes of `name`; `nil` where there is none.
    public func read(_ name: String) -> [UInt8]? { files[name] }

    /// Makes `name` anew with `bytes` in it.
    public func write(_ bytes: [UInt8], to name: String) {
        files[name] = bytes
        writes += 1
    }

    /// Memory has no other side.
    public func synchronize(_ name: String) {}

    /// Gives `name` the name `other`.
    public func rename(_ name: String, to other: String) {
        files[other] = files.removeValue(forKey: name)
    }

    /// Memory has no other side.
    public func synchronizeNames() {}
}
