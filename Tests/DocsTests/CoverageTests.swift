import Testing

/// Enumerations whose cases are stable codes: texts that stand in records, messages and tables.
enum StableCodes {
    /// Those that mean nothing outside the program, or are told elsewhere, each with its reason.
    static let elsewhere: [String: String] = [
        "DiagnosticQuery.Subject": "profiles of cars say it by where a source stands",
        "ISOTPTimer": "a reason within a fault, which is no text",
        "ByteOrder": "profiles of cars write it, and their page tells it",
        "OdometerRole": "profiles of cars write it",
        "SignalCoding": "profiles of cars write it",
        "OdometerSource": "records say it as DistanceQuality",
        "StorageRoom": "the Box's view of StorageLevel",
        "TimeOffer.Source": "records say it as ClockStepBody.Cause",
        "Language": "a choice of the fleet, not of the box",
        "CommandName": "the table of commands says them with their arguments",
        "ConsoleCommand.Access": "the table of commands says it in words",
        "ConsoleCommand.Effect": "the table of commands says it in words",
        "OCRASuite.Hash": "RFC 6287 tells them",
        "OCRASuite.Alphabet": "RFC 6287 tells them",
    ]

    struct Enumeration: CustomTestStringConvertible {
        let type: String
        let codes: [String]
        var testDescription: String { type }
    }

    /// Every public enumeration of texts in the libraries of the box, with its codes.
    static func all() throws -> [Enumeration] {
        var found: [Enumeration] = []
        for target in [
            "Units", "CAN", "Diagnostics", "Records", "AccessCode", "Vehicle", "Box", "Ports",
            "Console", "TripLog", "Runtime", "Simulation",
        ] {
            let code = try SourceTree.code(of: target).split(separator: "\n")
            let heads = code.map { $0.drop { $0 == " " } }.filter {
                $0.hasPrefix("public enum ") && $0.contains(": String")
                    && $0.contains("CaseIterable")
            }
            let names = heads.compactMap { $0.split { " :".contains($0) }.dropFirst(2).first }
            let cases = try SourceTree.declarations(of: target).filter { declaration in
                declaration.keyword == "case"
                    && names.contains { declaration.type.split(separator: ".").last == $0 }
            }
            for type in Set(cases.map(\.type)).sorted() {
                let codes = cases.filter { $0.type == type }
                    .map { $0.value.isEmpty ? $0.name : $0.value }
                found.append(Enumeration(type: type, codes: codes))
            }
        }
        return found
    }
}

@Suite struct `Stable codes` {
    /// Not while pages are rewritten: it would read them half way.
    @Test(.disabled(if: Reference.updates))
    func `every code stands in a table, or its enumeration is told elsewhere`() throws {
        let pages = try SourceTree.names(in: "docs/reference", ending: ".md")
            .map { try SourceTree.text("docs/reference/\($0)") }.joined()
        let told = Set(
            pages.split(separator: "\n").filter { $0.hasPrefix("|") }
                .flatMap { $0.split(separator: "`").map(String.init) })
        let enumerations = try StableCodes.all()
        #expect(enumerations.count > 20)
        for enumeration in enumerations where StableCodes.elsewhere[enumeration.type] == nil {
            let missing = enumeration.codes.filter { !told.contains($0) }
            #expect(missing == [], "\(enumeration.type) has codes that no table tells")
        }
        let types = enumerations.map(\.type)
        for type in StableCodes.elsewhere.keys.sorted() {
            #expect(types.contains(type), "\(type) is no enumeration any more")
        }
    }
}
