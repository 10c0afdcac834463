import BoardContract
import Box
import LinuxBench
import Ports
import Records
import Simulation
import Testing

@Suite("The contract of a board", .serialized)
struct BoardContractTests {
    @Test(arguments: BoardContract.claims)
    func `the simulated board keeps it`(_ claim: BoardClaim) {
        #expect(claim.breaches(on: SimulatedBench()) == [])
    }

    /// Most kernels have no gpio-sim, and it is root's to use: there `make guest-test` checks
    /// the same claims in a guest.
    @Test(
        .enabled(if: SimulatedChip.isOffered, "this kernel offers no gpio-sim to this user"),
        arguments: BoardContract.claims)
    func `the real board keeps it`(_ claim: BoardClaim) throws {
        #expect(claim.breaches(on: try LinuxBench()) == [])
    }

    @Test(arguments: [
        (Breach.deaf, 7), (.contrary, 5), (.dark, 1), (.off, 1),
    ])
    func `a board that breaks it is seen`(_ breach: Breach, _ count: Int) {
        let broken = BoardContract.claims.filter {
            !$0.breaches(on: SimulatedBench(breach)).isEmpty
        }
        #expect(broken.count == count, "\(broken)")
    }
}

/// A way to break the contract.
enum Breach: CaseIterable {
    /// Nothing that it is told happens.
    case deaf
    /// What locks unlocks.
    case contrary
    /// No signal shows.
    case dark
    /// It is off before it is told to be.
    case off
}

/// The simulated board, on which everything has happened as soon as it is told.
private final class SimulatedBench: BoardBench {
    private let simulated = SimulatedBoard()
    private let breach: Breach?
    let board: any Board

    init(_ breach: Breach? = nil) {
        self.breach = breach
        if let breach {
            board = BrokenBoard(simulated, breach)
        } else {
            board = simulated
        }
        if breach == .off { simulated.powerOff() }
    }

    func settle() {
        while let inhibited = simulated.takeSenseChange() { readBack = inhibited }
    }

    private(set) var readBack: Bool?
    var isLocked: Bool { simulated.isLocked }
    var starterIsInhibited: Bool { simulated.isInhibited }
    var doorPulses: Int { simulated.doorPulses }
    /// The simulated relay keeps no count: that it moves without being told would show in its
    /// position.
    var starterPulses: Int { 0 }
    var hasSeenBoth: Bool { false }
    var isOff: Bool { simulated.isOff }
    var lamps: BenchLamps {
        simulated.lastSignal.map(BenchLamps.init(beginning:))
            ?? BenchLamps(green: false, red: false, buzzer: false)
    }
}

private final class BrokenBoard: Board {
    private let board: SimulatedBoard
    private let breach: Breach

    init(_ board: SimulatedBoard, _ breach: Breach) {
        self.board = board
        self.breach = breach
    }

    func pulseDoor(_ action: LockBody.Action) {
        switch breach {
        case .deaf: break
        case .contrary: board.pulseDoor(action == .lock ? .unlock : .lock)
        case .dark, .off: board.pulseDoor(action)
        }
    }

    func releaseStarter() {
        switch breach {
        case .deaf: break
        case .contrary: board.inhibitStarter(BoardContract.proof)
        case .dark, .off: board.releaseStarter()
        }
    }

    func inhibitStarter(_ proof: InterlockProof) {
        switch breach {
        case .deaf: break
        case .contrary: board.releaseStarter()
        case .dark, .off: board.inhibitStarter(proof)
        }
    }

    func signal(_ signal: Signal) {
        switch breach {
        case .deaf, .dark: break
        case .contrary, .off: board.signal(signal)
        }
    }

    func powerOff() { if breach != .deaf { board.powerOff() } }
}
