/// One target and what it may know.
struct WalledTarget {
    let layer: Int
    let name: String
    /// The targets of this package that it may import: each stands above it in ``Walls/targets``.
    let targets: [String]
    /// The modules from outside that it may import.
    let outside: [String]

    init(_ layer: Int, _ name: String, _ targets: [String] = [], outside: [String] = []) {
        self.layer = layer
        self.name = name
        self.targets = targets
        self.outside = outside
    }
}

/// Who may know whom. The order is that of the architecture: arrows point up in this table.
enum Walls {
    static let targets: [WalledTarget] = [
        // C: module maps.
        WalledTarget(-1, "CSQLite"),
        WalledTarget(-1, "COpenSSL"),
        WalledTarget(-1, "CAllocations"),
        WalledTarget(-1, "CLinux"),
        WalledTarget(-1, "CGPIOD"),
        WalledTarget(-1, "CQREncode"),
        WalledTarget(-1, "CTSS2"),
        // 0: no imports at all.
        WalledTarget(0, "Units"),
        // 1: bytes <-> values.
        WalledTarget(1, "CAN", ["Units"]),
        WalledTarget(1, "CANLog", ["Units", "CAN"]),
        WalledTarget(1, "DBC", ["CAN"]),
        WalledTarget(1, "Diagnostics", ["Units", "CAN"]),
        WalledTarget(1, "Records", ["Units"]),
        WalledTarget(1, "Wiring", ["Units"]),
        WalledTarget(1, "Charts"),
        WalledTarget(1, "Netlink"),
        // 2: decisions.
        WalledTarget(2, "AccessCode", ["Units"]),
        WalledTarget(2, "Vehicle", ["Units", "CAN", "Diagnostics"]),
        WalledTarget(2, "Probe", ["Units", "CAN", "Diagnostics", "Vehicle"]),
        WalledTarget(2, "Tariff", ["Units", "Records"]),
        WalledTarget(2, "Box", ["Units", "AccessCode", "Vehicle", "Records"]),
        WalledTarget(2, "Status", ["Units", "AccessCode", "Vehicle", "Records", "Box"]),
        WalledTarget(
            2, "Console", ["Units", "AccessCode", "Vehicle", "Probe", "Records", "Box"]),
        // 3: what the Box needs of the world.
        WalledTarget(3, "Ports", ["Units", "AccessCode", "Diagnostics", "Records", "Box"]),
        WalledTarget(
            3, "TripLog", ["Units", "Records", "Ports"], outside: ["CSQLite", "Glibc"]),
        WalledTarget(
            3, "KeyStore", ["Units", "AccessCode", "Records", "Ports"],
            outside: ["COpenSSL", "Glibc"]),
        WalledTarget(3, "LinuxIO", ["Units"], outside: ["CLinux", "Glibc"]),
        // 4: the loop.
        WalledTarget(
            4, "Runtime",
            [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Box", "Ports",
                "TripLog",
            ]),
        WalledTarget(
            4, "ConsoleHost",
            [
                "Units", "AccessCode", "CAN", "Vehicle", "Probe", "Records", "Box", "Console",
                "Ports", "TripLog", "Runtime",
            ]),
        // 5: adapters; they know Ports, never each other.
        WalledTarget(
            5, "DataFiles",
            ["Units", "CAN", "DBC", "CANLog", "Diagnostics", "Vehicle", "Tariff", "Wiring"],
            outside: ["FoundationEssentials", "Glibc"]),
        WalledTarget(
            5, "LinuxBoard", ["Units", "Records", "Wiring", "Box", "Ports", "LinuxIO"],
            outside: ["CGPIOD", "Glibc"]),
        WalledTarget(
            5, "SimulatedDisk", ["Units", "Records", "Ports"],
            outside: ["CSQLite", "Glibc", "Synchronization"]),
        WalledTarget(
            5, "LinuxCAN", ["Units", "CAN", "Diagnostics", "Netlink", "LinuxIO"],
            outside: ["CLinux", "Glibc"]),
        WalledTarget(
            5, "LinuxTime", ["Units", "AccessCode", "Box", "Ports", "LinuxIO"],
            outside: ["CLinux", "Glibc"]),
        WalledTarget(
            5, "TPMKeyStore", ["Units", "Ports", "KeyStore"], outside: ["CTSS2"]),
        WalledTarget(5, "LinuxSerial", ["Units", "LinuxIO"], outside: ["CLinux", "Glibc"]),
        WalledTarget(
            5, "LinuxHost", ["Units", "Netlink", "LinuxIO"], outside: ["CLinux", "Glibc"]),
        WalledTarget(5, "DeskScreen", ["Units", "AccessCode", "Records", "Box"]),
        WalledTarget(
            5, "Fleet", ["Units", "AccessCode", "Records", "Tariff", "Console", "KeyStore"],
            outside: ["Glibc"]),
        WalledTarget(
            5, "FleetStore", ["Units", "AccessCode", "Fleet"], outside: ["CSQLite", "Glibc"]),
        WalledTarget(
            5, "Simulation",
            [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Tariff", "Box",
                "Console", "Ports", "TripLog", "KeyStore", "Runtime",
                "ConsoleHost", "SimulatedDisk", "Fleet",
            ]),
        // 6: composition: may know everything, and the outside.
        WalledTarget(
            6, "cityzenboxd",
            [
                "Units", "AccessCode", "CAN", "Diagnostics", "Vehicle", "Records", "Wiring", "Box",
                "Status", "Console", "Ports", "TripLog", "KeyStore", "Runtime", "ConsoleHost",
                "DataFiles", "LinuxIO", "LinuxBoard", "LinuxCAN", "LinuxTime",
                "LinuxSerial", "LinuxHost", "TPMKeyStore",
            ], outside: outsideOfPrograms),
        WalledTarget(6, "cityzenbox-sim", everything, outside: outsideOfPrograms),
        WalledTarget(
            6, "cityzenbox-fleet",
            [
                "Units", "AccessCode", "Records", "Status", "Ports", "KeyStore", "DataFiles",
                "Fleet", "FleetStore", "LinuxIO", "LinuxSerial",
            ], outside: outsideOfPrograms + ["CQREncode"]),
        WalledTarget(
            6, "cityzenbox-bench", everything + ["TPMKeyStore"],
            outside: outsideOfPrograms + ["CAllocations", "COpenSSL"]),
    ]

    private static let everything = [
        "Units", "CAN", "CANLog", "DBC", "Diagnostics", "Records", "Wiring", "Charts",
        "AccessCode", "Vehicle", "Probe", "Tariff", "Box", "Status", "Console", "Ports", "TripLog",
        "KeyStore", "Runtime", "ConsoleHost", "DataFiles", "SimulatedDisk", "DeskScreen", "Fleet",
        "Simulation",
    ]
    private static let outsideOfPrograms = ["ArgumentParser", "FoundationEssentials", "Glibc"]

    /// Dependencies that the manifest declares before anything uses them.
    static let declaredAhead: [String: [String]] = [
        "CAN": ["Units"],
        "Runtime": ["TripLog"],
        "Simulation": ["Tariff", "Fleet"],
        "KeyStore": ["Ports"],
        "DataFiles": ["Tariff"],
        "cityzenbox-sim": everything,
    ]

    static func target(_ name: String) -> WalledTarget? { targets.first { $0.name == name } }

    static func layer(_ name: String) -> Int? { target(name)?.layer }

    /// The imports of `file` that go through a wall.
    static func breaches(_ file: SwiftFile) -> [Finding] {
        guard let target = target(file.target) else {
            return [
                Finding(
                    path: file.path, line: 1,
                    reason: "the target \(file.target) has no place in the table of walls")
            ]
        }
        return file.imports.compactMap { module, line in
            guard !target.targets.contains(module), !target.outside.contains(module) else {
                return nil
            }
            return Finding(
                path: file.path, line: line, reason: "\(target.name) may not import \(module)")
        }
    }
}

/// The targets of `Package.swift` and what each depends on, read from its text.
struct Manifest {
    private(set) var dependencies: [String: [String]] = [:]

    init(_ text: String) throws {
        let quoted = try Regex(#""([\w-]+)""#, as: (Substring, Substring).self)
        let product = try Regex(#"\.product\(name: ("[\w-]+"), package: "[\w-]+"\)"#)
        for pattern in [
            #"layer\(\s*"([\w-]+)"((?:,\s*\[[^\]]*\])?)"#,
            #"executableTarget\(\s*name: "([\w-]+)",\s*dependencies: \[([^\]]*)\]"#,
        ] {
            let target = try Regex(pattern, as: (Substring, Substring, Substring).self)
            for match in text.matches(of: target) {
                let list = match.output.2.replacing(product) { found in
                    found.output[1].substring ?? ""
                }
                dependencies[String(match.output.1)] =
                    list.matches(of: quoted).map { String($0.output.1) }
            }
        }
    }
}
