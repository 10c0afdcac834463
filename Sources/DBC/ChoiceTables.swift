/// The value tables of all signals, each sorted by raw value, in one flat list.
struct ChoiceTables: Sendable {
    /// Where a table stands.
    struct Place {
        var first: Int32
        var count: Int32
        /// The raw values follow each other, so that the first tells where the others are.
        var isDense: Bool

        var isEmpty: Bool { count == 0 }
    }

    private var raws: [Int64] = []
    private var choices: [Int32] = []

    /// Adds a table; of several lines of one raw value the last counts.
    mutating func add(_ table: [DBCChoice]) -> Place {
        let first = raws.count
        let sorted = table.enumerated().sorted {
            ($0.element.raw, $0.offset) < ($1.element.raw, $1.offset)
        }
        for (index, choice) in sorted {
            if raws.count > first, raws[raws.count - 1] == choice.raw {
                choices[raws.count - 1] = Int32(index)
            } else {
                raws.append(choice.raw)
                choices.append(Int32(index))
            }
        }
        let count = raws.count - first
        var isDense = false
        if count > 0 {
            let (span, isTooWide) = raws[raws.count - 1].subtractingReportingOverflow(raws[first])
            isDense = !isTooWide && span == Int64(count) - 1
        }
        return Place(first: Int32(first), count: Int32(count), isDense: isDense)
    }

    /// The place in the file's table of the line with this raw value.
    @inline(__always)
    func find(_ raw: Int64, in place: Place) -> Int? {
        let first = Int(place.first)
        if place.isDense {
            // Wraps around for what lies below: too much, too.
            let distance = UInt64(bitPattern: raw &- raws[first])
            return distance < UInt64(place.count) ? Int(choices[first + Int(distance)]) : nil
        }
        var low = first
        var high = first + Int(place.count)
        while low < high {
            let middle = (low + high) / 2
            if raws[middle] < raw { low = middle + 1 } else { high = middle }
        }
        guard low < first + Int(place.count), raws[low] == raw else { return nil }
        return Int(choices[low])
    }
}
