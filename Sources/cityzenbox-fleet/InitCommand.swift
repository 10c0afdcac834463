import ArgumentParser
import FleetStore
import FoundationEssentials
import KeyStore
import Records
import Units

/// `cityzenbox-fleet init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a fleet: its master keys, its authority and its database.",
        discussion: """
            Nothing that exists is overwritten; what was cut short the same command takes up.
            The cold master retires the hot one after a breach, so it must not lie beside it: name \
            a file on another medium with --cold, or carry it away afterwards. It is needed to \
            enrol boxes, and for KEYSWITCH.
            """)

    @OptionGroup var options: FleetOptions

    @Option(help: "The file of the cold master, best on another medium.")
    var cold: String?

    func run() throws {
        let folder = try options.folder
        guard !FleetDatabase.exists(at: folder.database) else {
            throw Failure(
                "make a fleet in \(folder.path): one is there already, and is never overwritten; "
                    + "use it, or name another folder", status: .cannotCreate)
        }
        try folder.make()
        let coldFile = cold.map { KeyFile(path: $0) }
        var rows: [[String]] = []
        var answer = Answer()
        for (name, member, file) in [
            ("hot master", "hot", folder.hot), ("cold master", "cold", coldFile ?? folder.cold),
            ("master of technicians", "technicians", folder.technicians),
            ("master of owners", "owners", folder.owners),
        ] {
            let secret = try Self.kept(file)
            rows.append([name, "\(secret)", file.path])
            answer.put(
                member, .object(["key": .string("\(secret)"), "file": .string(file.path)]))
        }
        let signer = try SigningKey(secret: try Self.kept(folder.acknowledgement))
        try TextFile.write(signer.publicKeyPEM, to: folder.acknowledgementPublic)
        rows.append(["acknowledgement key", signer.identifier, folder.acknowledgement.path])
        let now = try options.time
        let fingerprint = try Authority.make(in: folder, at: now).fingerprint
        rows.append(["authority", "see below", folder.authority])
        let fleet = FleetRecord(
            made: now, certificate: fingerprint, coldPath: coldFile.map(Self.absolute) ?? "")
        _ = try FleetDatabase.create(path: folder.database, fleet)
        answer.say("the fleet is made in \(folder.path)")
        for line in TableText.lines(rows) { answer.say("  \(line)") }
        answer.say("its fingerprint, with which boxes are claimed:")
        answer.say("  \(fingerprint.hex)")
        if cold == nil {
            answer.say("carry the cold master to another medium now, and give --cold from then on:")
            answer.say("who finds both can do anything, for ever")
        }
        answer.say("keep a copy of the folder that others cannot read: without it no box opens")
        answer.put("folder", .string(folder.path))
        answer.put("fingerprint", .string(fingerprint.hex))
        answer.put("acknowledgement", .string(signer.identifier))
        answer.show(asJSON: options.json)
    }

    /// The file of `key`, wherever the program is called from.
    private static func absolute(_ key: KeyFile) -> String {
        key.path.hasPrefix("/")
            ? key.path : FileManager.default.currentDirectoryPath + "/" + key.path
    }

    /// The key in `file`, drawn now unless an attempt before did.
    private static func kept(_ file: KeyFile) throws -> SecretBytes {
        guard !FileManager.default.fileExists(atPath: file.path) else { return try file.load() }
        return try file.create()
    }
}

/// `cityzenbox-fleet show`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the fleet and the fingerprint that boxes are claimed with.")

    @OptionGroup var options: FleetOptions

    func run() throws {
        let folder = try options.folder
        let action = try folder.opened().begin(writes: false)
        let fleet = try action.fleet()
        let boxes = try action.boxes().filter { $0.retired == nil }.count
        let technicians = try action.technicians().filter { $0.removed == nil }.count
        let cold = folder.coldFile(fleet).path
        let coldLies = FileManager.default.fileExists(atPath: cold)
        var answer = Answer()
        let rows = [
            ["fleet", folder.path], ["since", fleet.made.iso], ["boxes", "\(boxes)"],
            ["technicians", "\(technicians)"],
            ["cold master", cold + (coldLies ? "" : " (not there now)")],
            ["fingerprint", fleet.certificate.hex],
        ]
        for line in TableText.lines(rows) { answer.say(line) }
        if coldLies, fleet.coldPath.isEmpty {
            answer.say("the cold master lies beside the hot one: carry it to another medium")
        }
        answer.put("folder", .string(folder.path))
        answer.put("made", .time(fleet.made))
        answer.put("boxes", .integer(Int64(boxes)))
        answer.put("technicians", .integer(Int64(technicians)))
        answer.put("cold", .string(cold))
        answer.put("coldIsThere", .bool(coldLies))
        answer.put("fingerprint", .string(fleet.certificate.hex))
        answer.show(asJSON: options.json)
    }
}
