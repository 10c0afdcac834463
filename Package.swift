// swift-tools-version: 6.2
// The folder list is the architecture: ARCHITECTURE.md draws it, Tests/TidyTests keeps it.
import PackageDescription

/// Every Swift target is compiled with the same, strictest, settings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
]

/// A program for tests: as strict, but its calls of C need no marks.
let program = Array(strict.dropLast())

func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func suite(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: [], swiftSettings: strict)
}

let package = Package(
    name: "CityzenBox",
    products: [
        .executable(name: "cityzenboxd", targets: ["cityzenboxd"]),
        .executable(name: "cityzenbox-sim", targets: ["cityzenbox-sim"]),
        .executable(name: "cityzenbox-fleet", targets: ["cityzenbox-fleet"]),
    ],
    dependencies: [
        // Command lines with generated help, validation and completions. Exactly one version: what
        // is packaged is a function of the commit.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        // C: module maps, each used by one adapter only.
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(name: "CGPIOD"),
        .target(name: "CTSS2", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),

        // Counts calls of malloc in the program that links it.
        .target(name: "CAllocations"),

        // 0: quantities, identifiers, clock types. Imports nothing.
        layer("Units"),
        // 1: bytes <-> values.
        layer("CAN", ["Units"]),
        layer("CANLog", ["Units", "CAN"]),
        layer("DBC", ["CAN"]),
        layer("Diagnostics", ["Units", "CAN"]),
        layer("Records", ["Units"]),
        layer("Wiring", ["Units"]),
        layer("Charts"),
        layer("Netlink"),
        // 2: decisions.
        layer("AccessCode", ["Units"]),
        layer("Vehicle", ["Units", "CAN", "Diagnostics"]),
        layer("Probe", ["Units", "CAN", "Diagnostics", "Vehicle"]),
        layer("Tariff", ["Units", "Records"]),
        layer("Box", ["Units", "AccessCode", "Vehicle", "Records"]),
        layer("Status", ["Units", "AccessCode", "Vehicle", "Records", "Box"]),
        layer("Console", ["Units", "AccessCode", "Vehicle", "Probe", "Records", "Box"]),
        // 3: what the Box needs of the world.
        layer("Ports", ["Units", "AccessCode", "Diagnostics", "Records", "Box"]),
        layer("TripLog", ["Units", "Records", "Ports", "CSQLite"]),
        layer("KeyStore", ["Units", "AccessCode", "Records", "Ports", "COpenSSL"]),
        layer("LinuxIO", ["Units", "CLinux"]),
        // 4: the loop.
        layer(
            "Runtime",
            [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Box", "Ports",
                "TripLog",
            ]),
        layer(
            "ConsoleHost",
            [
                "Units", "AccessCode", "CAN", "Vehicle", "Probe", "Records", "Box", "Console",
                "Ports", "TripLog", "Runtime",
            ]),
        // 5: adapters; they know Ports, never each other.
        layer(
            "DataFiles",
            ["Units", "CAN", "CANLog", "DBC", "Diagnostics", "Vehicle", "Tariff", "Wiring"]),
        layer("LinuxBoard", ["Units", "Records", "Box", "Ports", "Wiring", "LinuxIO", "CGPIOD"]),
        layer("SimulatedDisk", ["Units", "Records", "Ports", "CSQLite"]),
        layer("Fleet", ["Units", "AccessCode", "Records", "Tariff", "Console", "KeyStore"]),
        layer("FleetStore", ["Units", "AccessCode", "Fleet", "CSQLite"]),
        layer(
            "LinuxCAN", ["Units", "CAN", "Diagnostics", "Netlink", "LinuxIO", "CLinux"]),
        layer(
            "LinuxTime", ["Units", "AccessCode", "Box", "Ports", "LinuxIO", "CLinux"]),
        layer("TPMKeyStore", ["Units", "Ports", "KeyStore", "CTSS2"]),
        layer("LinuxSerial", ["Units", "LinuxIO", "CLinux"]),
        layer("LinuxHost", ["Units", "Netlink", "LinuxIO", "CLinux"]),
        layer("DeskScreen", ["Units", "AccessCode", "Records", "Box"]),
        layer(
            "Simulation",
            [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Tariff", "Box",
                "Console", "Ports", "TripLog", "KeyStore", "Runtime",
                "ConsoleHost", "SimulatedDisk", "Fleet",
            ]),
        // 6: composition only.
        .executableTarget(
            name: "cityzenboxd",
            dependencies: [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Wiring", "Box",
                "Status", "Console", "Ports", "TripLog", "KeyStore", "Runtime", "ConsoleHost",
                "DataFiles", "LinuxIO", "LinuxBoard", "LinuxCAN", "LinuxTime",
                "LinuxSerial", "LinuxHost", "TPMKeyStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "cityzenbox-sim",
            dependencies: [
                "Units", "AccessCode", "CAN", "CANLog", "DBC", "Charts", "Vehicle", "Probe",
                "Records", "Tariff", "Box", "Status", "Console", "Ports", "TripLog", "KeyStore",
                "Runtime", "ConsoleHost",
                "DataFiles", "SimulatedDisk", "Fleet", "Simulation", "DeskScreen",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "cityzenbox-fleet",
            dependencies: [
                "Units", "AccessCode", "Records", "Status", "Ports", "KeyStore", "DataFiles",
                "Fleet", "FleetStore", "LinuxIO", "LinuxSerial", "CQREncode",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "cityzenbox-bench",
            dependencies: [
                "Units", "AccessCode", "CAN", "CANLog", "DBC", "Diagnostics", "Vehicle", "Records",
                "Box", "Ports", "TripLog", "KeyStore", "Runtime", "DataFiles", "SimulatedDisk",
                "Simulation", "TPMKeyStore", "CAllocations", "COpenSSL",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Where the recordings and golden answers lie that are too large for the repository.
        .target(name: "TestData", path: "Tests/TestData", swiftSettings: strict),
        // Programs of this package as tests run them.
        .target(name: "TestPrograms", path: "Tests/TestPrograms", swiftSettings: strict),
        // A box's console as programs hear it, without a box.
        .target(
            name: "ScriptedConsole", dependencies: ["Records"], path: "Tests/ScriptedConsole",
            swiftSettings: strict),
        suite("TidyTests", ["Vehicle", "DataFiles", "Simulation"]),
        suite(
            "DocsTests",
            [
                "Units", "AccessCode", "Diagnostics", "Vehicle", "Records", "Wiring", "Box",
                "Status", "Console", "Ports", "TripLog", "KeyStore", "Runtime", "DataFiles",
                "Simulation",
            ]),
        suite("UnitsTests", ["Units"]),
        suite("AccessCodeTests", ["Units", "AccessCode", "KeyStore", "COpenSSL"]),
        // What boards are held to, simulated or real: bare code, for it also runs in a guest that
        // has no test framework.
        .target(
            name: "BoardContract",
            dependencies: ["Units", "AccessCode", "Records", "Vehicle", "Box", "Ports"],
            path: "Tests/BoardContract", swiftSettings: strict),
        // What battery-backed clocks are held to, simulated or real.
        .target(
            name: "ClockContract", dependencies: ["Units", "AccessCode", "Ports"],
            path: "Tests/ClockContract", swiftSettings: strict),
        .target(
            name: "LinuxBench",
            dependencies: [
                "Units", "Wiring", "Box", "Ports", "LinuxIO", "LinuxBoard", "BoardContract",
            ],
            path: "Tests/LinuxBench", swiftSettings: strict),
        .executableTarget(
            name: "linuxcheck",
            dependencies: [
                "Units", "AccessCode", "Records", "Wiring", "Box", "LinuxIO", "LinuxBoard",
                "CGPIOD", "BoardContract", "LinuxBench",
            ],
            path: "Tests/LinuxCheck", swiftSettings: program),
        suite(
            "LinuxBoardTests",
            [
                "Units", "AccessCode", "Records", "Box", "Ports", "Wiring", "LinuxBoard", "CGPIOD",
                "BoardContract", "LinuxBench", "Simulation",
            ]),
        suite("WiringTests", ["Units", "Wiring", "Box", "DataFiles"]),
        .testTarget(
            name: "HardwareTests", dependencies: ["Units", "Wiring", "Box", "DataFiles"],
            exclude: ["Files"], swiftSettings: strict),
        suite("TariffTests", ["Units", "Records", "Tariff"]),
        suite(
            "FleetTests",
            [
                "Units", "AccessCode", "Records", "Tariff", "KeyStore", "Fleet",
                "ScriptedConsole",
            ]),
        suite(
            "FleetStoreTests",
            ["Units", "AccessCode", "Fleet", "FleetStore", "CSQLite"]),
        .testTarget(
            name: "FleetCommandTests",
            dependencies: [
                "TestPrograms", "ScriptedConsole", "Units", "AccessCode", "Records", "Ports",
                "KeyStore", "Fleet", "FleetStore", "cityzenbox-fleet",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Transcripts"], swiftSettings: strict),
        suite(
            "TripLogTests",
            ["Units", "Records", "Ports", "TripLog", "SimulatedDisk", "CSQLite", "COpenSSL"]),
        suite("CANTests", ["CAN"]),
        suite("CANLogTests", ["TestData", "Units", "CAN", "CANLog", "DataFiles"]),
        suite("DBCTests", ["TestData", "Units", "CAN", "DBC"]),
        suite("DiagnosticsTests", ["TestData", "Units", "CAN", "Diagnostics"]),
        suite(
            "SimulationTests",
            [
                "TestData", "ClockContract",
                "Units", "AccessCode", "CAN", "CANLog", "Diagnostics", "Vehicle", "Records", "Box",
                "Console", "Ports", "TripLog", "KeyStore", "Runtime", "ConsoleHost", "DataFiles",
                "SimulatedDisk", "Simulation",
            ]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "TestData", "TestPrograms",
                "CAN", "DBC", "DataFiles", "Ports", "Simulation", "cityzenbox-sim",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Files", "Transcripts"], swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "TestPrograms", "Units", "AccessCode", "KeyStore", "cityzenboxd", "cityzenbox-sim",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Files", "Transcripts"], swiftSettings: strict),
        suite(
            "StatusTests",
            [
                "Units", "AccessCode", "Vehicle", "Records", "Box", "Status",
            ]),
        suite("ChartsTests", ["Charts"]),
        suite(
            "ProbeTests", ["TestData", "Units", "CAN", "CANLog", "Vehicle", "Probe", "DataFiles"]),
        suite(
            "VehicleTests",
            ["TestData", "Units", "CAN", "CANLog", "Diagnostics", "Vehicle", "DataFiles"]),
        suite(
            "KeyStoreTests",
            ["Units", "AccessCode", "Records", "Ports", "KeyStore", "TPMKeyStore"]),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Units", "AccessCode", "CAN", "Vehicle", "Probe", "Records", "Box", "Console",
            ],
            exclude: ["Transcripts"], swiftSettings: strict),
        suite("BoxTests", ["Units", "AccessCode", "CAN", "Vehicle", "Records", "Box"]),
        suite(
            "RuntimeTests",
            [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Box", "Ports",
                "TripLog", "KeyStore", "Runtime", "SimulatedDisk",
            ]),
        suite("DeskScreenTests", ["Units", "AccessCode", "Records", "Box", "DeskScreen"]),
        suite("LiveTests", ["cityzenbox-sim"]),
        suite("NetlinkTests", ["Units", "Netlink"]),
        suite(
            "LinuxTimeTests",
            ["ClockContract", "Units", "AccessCode", "Box", "LinuxIO", "LinuxTime"]),
        suite("LinuxSerialTests", ["Units", "LinuxIO", "LinuxSerial"]),
        suite("LinuxHostTests", ["Units", "Netlink", "LinuxIO", "LinuxHost"]),
        suite(
            "LinuxCANTests",
            [
                "Units", "CAN", "Diagnostics", "Netlink", "LinuxIO", "LinuxTime", "LinuxCAN",
                "CLinux",
            ]),
        // Every parser of outside bytes, as the fuzzer and the tests of its corpora call it.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Units", "CAN", "CANLog", "DBC", "Diagnostics", "Vehicle", "Records", "Netlink",
                "DataFiles", "AccessCode", "Box", "Probe", "Console", "Ports", "KeyStore",
            ],
            path: "Tests/FuzzTargets", swiftSettings: strict),
        suite("FuzzCorpusTests", ["Units", "FuzzTargets"]),
    ]
)

// libFuzzer brings the program's `main`, so this builds only where Tools/fuzz.sh asks for it.
if Context.environment["CITYZENBOX_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "cityzenbox-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
