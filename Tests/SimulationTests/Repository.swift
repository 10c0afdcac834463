import DataFiles
import KeyStore
import Simulation
import Units
import Vehicle

/// The data files of this repository.
enum Repository {
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static func profile(_ name: String) throws -> VehicleProfile {
        try compiledProfile(name).vehicle
    }

    static func compiledProfile(_ name: String) throws -> CompiledProfile {
        try ProfileFile.compile(
            "\(root)/Profiles/\(name).json5", sha256: { OpenSSLHashing().sha256($0).hex })
    }

    static func scenario(_ name: String) throws -> Scenario {
        try DataFolder.decode(Scenario.self, from: "\(root)/Scenarios/\(name).json5")
    }
}
