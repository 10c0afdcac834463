/// A small seeded generator for simulated worlds: the same seed gives the same numbers everywhere.
///
/// After Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). It is no
/// source of secrets.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    /// A generator that starts from `seed`; every seed is as good as another.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The next number of 0..<`bound`, each as likely as another. `bound` must be positive.
    ///
    /// It is the high half of a product, after Lemire: the few low products that would favour some
    /// numbers are drawn again.
    public mutating func next(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "there is no number below zero to draw")
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold {
                product = next().multipliedFullWidth(by: bound)
            }
        }
        return product.high
    }

    /// A fair coin.
    public mutating func flip() -> Bool { next() & 1 == 0 }
}
