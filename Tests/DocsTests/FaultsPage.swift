import Status
import Wiring

/// Blocks of `faults.md`.
enum FaultsPage {
    static let blocks = [
        Block("faults", "faults") {
            let declared = try SourceTree.declarations(of: "Status")
            return Table.lines(
                ["fault", "what it is", "what the box does meanwhile", "what to do"],
                try Fault.allCases.map { fault in
                    [
                        Table.code(fault.rawValue), try declared.comment("Fault", "\(fault)"),
                        sentence(fault.consequence), sentence(fault.remedy),
                    ]
                })
        },
        Block("faults", "lines") {
            try Table.cases(of: LineName.self, named: "LineName", in: "Wiring", head: "line")
        },
    ]

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
