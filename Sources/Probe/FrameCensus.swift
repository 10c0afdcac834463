public import CAN
public import Units

/// Which identifiers were heard, and how often.
public struct FrameCensus: Hashable, Sendable {
    /// One identifier.
    public struct Sight: Hashable, Sendable {
        /// The identifier.
        public let id: CANID
        /// How many frames had it.
        public fileprivate(set) var count = 1
        /// When the first came.
        public let first: BootTime
        /// When the last came.
        public fileprivate(set) var last: BootTime

        /// The mean time from one frame to the next; `nil` for a single frame.
        public var period: Milliseconds? {
            count > 1 ? Milliseconds((last - first).count / Int64(count - 1)) : nil
        }
    }

    /// The identifiers in the order in which they were first heard.
    public private(set) var sights: [Sight] = []
    private var base = [Int32](repeating: -1, count: 0x800)
    private var extended: [CANID: Int] = [:]

    /// How many identifiers are told apart; frames of further ones are not counted.
    ///
    /// A car has a few hundred. Noise, or somebody with an adapter, could fill any memory.
    public static let identifiersMaximum = 4096

    /// Nothing heard.
    public init() {}

    /// Counts a frame with `id` at `now`; the place of the identifier in ``sights``.
    @discardableResult
    mutating func count(_ id: CANID, at now: BootTime) -> Int? {
        if let place = place(of: id) {
            sights[place].count += 1
            sights[place].last = now
            return place
        }
        guard sights.count < Self.identifiersMaximum else { return nil }
        if id.isExtended {
            extended[id] = sights.count
        } else {
            base[Int(id.number)] = Int32(sights.count)
        }
        sights.append(Sight(id: id, first: now, last: now))
        return sights.count - 1
    }

    private func place(of id: CANID) -> Int? {
        guard !id.isExtended else { return extended[id] }
        let place = base[Int(id.number)]
        return place < 0 ? nil : Int(place)
    }

    /// What was heard of `id`.
    public subscript(id: CANID) -> Sight? { place(of: id).map { sights[$0] } }
}
