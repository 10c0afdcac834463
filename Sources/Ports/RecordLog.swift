public import Records
public import Units

/// Why something was not stored.
public struct StorageError: Error, Equatable, CustomStringConvertible {
    /// The stable codes of what storage can do wrong.
    public enum Code: String, CaseIterable, Sendable {
        /// There is no room.
        case full
        /// The medium takes no writes.
        case readOnly
        /// What is stored contradicts itself.
        case damaged
        /// It belongs to another box or epoch, or is of a version that this program does not know.
        case foreign
        /// Any other failure of the medium.
        case failed
    }

    /// The code to branch on. Equality is on this alone.
    public let code: Code
    /// What was tried, on what.
    public let operation: String
    /// Why it failed, and what to do.
    public let reason: String

    /// `operation` failed with `code` for `reason`.
    public init(_ code: Code, operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }

    /// Same code.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// `append to trip.db: database or disk is full (full)`
    public var description: String { "\(operation): \(reason) (\(code.rawValue))" }
}

/// Where the chain of a log stands.
public struct LogHead: Hashable, Sendable {
    /// The number of the last record; 0 before the first.
    public var sequence: Int64
    /// The hash of its envelope; zeros before the first.
    public var hash: Digest256

    /// The head behind record `sequence` whose envelope hashes to `hash`.
    public init(sequence: Int64, hash: Digest256) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// How full the medium is, in the steps at which the box changes what it does.
public enum StorageLevel: String, CaseIterable, Sendable, Comparable {
    /// Room for everything.
    case normal
    /// 90 % full: no more marks.
    case tight
    /// No room for a whole rental: no new rentals.
    case full
    /// Takes no writes.
    case readOnly

    /// Better first.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// The append-only log of one box: the runtime's only way to make something durable.
public protocol RecordLog: AnyObject {
    /// The box that writes it.
    var box: BoxID { get }
    /// The log epoch.
    var epoch: UInt32 { get }
    /// Where the chain stands.
    var head: LogHead { get }
    /// How full the medium is.
    var level: StorageLevel { get }

    /// Appends `drafts` in order and, unless `snapshot` is `nil`, replaces it, in one durable
    /// transaction: after it returns, neither a power cut nor a crash loses any of it; if it
    /// throws, none of it happened.
    ///
    /// - Throws: ``StorageError``.
    func append(_ drafts: [RecordDraft], snapshot: [UInt8]?) throws(StorageError)

    /// The last snapshot that ``append(_:snapshot:)`` stored; `nil` before the first.
    ///
    /// - Throws: ``StorageError``.
    func snapshot() throws(StorageError) -> [UInt8]?

    /// The records whose numbers lie in `sequences` and are still kept, in order.
    ///
    /// - Throws: ``StorageError``.
    func records(_ sequences: ClosedRange<Int64>) throws(StorageError) -> [StoredRecord]
}
