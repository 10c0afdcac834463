internal import Units
internal import Vehicle

/// How a command is carried out.
enum CommandPlan {
    /// At once, without asking anything: help, the mode of the session, its end.
    case help, json, logout
    /// By claiming or logging in.
    case enter
    /// By showing what the facts say.
    case show((BoxFacts) -> Report)
    /// By something that is done once the record of it is durable.
    case work((Invocation, BoxFacts) -> Work)
    /// By a question or a request of its own.
    case begin(CommandCourse)
}

/// What a command goes on with that is more than one answer.
enum CommandCourse {
    case bundle(BundlePaste.Purpose)
    case wipe
    case check
    case diagnosis
    case probe
    case guide
    case signals
}

extension CommandName {
    /// How the command is carried out.
    var plan: CommandPlan {
        switch self {
        case .help: .help
        case .json: .json
        case .logout: .logout
        case .claim, .login: .enter
        case .version: .show(\.version)
        case .status: .show(\.status)
        case .keysShow: .show(\.keysReport)
        case .clockShow: .show(\.clockReport)
        case .boardShow: .show(\.boardReport)
        case .carProfile: .show(\.profileReport)
        case .carOdometer: .show(\.odometerReport)
        case .logShow: .show(\.logReport)
        case .rentalShow: .show(\.rentalReport)
        case .netShow: .show(\.netReport)
        case .updateShow: .show(\.updateReport)
        case .keysRequest: .work { _, _ in .enrolment }
        case .keysRotate: .work { _, _ in .act(.rotateKeys) }
        case .clockSet: .work { typed, _ in .act(.setClock(typed.time)) }
        case .boardTest: .work { _, _ in .relays }
        case .carPair: .work { typed, _ in .act(.pairProfile(typed.word)) }
        case .carConfirm: .work { typed, _ in .act(.confirmOdometer(typed.distance)) }
        case .carPin: .work { typed, _ in .act(.pinOdometer(SourceKey(typed.word))) }
        case .logAck: .work { typed, _ in .act(.acknowledge(typed.word)) }
        case .logPull:
            .work { typed, facts in .lines(from: typed.number ?? facts.log.acknowledged + 1) }
        case .logExport: .work { typed, _ in .lines(from: typed.number ?? 1) }
        case .rentalEnd: .work { _, _ in .act(.endRental) }
        case .netTest: .work { _, _ in .net }
        case .keysInstall: .begin(.bundle(.keys))
        case .keysSpare: .begin(.bundle(.spare))
        case .wipe: .begin(.wipe)
        case .logVerify: .begin(.check)
        case .diagnose: .begin(.diagnosis)
        case .carProbe: .begin(.probe)
        case .provision: .begin(.guide)
        case .carSignals: .begin(.signals)
        }
    }
}

/// The first argument, which the reader has made of the kind that the table says.
extension Invocation {
    /// A number; `nil` where it was left out.
    var number: Int64? {
        if case .number(let number) = arguments.first { number } else { nil }
    }

    var word: String {
        guard case .text(let word) = arguments.first else {
            preconditionFailure("the table gives this command a word")
        }
        return word
    }

    var time: WallTime {
        guard case .time(let time) = arguments.first else {
            preconditionFailure("the table gives this command a time")
        }
        return time
    }

    var distance: Metres {
        guard case .distance(let distance) = arguments.first else {
            preconditionFailure("the table gives this command a distance")
        }
        return distance
    }
}
