import Testing

@Suite struct `Walls between targets` {
    @Test func `no import goes through a wall`() throws {
        let files = try Tree.swiftFiles("Sources")
        #expect(files.count > 50, "the tree was not read")
        #expect(files.flatMap(Walls.breaches) == [])
    }

    @Test func `every target stands below what it knows`() {
        for (index, target) in Walls.targets.enumerated() {
            let above = Walls.targets[..<index].map(\.name)
            for known in target.targets {
                #expect(above.contains(known), "\(target.name) knows \(known)")
            }
            for module in target.outside where module.hasPrefix("C") {
                #expect(above.contains(module), "\(target.name) knows \(module)")
            }
            #expect(!above.contains(target.name), "\(target.name) has one place")
        }
    }

    @Test func `decisions know nothing of the outside`() {
        for target in Walls.targets where target.layer <= 2 {
            #expect(target.outside == [], "\(target.name)")
        }
        for target in Walls.targets where target.layer < 6 {
            #expect(!target.outside.contains("Foundation"), "\(target.name)")
        }
    }

    @Test func `the manifest declares what is imported, and nothing beyond the walls`() throws {
        let manifest = try Manifest(try Tree.text("Package.swift"))
        let files = try Tree.swiftFiles("Sources")
        let system = ["Glibc", "FoundationEssentials", "Synchronization"]
        for name in Set(files.map(\.target)).sorted() {
            let imported = Set(
                files.filter { $0.target == name }.flatMap { $0.imports.map(\.module) }
            )
            .subtracting(system)
            let declared = Set(try #require(manifest.dependencies[name], "\(name)"))
            let ahead = Set(Walls.declaredAhead[name] ?? [])
            let target = try #require(Walls.target(name), "\(name)")
            let walls = Set(target.targets + target.outside)
            #expect(imported.subtracting(declared) == [], "\(name) imports undeclared")
            #expect(declared.subtracting(imported.union(ahead)) == [], "\(name) declares unused")
            #expect(declared.subtracting(walls) == [], "\(name) declares beyond its walls")
        }
    }

    @Test(arguments: [
        ("Units", "import Glibc", 1), ("Units", "internal import CAN", 1),
        ("Box", "public import Ports", 1), ("Box", "public import Units", 0),
        ("Box", "import Foundation", 1), ("AccessCode", "internal import Synchronization", 1),
        ("AccessCode", "import Dispatch", 1), ("Vehicle", "import struct CAN.CANFrame", 0),
        ("Runtime", "import COpenSSL", 1), ("KeyStore", "internal import COpenSSL", 0),
        ("TripLog", "@preconcurrency import SimulatedDisk", 1),
        ("cityzenbox-sim", "import Foundation", 1), ("Fleet", "// import Simulation", 0),
        ("Nowhere", "", 1),
    ])
    func `a breach is seen`(target: String, text: String, count: Int) {
        let file = SwiftFile(path: "Sources/\(target)/A.swift", text: text)
        #expect(Walls.breaches(file).count == count)
    }

    @Test func `targets and their dependencies are read from the manifest`() throws {
        let manifest = try Manifest(
            """
            layer("Units"),
            layer("CAN", ["Units"]),
            layer(
                "Log",
                [
                    "Units", "CSQLite",
                ]),
            .executableTarget(
                name: "a-tool",
                dependencies: [
                    "Units", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                ],
                swiftSettings: strict),
            """)
        #expect(
            manifest.dependencies == [
                "Units": [], "CAN": ["Units"], "Log": ["Units", "CSQLite"],
                "a-tool": ["Units", "ArgumentParser"],
            ])
    }
}
