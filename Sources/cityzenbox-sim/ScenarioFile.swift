import DataFiles
import KeyStore
import Simulation
import Units
import Vehicle

/// Finds and checks the data files that a simulation needs.
enum ScenarioFile {
    /// The scenario called `name`, or in the file of this path.
    static func load(_ name: String) throws -> Scenario {
        let path = try DataFolder.scenarios.find(name)
        let scenario = try DataFolder.decode(Scenario.self, from: path)
        guard path.hasSuffix("/\(scenario.name)\(DataFolder.ending)") else {
            throw DataFileError(
                file: path, place: "name", reason: "says '\(scenario.name)'",
                remedy: "a scenario has the name of its file")
        }
        if let contradiction = scenario.contradiction {
            throw DataFileError(
                file: path, place: contradiction.member, reason: contradiction.reason,
                remedy: "correct it; the other scenarios show the form")
        }
        return scenario
    }

    /// The profile called `name`, or in the file of this path, for a car that is simulated.
    static func profile(_ name: String) throws -> VehicleProfile {
        let path = try DataFolder.profiles.find(name)
        let profile = try ProfileFile.load(path, sha256: { OpenSSLHashing().sha256($0).hex })
        guard profile.odometers.first?.signal.selector.broadcastID != nil else {
            throw DataFileError(
                file: path, place: "odometer",
                reason: "the best one is no message, and a simulated car answers no questions",
                remedy: "choose a profile of a car that sends its odometer by itself")
        }
        return profile
    }
}
