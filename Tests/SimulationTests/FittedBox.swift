import AccessCode
import Box
import KeyStore
import Units

@testable import Simulation

/// A box in a car with a coarse driver: nothing happens but what a test does.
enum FittedBox {
    static let beginning = CivilTime.utc(2026, 6, 1)

    /// A box that was fitted at ``beginning``; it knows the time unless told otherwise.
    static func make(
        knowsTime: Bool = true, observer: Checker? = nil
    ) throws -> SimulatedBox {
        let master = try FleetMaster(
            hot: SecretBytes(Array(repeating: 7, count: 32)),
            cold: SecretBytes(Array(repeating: 9, count: 32)))
        let id = BoxID(0x0B0C)
        var fitting = SimulatedBox.Fitting(
            id: id, keys: master.codeKeys(for: id, keyEpoch: KeyEpoch(0)),
            car: SimulatedCar(
                profile: try Repository.profile("renault_broadcast"),
                odometer: .kilometres(50_000)),
            seed: 1)
        fitting.writeAheadPages = 24
        let box = try SimulatedBox(fitting, at: beginning, observer: observer)
        observer?.box = box
        if knowsTime {
            box.deliver(
                .timeOffered(
                    TimeOffer(time: beginning, error: .seconds(1), source: .technician)))
        }
        return box
    }
}
