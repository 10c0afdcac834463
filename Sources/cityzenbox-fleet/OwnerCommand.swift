import ArgumentParser
import FleetStore
import FoundationEssentials
import KeyStore
import Records
import Units

/// `cityzenbox-fleet owner`: one-time passwords of owners.
struct OwnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner",
        abstract: "The owner's one-time passwords.",
        subcommands: [Enrol.self])

    /// `cityzenbox-fleet owner enrol`
    struct Enrol: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the QR code with which an owner's phone makes passwords of a box.",
            discussion: """
                It is a secret: who scans it opens the car. The authenticator must know SHA-256 \
                and eight digits (RFC 6238); one that passes over the algorithm makes passwords \
                that are wrong, so let the owner open the car once while you are there.
                The secret comes of the master of owners, and every bundle brings it to its box. \
                After --replace the box must be enrolled again before the new one counts.
                """)

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Flag(help: "Make another secret, for a phone that was lost.")
        var replace = false

        @Option(help: ArgumentHelp("Write the QR code into this file, too.", valueName: "file"))
        var svg: String?

        func run() throws {
            let id = try Given.box(self.box)
            let folder = try options.folder
            let action = try folder.opened().begin()
            var box = try action.knownBox(id)
            if replace {
                guard box.ownerNumber < UInt16.max else {
                    throw Failure("box \(id): it had its last secret of an owner; change the box")
                }
                box.ownerNumber += 1
                try action.put(box)
            }
            let secret = try folder.master(folder.owners).ownerKey(of: id, number: box.ownerNumber)
            let uri = OwnerURI.text(box, secret)
            let code = try QRCode(uri)
            if let svg {
                guard !FileManager.default.fileExists(atPath: svg) else {
                    throw Failure(
                        "\(svg): it exists already, and is not overwritten; name another file",
                        status: .cannotCreate)
                }
                try TextFile.write(code.svg, to: svg)
            }
            try action.commit()
            var answer = Answer()
            for line in code.halfBlocks { answer.say(line) }
            answer.say(uri)
            if replace {
                answer.say("enrol box \(id) again: until then the old secret counts")
            }
            answer.put("box", .string("\(id)"))
            answer.put("uri", .string(uri))
            answer.put("number", .integer(Int64(box.ownerNumber)))
            answer.show(asJSON: options.json)
        }
    }
}

/// What an authenticator scans.
enum OwnerURI {
    static func text(_ box: FleetBox, _ secret: SecretBytes) -> String {
        let account = box.plate.isEmpty ? "\(box.id)" : box.plate
        return "otpauth://totp/CityzenBox:\(escaped(account))?secret=\(secret.revealedBase32())"
            + "&issuer=CityzenBox&algorithm=SHA256&digits=8&period=30"
    }

    /// Percent-encoding (RFC 3986) of everything but unreserved characters.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                String(UnicodeScalar(byte))
            case _:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
