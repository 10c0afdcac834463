internal import CAN
internal import DBC
internal import Diagnostics
internal import Units
internal import Vehicle

/// A source as bits, and what a count of them is.
struct SourceValue {
    var source: SignalSource
    var scale: Double
    var offset: Double
    var unit: String
    /// Where the unit would be corrected.
    var unitPlace: ProfilePlace

    /// One count in words, and all of them until it begins again.
    func shown(modulus: Int64?) -> (each: String, wrap: String) {
        let each = "\(ProfileUnits.short(scale)) \(unit)"
        guard let modulus else { return (each, "never") }
        return (each, "\(ProfileUnits.short(scale * Double(modulus))) \(unit)")
    }
}

extension ProfilePlace {
    /// The quantity that this is about: the path without places in lists.
    var quantity: String {
        path.split(separator: "[").first.map(String.init) ?? path
    }
}

extension ProfileCompiler {
    /// The bits of a source; a polled one becomes a query, too, and is called `name`.
    mutating func value(
        _ entry: SourceEntry, called name: String, isOdometer: Bool = false
    ) -> SourceValue? {
        let maxAge = entry.maxAge.map { Milliseconds($0) }
        switch entry.origin {
        case .broadcast(let broadcast): return broadcastValue(broadcast, entry.place, maxAge)
        case .polled(let polled):
            guard let key = query(polled, entry.place, isOdometer: isOdometer) else { return nil }
            let start = polled.firstByte * 8 + (polled.byteOrder == .bigEndian ? 7 : 0)
            let layout = SignalLayout(
                start: start, length: polled.bytes * 8, byteOrder: polled.byteOrder)
            guard let layout, layout.bytesNeeded <= 8 else {
                preconditionFailure("Bytes within the first eight have a layout.")
            }
            // Two answers may go missing before a value is stale.
            let source = SignalSource(
                .answer(key), name: name, layout: layout,
                maxAge: maxAge ?? Milliseconds(max(polled.interval * 5 / 2, 1000)))
            return SourceValue(
                source: source, scale: polled.scale, offset: polled.offset, unit: polled.unit,
                unitPlace: entry.place.at("unit"))
        }
    }

    private mutating func broadcastValue(
        _ entry: BroadcastEntry, _ place: ProfilePlace, _ maxAge: Milliseconds?
    ) -> SourceValue? {
        guard let message = message(entry.message, place) else { return nil }
        let signal = field(entry.signal, entry.message, place.at("signal"))
        var gates: [SignalGate] = []
        if let condition = entry.condition {
            let place = condition.place
            guard let flag = field(condition.signal, entry.message, place.at("signal")) else {
                return nil
            }
            if !flag.layout.range.contains(condition.equals) {
                mistakes.add(
                    place.at("equals"), "\(condition.equals) does not lie within the signal",
                    "correct it")
            }
            gates.append(SignalGate(layout: flag.layout, value: condition.equals))
        }
        guard let signal, let branches = branchGates(signal, of: message, place) else {
            return nil
        }
        let source = SignalSource(
            id: message.id, name: signal.name, layout: signal.layout, gates: gates + branches,
            maxAge: maxAge)
        return SourceValue(
            source: source, scale: signal.scale, offset: signal.offset, unit: signal.unit,
            unitPlace: place)
    }

    /// The gates of all multiplexors on the way to a signal.
    private mutating func branchGates(
        _ signal: DBCSignal, of message: DBCMessage, _ place: ProfilePlace
    ) -> [SignalGate]? {
        var gates: [SignalGate] = []
        var presence = signal.presence
        while true {
            switch presence {
            case .always: return gates
            case .never:
                mistakes.add(place, "its message has no multiplexor", "correct the DBC file")
                return nil
            case .selected(let by, let values):
                let multiplexor = message.signals[by]
                guard let gate = gate(multiplexor.layout, values, place) else { return nil }
                gates.append(gate)
                presence = multiplexor.presence
            }
        }
    }

    /// Open while the bits at `layout`, without a sign, are one of `values`.
    private mutating func gate(
        _ layout: SignalLayout, _ values: [ClosedRange<UInt64>], _ place: ProfilePlace
    ) -> SignalGate? {
        let plain = SignalLayout(
            start: layout.start, length: layout.length, byteOrder: layout.byteOrder)
        let top = UInt64(Int64.max)
        guard let plain, layout.bytesNeeded <= 8, values.allSatisfy({ $0.upperBound <= top })
        else {
            mistakes.add(place, "its multiplexor is of no classic frame", "correct the DBC file")
            return nil
        }
        return SignalGate(
            layout: plain, values: values.map { Int64($0.lowerBound)...Int64($0.upperBound) })
    }

    /// The message of this identifier.
    mutating func message(_ id: CANID, _ place: ProfilePlace) -> DBCMessage? {
        guard let name = document.dbc, let dbc else {
            mistakes.add(
                place.at("message"), "the profile names no DBC file",
                "write the file that lays out message \(id) as 'dbc'")
            return nil
        }
        guard let message = dbc.message(id) else {
            mistakes.add(
                place.at("message"), "\(name) has no message \(id)",
                "correct the identifier or add the message")
            return nil
        }
        return message
    }

    /// The signal of this name in a frame of classic length.
    mutating func field(_ name: String, _ id: CANID, _ place: ProfilePlace) -> DBCSignal? {
        guard let dbc, let message = dbc.message(id) else { return nil }
        guard let signal = message.signal(name) else {
            let known = message.signals.map(\.name)
            let nearest = NearestKey.of(name, among: known).map { "did you mean \($0)?" }
            mistakes.add(
                place, "message \(id) has no signal \(name)",
                nearest
                    ?? (known.isEmpty
                        ? "add it to the DBC file" : "it has \(known.joined(separator: ", "))"))
            return nil
        }
        let room = min(message.length, 8)
        guard signal.layout.bytesNeeded <= room else {
            mistakes.add(
                place, "\(name) needs \(signal.layout.bytesNeeded) bytes, its frame has \(room)",
                "correct the DBC file")
            return nil
        }
        guard signal.format == .integer else {
            mistakes.add(place, "\(name) is no integer", "choose another signal")
            return nil
        }
        return signal
    }

    /// Takes down where a quantity is read.
    mutating func note(
        _ place: ProfilePlace, _ source: SignalSource, resolution: String = "", wrap: String = ""
    ) {
        let layout = source.layout
        let order = layout.byteOrder == .bigEndian ? "0" : "1"
        let interval: Int64?
        switch source.selector {
        case .broadcast: interval = nil
        case .answer(let key): interval = queries.interval(of: key)
        }
        sources.append(
            ProfileSource(
                quantity: place.quantity, key: source.key.name,
                bits: "\(layout.start)|\(layout.length)@\(order)\(layout.isSigned ? "-" : "+")",
                resolution: resolution, wrap: wrap, interval: interval))
    }
}
