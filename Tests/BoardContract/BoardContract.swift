internal import AccessCode
public import Box
internal import Ports
internal import Records
internal import Units
internal import Vehicle

/// One thing that every board does, in words, and how to find out.
public struct BoardClaim: Sendable, CustomStringConvertible {
    /// The claim.
    public let name: String
    private let breaches: @Sendable (any BoardBench) -> [String]

    init(_ name: String, _ breaches: @escaping @Sendable (any BoardBench) -> [String]) {
        self.name = name
        self.breaches = breaches
    }

    /// How `bench`, which is at rest, breaks the claim; empty when it holds.
    public func breaches(on bench: any BoardBench) -> [String] {
        var found = breaches(bench)
        bench.settle()
        if bench.hasSeenBoth { found.append("both outputs of a pair were active at once") }
        return found
    }

    /// The claim.
    public var description: String { name }
}

/// What every implementation of the `Board` port does, simulated or real.
///
/// It knows no test framework, so that a bare program can check it in a machine that has nothing
/// else on it.
public enum BoardContract {
    /// The claims, each on its own.
    public static let claims: [BoardClaim] = [
        BoardClaim("a door pulse locks or unlocks, once, and moves nothing else") { bench in
            var found: [String] = []
            for action in [LockBody.Action.unlock, .lock, .unlock, .unlock, .lock] {
                let (doors, starter) = (bench.doorPulses, bench.starterPulses)
                bench.board.pulseDoor(action)
                bench.settle()
                expect(bench.isLocked == (action == .lock), "\(action) did not", &found)
                expect(bench.doorPulses == doors + 1, "\(action) is one pulse", &found)
                expect(bench.starterPulses == starter, "\(action) moved the starter", &found)
            }
            return found
        },
        BoardClaim("the last of several door pulses is what counts") { bench in
            var found: [String] = []
            for action in [LockBody.Action.unlock, .lock] {
                bench.board.pulseDoor(action == .lock ? .unlock : .lock)
                bench.board.pulseDoor(action)
                bench.settle()
                expect(bench.isLocked == (action == .lock), "\(action) did not count", &found)
            }
            return found
        },
        BoardClaim("the starter follows its coils, and its read-back says so") { bench in
            var found: [String] = []
            for inhibit in [true, false, false, true, true, false] {
                let doors = bench.doorPulses
                if inhibit {
                    bench.board.inhibitStarter(proof)
                } else {
                    bench.board.releaseStarter()
                }
                bench.settle()
                expect(bench.starterIsInhibited == inhibit, "inhibit \(inhibit)", &found)
                expect(bench.readBack == inhibit, "the read-back of \(inhibit)", &found)
                expect(bench.doorPulses == doors, "the starter moved the doors", &found)
            }
            return found
        },
        BoardClaim("the last thing that the starter is told is what counts") { bench in
            var found: [String] = []
            bench.board.inhibitStarter(proof)
            bench.board.releaseStarter()
            bench.settle()
            expect(!bench.starterIsInhibited, "release did not count", &found)
            bench.board.releaseStarter()
            bench.board.inhibitStarter(proof)
            bench.settle()
            expect(bench.starterIsInhibited, "inhibit did not count", &found)
            bench.board.releaseStarter()
            bench.settle()
            expect(bench.readBack == false, "the read-back at last", &found)
            return found
        },
        BoardClaim("doors and starter are driven beside each other") { bench in
            var found: [String] = []
            bench.board.inhibitStarter(proof)
            bench.board.pulseDoor(.lock)
            bench.settle()
            expect(bench.isLocked && bench.starterIsInhibited, "locked and inhibited", &found)
            bench.board.pulseDoor(.unlock)
            bench.board.releaseStarter()
            bench.settle()
            expect(!bench.isLocked && !bench.starterIsInhibited, "open and released", &found)
            return found
        },
        BoardClaim("a signal begins at once and takes the place of the one before") { bench in
            var found: [String] = []
            for signal in signals {
                bench.board.signal(signal)
                expect(bench.lamps == BenchLamps(beginning: signal), "\(signal)", &found)
            }
            let pulses = (bench.doorPulses, bench.starterPulses)
            bench.settle()
            expect(pulses == (bench.doorPulses, bench.starterPulses), "a pulse", &found)
            return found
        },
        BoardClaim("turning off turns off, and only then") { bench in
            var found: [String] = []
            expect(!bench.isOff, "off before", &found)
            bench.board.powerOff()
            expect(bench.isOff, "on behind", &found)
            return found
        },
    ]

    private static let signals: [Signal] = [
        .digit, .cleared, .opened, .reopened, .extended, .locked, .ended([1, 2]), .owner, .accepted,
        .refused(.wrong), .refused(.expired), .malformed, .wait(minutes: 4), .stopped, .closeDoors,
        .ignitionOn, .moving, .codeFirst, .nothingActive, .storageFull, .storageFailed,
        .keysFailed, .starterFault, .digit,
    ]

    /// What only the interlock makes: a car that has stood for a minute with its ignition off.
    public static let proof: InterlockProof = {
        var interlock = Interlock()
        let begin = BootTime(milliseconds: 1000)
        interlock.observe(ignition: false, car: VehicleState(), at: begin)
        guard let proof = interlock.prove(at: begin + Interlock.quietMinimum) else {
            preconditionFailure("A car that is off and silent for a minute stands.")
        }
        return proof
    }()

    private static func expect(_ holds: Bool, _ what: String, _ found: inout [String]) {
        if !holds { found.append(what) }
    }
}
