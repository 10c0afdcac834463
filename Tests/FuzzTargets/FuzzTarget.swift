/// A parser of outside bytes, and what must hold for every bytes.
public struct FuzzTarget: Sendable {
    /// The name, which is also that of its folder in `Tests/Corpora`.
    public let name: String
    /// Takes any bytes; traps where something that must hold does not.
    public let take: @Sendable ([UInt8]) -> Void

    init(_ name: String, _ take: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.take = take
    }

    /// The target called `name`.
    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

    /// Every target, in the order in which they are run.
    public static let all: [FuzzTarget] = [
        candump, asc, csv, trc, dbc, isotp, profile, record, configuration, netlink,
        console, bundle, request, keyfile,
    ]
}
