import Records
import Testing
import Units

@testable import Box

/// Blocks of `interlock.md`.
enum InterlockPage {
    static let blocks = [
        Block("interlock", "conditions") { conditions },
        Block("interlock", "reasons") {
            try Table.cases(of: InterlockReason.self, named: "InterlockReason", in: "Box")
        },
        Block("interlock", "starter") { starter },
        Block("interlock", "states") {
            try Table.cases(of: InhibitState.self, named: "InhibitState", in: "Records")
        },
        Block("interlock", "lines") {
            try Table.cases(of: InputLine.self, named: "InputLine", in: "Box", head: "line")
        },
    ]

    private static var conditions: [String] {
        InterlockReason.allCases.enumerated().map { index, reason in
            let text =
                switch reason {
                case .ignitionUnknown: "The ignition is known, by the board's line or by the bus."
                case .ignitionOn: "The ignition is off."
                case .speedUnknown:
                    "The speed is known: it was heard within the last "
                        + "\(Amount.text(Interlock.speedAge)), or the bus has been silent for longer "
                        + "than that, as it is when a car sleeps."
                case .moving: "The speed that was heard is exactly zero."
                case .tooSoon:
                    "All of this has held for \(Amount.text(Interlock.quietMinimum)), and in that "
                        + "time neither the odometer nor the distance counter moved."
                }
            return "\(index + 1). \(text) Else: \(Table.code(reason.rawValue))."
        }
    }

    private static var starter: [String] {
        Table.lines(
            ["rule", "value"],
            [
                ["The relay follows its coil within", Amount.text(Starter.settling)],
                ["A relay that did not follow is left alone for", Amount.text(Starter.retry)],
                ["A relay is driven at most, for one wish", "\(Starter.triesMaximum) times"],
            ])
    }
}
