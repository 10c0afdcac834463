import Ports
import Runtime
import SimulatedDisk
import Testing
import TripLog
import Units
import Vehicle

@testable import Simulation

/// How a whole rental ends whose power is cut somewhere.
private struct CutRental {
    let profile: VehicleProfile
    var synchronous = "FULL"

    /// How many mutations of the disk the rental takes when nothing is cut.
    func mutations(seed: UInt64) throws -> Int {
        let rental = try ScriptedRental(profile: profile, seed: seed, synchronous: synchronous)
        let before = rental.box.disk.mutations
        try rental.run()
        #expect(try rental.complaint() == nil)
        // Long enough for a snapshot to be written on the way.
        #expect(rental.box.log.map { $0.head.sequence > BoxRuntime.snapshotPeriod } ?? false)
        return rental.box.disk.mutations - before
    }

    /// What is wrong after a cut at mutation `cut`, and one more at `second` after that.
    func complaint(seed: UInt64, cut: Int, then second: Int? = nil) throws -> String? {
        let rental = try ScriptedRental(
            profile: profile, seed: seed, cut: cut, then: second, synchronous: synchronous)
        do { try rental.run() } catch {
            return "\(rental.checker.violations.first.map { "\($0); " } ?? "")\(error)"
        }
        guard rental.cuts == (second == nil ? 1 : 2) else { return "cut \(rental.cuts) times" }
        return try rental.complaint()
    }
}

@Suite("A power cut at every write of a rental")
struct PowerCutRentalTests {
    let profile: VehicleProfile

    init() throws {
        profile = try Repository.profile("renault_broadcast")
    }

    /// Two halves a seed, so that two cores share the work.
    @Test(arguments: [1, 2, 3] as [UInt64], [0, 1])
    func `breaks no promise, wherever it comes`(_ seed: UInt64, _ half: Int) throws {
        let rental = CutRental(profile: profile)
        let mutations = try rental.mutations(seed: seed)
        #expect(mutations > 100)
        for cut in stride(from: 1 + half, through: mutations, by: 2) {
            let complaint = try rental.complaint(seed: seed, cut: cut)
            #expect(complaint == nil, "seed \(seed), cut at mutation \(cut) of \(mutations)")
        }
    }

    @Test(arguments: 4...12 as ClosedRange<UInt64>)
    func `breaks no promise on other disks`(_ seed: UInt64) throws {
        let rental = CutRental(profile: profile)
        let mutations = try rental.mutations(seed: seed)
        var dice = SplitMix64(seed: seed)
        for _ in 0..<8 {
            let cut = 1 + Int(dice.next(below: UInt64(mutations)))
            let complaint = try rental.complaint(seed: seed, cut: cut)
            #expect(complaint == nil, "seed \(seed), cut at mutation \(cut) of \(mutations)")
        }
    }

    @Test(arguments: 13...20 as ClosedRange<UInt64>)
    func `breaks no promise when the box starts again from one`(_ seed: UInt64) throws {
        let rental = CutRental(profile: profile)
        let mutations = try rental.mutations(seed: seed)
        var dice = SplitMix64(seed: seed)
        for _ in 0..<8 {
            // Early enough to leave writes for the second cut; opening a log takes a dozen.
            let cut = 1 + Int(dice.next(below: UInt64(mutations * 3 / 4)))
            let second = 1 + Int(dice.next(below: 16))
            let complaint = try rental.complaint(seed: seed, cut: cut, then: second)
            let place = "seed \(seed), cut at \(cut) of \(mutations), then \(second) later"
            #expect(complaint == nil, "\(place)")
        }
    }

    /// A trip that opens before the car is heard learns later where it began. The power may go
    /// before that is written.
    @Test func `loses no way when the start that was found is not yet written`() throws {
        let complaint = try CutRental(profile: profile).complaint(seed: 14, cut: 22, then: 13)
        #expect(complaint == nil)
    }

    @Test func `breaks promises where a commit does not wait for the disk`() throws {
        let rental = CutRental(profile: profile, synchronous: "OFF")
        let mutations = try rental.mutations(seed: 1)
        var lost = 0
        for cut in stride(from: 5, through: mutations, by: 9) {
            let complaint = try rental.complaint(seed: 1, cut: cut)
            if complaint?.contains("nothing that was acknowledged is lost") ?? false { lost += 1 }
        }
        #expect(lost > 0)
    }
}
