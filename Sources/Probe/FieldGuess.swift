public import CAN
public import Units

/// A field that may be an odometer which no profile knows: a guess, and no more.
public struct FieldGuess: Hashable, Sendable {
    /// What it is guessed by.
    public enum Relation: Hashable, Sendable {
        /// It is what the dashboard was said to show, where a count is this long.
        case dash(Millimetres)
        /// It rises with the way that the car went by its speed: a count is about this long.
        case way(Millimetres)
        /// It rises; whether with the way, nobody can say.
        case rising
    }

    /// The frame.
    public let id: CANID
    /// Where in the frame.
    public let layout: SignalLayout
    /// Its value in the first frame.
    public let first: Int64
    /// Its value in the last frame.
    public let last: Int64
    /// How often it changed; it only ever rose.
    public let changes: Int
    /// The mean time between two frames.
    public let period: Milliseconds
    /// What it is guessed by.
    public let relation: Relation
}

extension FieldGuess: CustomStringConvertible {
    /// `611 bytes 4 to 7, high byte first: 15589 to 15590, heard every 1.0 s; …`
    public var description: String {
        let last = layout.bytesNeeded - 1
        let first = last - layout.length / 8 + 1
        let order =
            switch layout.byteOrder {
            case .bigEndian: "high byte first"
            case .littleEndian: "low byte first"
            }
        let values = changes == 0 ? "always \(self.first)" : "\(self.first) to \(self.last)"
        let why =
            switch relation {
            case .dash(let count): "what the dashboard shows, in steps of \(Self.text(count))"
            case .way(let count): "rises with the way, about \(Self.text(count)) a count"
            case .rising: "rises, whether with the way is not known"
            }
        return "\(id) bytes \(first) to \(last), \(order): \(values), "
            + "heard every \(DistanceText.time(period)); \(why)"
    }

    private static func text(_ length: Millimetres) -> String {
        length < Millimetres(10_000)
            ? DistanceText.fixed(length.count, decimals: 3) + " m"
            : "\(length.flooredToMetres)"
    }
}

/// How far the car had gone when, by its speed.
struct WayLog {
    /// How many places are kept: a day, second by second.
    static let capacity = 86_400
    private var places: [(at: BootTime, way: Metres)] = []

    mutating func note(_ way: Metres, at now: BootTime) {
        guard places.last.map({ now - $0.at >= .seconds(1) }) ?? true,
            places.count < Self.capacity
        else { return }
        places.append((now, way))
    }

    /// The way up to `time`, between two places by proportion; `nil` outside.
    func way(at time: BootTime) -> Metres? {
        guard let last = places.last, time <= last.at else { return nil }
        var low = 0
        var high = places.count - 1
        while low < high {
            let middle = (low + high) / 2
            if places[middle].at < time { low = middle + 1 } else { high = middle }
        }
        let place = places[low]
        guard place.at > time else { return place.way }
        guard low > 0 else { return nil }
        let before = places[low - 1]
        let length = (place.at - before.at).count
        return before.way
            + Metres((place.way - before.way).count * (time - before.at).count / max(1, length))
    }

    /// The whole way.
    var length: Metres { (places.last?.way ?? .zero) - (places.first?.way ?? .zero) }
}
