/// Bytes that wait for a slow line, up to a bound.
///
/// What does not fit is refused as a whole: half a line of text is worse than none.
public struct OutgoingQueue: Hashable, Sendable {
    /// How many bytes may wait.
    public let limit: Int
    private var bytes: [UInt8] = []
    private var start = 0

    /// An empty queue for at most `limit` bytes, which is positive.
    public init(limit: Int) {
        precondition(limit > 0, "A queue has room for something.")
        self.limit = limit
    }

    /// How many bytes wait.
    public var count: Int { bytes.count - start }

    /// Whether none waits.
    public var isEmpty: Bool { count == 0 }

    /// The bytes that wait, the oldest first.
    public var waiting: ArraySlice<UInt8> { bytes[start...] }

    /// Adds `added` behind the others.
    ///
    /// - Returns: `false`, and nothing was added, where there is no room for all of it.
    public mutating func append(_ added: [UInt8]) -> Bool {
        guard added.count <= limit - count else { return false }
        bytes += added
        return true
    }

    /// The oldest `taken` bytes are gone. Traps for more than wait.
    public mutating func remove(_ taken: Int) {
        precondition((0...count).contains(taken), "Only what waits can go.")
        start += taken
        // Moved together now and then, so that a queue that never empties does not grow.
        if start == bytes.count || start >= limit {
            bytes.removeFirst(start)
            start = 0
        }
    }

    /// Nothing waits any more.
    public mutating func clear() {
        bytes = []
        start = 0
    }
}
