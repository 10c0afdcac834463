internal import AccessCode
internal import Box
internal import Records
internal import Units

/// What is said in the end.
extension Console {
    /// The end of a command that was done.
    mutating func finish(_ invocation: Invocation?, _ report: Report) {
        if isJSON(invocation) {
            write(
                Self.line([
                    "command": invocation.map { .string($0.command.name.rawValue) } ?? .null,
                    "ok": .bool(true), "data": report.json,
                ]))
            return prompt()
        }
        show(report.lines, invocation)
    }

    /// The end of a command that was done, in words and with nothing else to tell.
    mutating func finish(_ invocation: Invocation?, _ words: String) {
        var report = Report()
        report.put("done", "done", words)
        finish(invocation, report)
    }

    /// Lines for people, a screen at a time.
    mutating func show(_ lines: [String], _ invocation: Invocation?) {
        guard !isPlain, invocation?.isUnpaged != true, let (shown, pager) = Pager.begin(lines)
        else {
            write(lines)
            return prompt()
        }
        write(shown)
        writeRaw(Pager.question)
        mode = .paging(pager)
    }

    /// The end of a command that was not done.
    mutating func refuse(_ invocation: Invocation?, _ refusal: ConsoleRefusal, _ detail: String) {
        refuse(invocation?.command.name.rawValue, refusal, detail, isJSON: isJSON(invocation))
    }

    mutating func refuse(
        _ command: String?, _ refusal: ConsoleRefusal, _ detail: String, isJSON: Bool
    ) {
        let words = detail.isEmpty ? refusal.words : detail
        if isJSON {
            write(
                Self.line([
                    "command": command.map { .string($0) } ?? .null, "ok": .bool(false),
                    "refusal": .string(refusal.rawValue), "message": .string(words),
                ]))
        } else {
            write("refused: \(words) (\(refusal.rawValue))\n")
        }
        prompt()
    }

    func isJSON(_ invocation: Invocation?) -> Bool { isPlain || invocation?.isJSON == true }
}

/// A question to whoever is at the line, in the middle of a command.
enum Question: Hashable, Sendable {
    /// The answer to a challenge.
    case loginAnswer(TechnicianID, challenge: String)
    /// The key of the technician who claims.
    case claimKey(TechnicianID)
    /// The PIN; the key was typed.
    case claimPIN(TechnicianID, key: [UInt8])
    /// The fingerprint of the fleet's certificate; the rest was typed.
    case claimFleet(TechnicianID, key: [UInt8], pin: String)
    /// The next line of a bundle.
    case bundle(BundlePaste)
    /// The identity of the box that is to be wiped.
    case wipeBox(BoxID)
    /// What a step of the installation needs.
    case step(ProvisionStep)

    /// The name of what is wanted, for programs.
    var name: String {
        switch self {
        case .loginAnswer: "answer"
        case .claimKey: "key"
        case .claimPIN: "pin"
        case .claimFleet: "fleet"
        case .bundle: "bundle"
        case .wipeBox: "box"
        case .step: "step"
        }
    }

    var prompt: String {
        switch self {
        case .loginAnswer: "answer: "
        case .claimKey: "key, 64 hexadecimal digits, not shown: "
        case .claimPIN: "PIN, 4 to 12 digits, not shown: "
        case .claimFleet: "fingerprint of the fleet's certificate: "
        case .bundle: ""
        case .wipeBox: "type the identity of the box to erase it: "
        case .step(let step): "\(step.rawValue), l for later, q to leave: "
        }
    }

    var echo: LineEditor.Echo {
        switch self {
        case .loginAnswer, .claimFleet, .wipeBox, .step: .shown
        case .claimKey, .claimPIN, .bundle: .hidden
        }
    }
}

/// A bundle that is being pasted.
struct BundlePaste: Hashable, Sendable {
    /// What it is for.
    enum Purpose: Hashable, Sendable {
        case keys, spare, step
    }

    let purpose: Purpose
    var text = ""

    enum Step: Hashable, Sendable {
        case more(BundlePaste)
        case whole(String)
        case tooLarge
    }

    /// Takes a line; an empty one in front is passed over.
    func taking(_ line: String) -> Step {
        var next = self
        guard !(text.isEmpty && line.isEmpty) else { return .more(next) }
        next.text += line + "\n"
        guard next.text.utf8.count <= Console.bundleMaximum else { return .tooLarge }
        return line.hasPrefix("-----END ") ? .whole(next.text) : .more(next)
    }
}

extension Console {
    /// Asks `question`; the next line is its answer.
    mutating func put(_ question: Question, _ invocation: Invocation) {
        mode = .question(question, invocation)
        guard isJSON(invocation) else {
            return writeRaw(editor.begin(question.prompt, echo: question.echo))
        }
        var members: [String: CanonicalJSON] = [
            "command": .string(invocation.command.name.rawValue), "ask": .string(question.name),
        ]
        if case .loginAnswer(_, let challenge) = question {
            members["challenge"] = .string(challenge)
        }
        write(Self.line(members))
        _ = editor.begin("", echo: .plain)
    }

    mutating func answer(_ question: Question, _ line: String, _ invocation: Invocation) {
        switch question {
        case .loginAnswer(let technician, let challenge):
            let digits = line.filter { $0 != " " }
            guard Self.isDigits(digits, 8...8) else {
                return refuse(invocation, .badArgument, "an answer has eight digits; log in again")
            }
            let login = TechnicianLogin(
                technician: technician, challenge: challenge, answer: digits)
            ask(.login(login), .login(technician), invocation)
        case .claimKey(let technician):
            guard let key = Hex.decode(line.filter { $0 != " " }), key.count == 32 else {
                return refuse(invocation, .badArgument, "a key has 64 hexadecimal digits")
            }
            put(.claimPIN(technician, key: key), invocation)
        case .claimPIN(let technician, let key):
            guard Self.isDigits(line, 4...12) else {
                return refuse(invocation, .badArgument, "a PIN has 4 to 12 digits")
            }
            put(.claimFleet(technician, key: key, pin: line), invocation)
        case .claimFleet(let technician, let key, let pin):
            // As `openssl x509 -fingerprint` writes it, too.
            let digits = line.filter { $0 != " " && $0 != ":" }
            guard let fleet = Digest256(hex: digits) else {
                return refuse(invocation, .badArgument, "a fingerprint has 64 hexadecimal digits")
            }
            let claim = ConsoleClaim(technician: technician, key: key, pin: pin, fleet: fleet)
            record(.act(.claim(claim)), by: technician, invocation)
        case .bundle(let paste): take(line, of: paste, invocation)
        case .wipeBox(let box):
            guard BoxID(line.filter { $0 != " " }) == box else {
                return refuse(invocation, .notConfirmed, "that is another box: nothing is erased")
            }
            record(.act(.wipe), invocation)
        case .step(let step): take(line, for: step, invocation)
        }
    }

    private mutating func take(_ line: String, of paste: BundlePaste, _ invocation: Invocation) {
        if paste.purpose == .step, paste.text.isEmpty, ["l", "q"].contains(line) {
            return take(line, for: .keys, invocation)
        }
        switch paste.taking(line) {
        case .more(let paste):
            // A line of many: neither prompt nor question again.
            mode = .question(.bundle(paste), invocation)
            _ = editor.begin("", echo: isJSON(invocation) ? .plain : .hidden)
        case .tooLarge:
            guide = nil
            refuse(
                invocation, .badBundle, "a bundle has \(Self.bundleMaximum) bytes at most")
        case .whole(let text):
            switch paste.purpose {
            case .keys, .step: record(.act(.installKeys(bundle: text)), invocation)
            case .spare: record(.act(.installSpare(bundle: text)), invocation)
            }
        }
    }

    private static func isDigits(_ text: String, _ count: ClosedRange<Int>) -> Bool {
        count.contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
