internal import CAN
public import Diagnostics
public import Ports
internal import Units

/// The bus of a simulated car as the box sends on it, and the control units that answer there.
public final class SimulatedBus: CarBus {
    /// How often in a thousand answers each thing goes wrong with a unit.
    public struct Faults: Hashable, Sendable {
        /// It asks for up to two seconds, once or several times.
        public var pending: Int
        /// It answers after the tester has given up.
        public var late: Int
        /// It says nothing.
        public var silent: Int
        /// It is busy, or the conditions are not right.
        public var refusing: Int
        /// The last byte is missing.
        public var short: Int

        /// Units without a fault.
        public static let none = Self(pending: 0, late: 0, silent: 0, refusing: 0, short: 0)
        /// What goes wrong in an ordinary car, and a little more.
        public static let usual = Self(pending: 30, late: 5, silent: 10, refusing: 5, short: 5)
    }

    /// What goes wrong.
    public var faults = Faults.usual
    /// Called with every frame that the box sends.
    public var onSend: (PermittedFrame) -> Void = { _ in }
    /// How many frames the box has sent.
    public private(set) var sent = 0

    private var units: [SimulatedUnit]
    private var random: SplitMix64
    private var unheard: [CANFrame] = []
    private var speeches = EventQueue<SimulatedUnit.Speech>()
    /// Frames of long answers that wait until they may come, by unit.
    private var waiting: [[CANFrame]]

    /// A bus with the units of `car`, whose chances come from `seed`. Every third car has units
    /// that answer at length.
    init(_ car: SimulatedCar, seed: UInt64) {
        random = SplitMix64(seed: seed ^ 0x6275_7300)
        units = car.units
        waiting = units.map { _ in [] }
        let surplus = random.next(below: 3) == 0 ? 9 : 0
        for index in units.indices where units[index].functionalID == nil {
            units[index].surplus = surplus
        }
    }

    /// Takes a frame; the units hear it with the next ``hear(ignition:at:)``.
    public func send(_ frame: PermittedFrame) {
        sent += 1
        onSend(frame)
        unheard.append(frame.frame)
    }

    /// When a unit says something next.
    var nextSpeech: WallTime? { speeches.nextTime.map(WallTime.init(milliseconds:)) }

    /// Lets the units hear what was sent. Without ignition none of them listens.
    func hear(ignition: Bool, at now: WallTime) {
        guard !unheard.isEmpty else { return }
        let frames = unheard
        unheard.removeAll(keepingCapacity: true)
        guard ignition else { return }
        for frame in frames {
            for index in units.indices {
                if let request = units[index].request(in: frame) {
                    waiting[index] = []
                    hear(request, index, at: now)
                } else if units[index].isClear(frame) {
                    for (count, part) in waiting[index].enumerated() {
                        say(.frame(part), at: now + Milliseconds(Int64(count) + 1))
                    }
                    waiting[index] = []
                }
            }
        }
    }

    /// The frame that a unit says at `now`, if one does; the oldest first.
    func takeFrame(of car: SimulatedCar, at now: WallTime) -> CANFrame? {
        while let time = speeches.nextTime, time <= now.milliseconds,
            let speech = speeches.take()?.event
        {
            switch speech {
            case .frame(let frame): return frame
            case .answer(let unit, let request, let isShort):
                let frames = units[unit].answer(to: request, of: car, isShort: isShort)
                waiting[unit] = Array(frames.dropFirst())
                if let first = frames.first { return first }
            }
        }
        return nil
    }

    private func say(_ speech: SimulatedUnit.Speech, at time: WallTime) {
        speeches.add(speech, at: time.milliseconds)
    }

    private func hear(_ request: [UInt8], _ index: Int, at now: WallTime) {
        let unit = units[index]
        // Who is asked along with all others and does not know keeps quiet.
        guard unit.known.contains(where: { $0.request == request }) else { return }
        let soon = now + Milliseconds(2 + Int64(random.next(below: 38)))
        func answer(isShort: Bool = false) -> SimulatedUnit.Speech {
            .answer(unit: index, request: request, isShort: isShort)
        }
        switch mood() {
        case .prompt: say(answer(), at: soon)
        case .short: say(answer(isShort: true), at: soon)
        case .silent: break
        case .late: say(answer(), at: now + Milliseconds(60 + Int64(random.next(below: 400))))
        case .refusing:
            say(.frame(unit.refusal(random.flip() ? 0x21 : 0x22, of: request)), at: soon)
        case .pending:
            var time = soon
            for _ in 0...random.next(below: 3) {
                say(.frame(unit.refusal(0x78, of: request)), at: time)
                time = time + Milliseconds(20 + Int64(random.next(below: 700)))
            }
            say(answer(), at: time)
        }
    }

    private func mood() -> SimulatedUnit.Mood {
        var drawn = Int(random.next(below: 1000))
        for (chance, mood) in [
            (faults.pending, SimulatedUnit.Mood.pending), (faults.late, .late),
            (faults.silent, .silent), (faults.refusing, .refusing), (faults.short, .short),
        ] {
            if drawn < chance { return mood }
            drawn -= chance
        }
        return .prompt
    }
}
