import Diagnostics
import Runtime
import Testing
import Units
import Vehicle

/// Blocks of `diagnostics.md`.
enum DiagnosticsPage {
    static let blocks = [
        Block("diagnostics", "services") { services },
        Block("diagnostics", "obstacles") {
            try Table.cases(of: PollingObstacle.self, named: "PollingObstacle", in: "Diagnostics")
        },
        Block("diagnostics", "frequency") { frequency },
        Block("diagnostics", "refusals") {
            try Table.cases(of: TransmitRefusal.self, named: "TransmitRefusal", in: "Diagnostics")
        },
        Block("diagnostics", "consequences") { try consequences() },
    ]

    private static var services: [String] {
        Table.lines(
            ["service", "what it reads", "bytes behind it"],
            DiagnosticService.allCases.map { service in
                let text =
                    switch service {
                    case .currentData: "current data (SAE J1979, mode 01)"
                    case .vehicleInformation: "information about the vehicle (SAE J1979, mode 09)"
                    case .ecuIdentification:
                        "identification by one byte (ISO 14230-3, GMW 3110)"
                    case .dataByIdentifier: "data by identifier (ISO 14229-1)"
                    }
                return [hex(service.rawValue), text, "\(service.identifierLength)"]
            })
    }

    private static var frequency: [String] {
        let timing = DiagnosticTiming()
        return Table.lines(
            ["rule", "value"],
            [
                [
                    "A query about the odometer is asked at most every",
                    Amount.text(DiagnosticQuery.Subject.odometer.shortestInterval),
                ],
                [
                    "Requests about the odometer within "
                        + Amount.text(DiagnosticClient.odometerPeriod)
                        + ", repeated readings included, at most",
                    "\(DiagnosticClient.odometerRequestsMaximum)",
                ],
                [
                    "The odometer is asked after the ignition went on, after",
                    Amount.text(VehiclePoller.odometerDelay),
                ],
                [
                    "A reading that was held is repeated after",
                    Amount.text(VehiclePoller.repeatDelay),
                ],
                [
                    "Any other query is asked at most every",
                    Amount.text(DiagnosticQuery.Subject.other.shortestInterval),
                ],
                ["A unit answers within (P2)", Amount.text(timing.answer)],
                ["or, once it asked for time (P2\\*), within", Amount.text(timing.pending)],
                ["which it may do for one request", "\(timing.pendingMaximum) times"],
                [
                    "After \(DiagnosticClient.silencesMaximum) silences in a row a query waits for",
                    Amount.text(DiagnosticClient.silentInterval),
                ],
                ["The bus was heard within the last", Amount.text(PollingConditions.busAge)],
                [
                    "The battery has at least",
                    "\(PollingConditions.lowestVoltage.count) mV",
                ],
                ["as measured within the last", Amount.text(BoxRuntime.voltageAge)],
            ])
    }

    private static func consequences() throws -> [String] {
        let declared = try SourceTree.declarations(of: "Diagnostics")
        return Table.lines(
            ["code", "meaning", "what units say then"],
            try NegativeResponseCode.Consequence.allCases.map { consequence in
                let codes = (0...UInt8.max).map(NegativeResponseCode.init(rawValue:))
                    .filter { $0.name != nil && $0.consequence == consequence }
                return [
                    Table.code(consequence.rawValue),
                    try declared.comment("NegativeResponseCode.Consequence", "\(consequence)"),
                    codes.map { hex($0.rawValue) }.joined(separator: ", "),
                ]
            })
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "`0x\(digits.count == 1 ? "0" : "")\(digits)`"
    }
}
