extension CommandTree {
    /// Every command, in the order of help.
    public static let commands: [ConsoleCommand] = general + keysAndClock + boardAndCar + logAndRest

    private static let general = [
        ConsoleCommand(
            .help, "Shows the commands, or what one of them does.", "",
            [ConsoleArgument("command", .words, optional: true)], access: .anybody),
        ConsoleCommand(
            .version, "Shows the firmware and the identity of the box.", access: .anybody),
        ConsoleCommand(
            .status, "Shows whether the box is well: clock, log, supply, faults.",
            "It tells no secret and nothing of any trip or rental.", access: .anybody),
        ConsoleCommand(
            .claim, "Makes a new box yours: lets the first technician in.",
            """
            A new box is claimed once. It asks for the technician's key of this box, 64 \
            hexadecimal digits, for the PIN, 4 to 12 digits, and for the fingerprint of the \
            fleet's certificate, 64 hexadecimal digits; key and PIN are neither shown nor logged. \
            Who has been let in then logs in.
            """, [ConsoleArgument("technician", .technician)], access: .anybody, effect: .changes),
        ConsoleCommand(
            .login, "Lets a technician in, by challenge and answer.",
            """
            The box shows eight digits; the fleet's tool makes the eight digits of the answer \
            from them, the technician's key of this box and the PIN (OCRA, RFC 6287). Five wrong \
            answers are free, then each makes you wait, up to 64 minutes. After 10 minutes \
            without a key the box logs out.
            """, [ConsoleArgument("technician", .technician)], access: .anybody),
        ConsoleCommand(.logout, "Ends the session.", access: .anybody),
        ConsoleCommand(
            .json, "Makes the session one for programs, or one for people again.",
            """
            While it is on, nothing is echoed, no prompt is written, and every command is answered \
            by one line of JSON. A single command is answered so with --json behind it.
            """, [ConsoleArgument("mode", .choice(["on", "off"]))], access: .anybody),
        ConsoleCommand(
            .provision, "Guides through the installation, from the first step that is open.",
            """
            What has been done is asked of the box, so it goes on where it was, also after \
            unplugging. An empty line leaves a step for later, q ends. In JSON it only lists the \
            steps: programs give the commands of the steps.
            """, effect: .changes),
    ]

    private static let keysAndClock = [
        ConsoleCommand(.keysShow, "Shows which keys the box holds, never the keys."),
        ConsoleCommand(
            .keysRequest, "Makes the request with which the fleet enrols this box.",
            """
            A certificate request (PKCS #10) in PEM. The fleet answers it with a bundle; a request \
            that is made later voids the ones before.
            """, effect: .changes),
        ConsoleCommand(
            .keysInstall, "Installs the bundle that the fleet made for this box.",
            "Paste it after the question: CMS in PEM. Its last line ends it.", effect: .changes),
        ConsoleCommand(
            .keysRotate, "Retires the key epoch for that of the cold spare.",
            "Codes of the old epoch open no more. There is no way back.", effect: .changes),
        ConsoleCommand(
            .keysSpare, "Installs another cold spare, from a bundle of the fleet.",
            "Paste it after the question: CMS in PEM. Its last line ends it.", effect: .changes),
        ConsoleCommand(.clockShow, "Shows what the box knows of UTC, and how well."),
        ConsoleCommand(
            .clockSet, "Sets the clock.",
            """
            Within a second of UTC, please: compare with a radio clock. Never below the time that \
            has certainly passed; during a trip it is taken when the trip is closed.
            """, [ConsoleArgument("time", .time)], effect: .changes),
    ]

    private static let boardAndCar = [
        ConsoleCommand(.boardShow, "Shows the board's lines and the interlock."),
        ConsoleCommand(
            .boardTest, "Drives the starter relay both ways and reads it back; pulses the lock.",
            """
            Only while the car has stood with its ignition off for a minute, and no trip is open. \
            The relay is left as it was.
            """, effect: .changes, needsStandingCar: true),
        ConsoleCommand(
            .carProbe, "Listens to the car and says which profile fits.",
            "Drive 2 km meanwhile, or two minutes at least; ^C ends it early.",
            [ConsoleArgument("seconds", .seconds(5...3600), optional: true)]),
        ConsoleCommand(.carProfile, "Shows the profile of the car."),
        ConsoleCommand(
            .carPair, "Reads the car by another profile.",
            "It is read from the next start of the box on.", [ConsoleArgument("profile", .name)],
            effect: .changes),
        ConsoleCommand(
            .carOdometer, "Shows the odometer: what it says, by which source, how well."),
        ConsoleCommand(
            .carConfirm, "Says what the dashboard shows, so that trips can be billed by it.", "",
            [ConsoleArgument("km", .kilometres)], effect: .changes),
        ConsoleCommand(
            .carPin, "Bills by another odometer of the profile, from the next trip on.",
            "Confirm it against the dashboard then.", [ConsoleArgument("odometer", .name)],
            effect: .changes),
        ConsoleCommand(
            .carSignals, "Shows what the car tells, every second, until a key.",
            "In JSON it shows it once."),
    ]

    private static let logAndRest = [
        ConsoleCommand(.logShow, "Shows where the log stands and what the fleet has of it."),
        ConsoleCommand(.logVerify, "Checks the whole chain of the log."),
        ConsoleCommand(
            .logPull, "Gives away the records that the fleet does not have yet.",
            "One canonical JSON object a line, as the fleet takes them.",
            [ConsoleArgument("from", .record, optional: true)], effect: .exports),
        ConsoleCommand(
            .logAck, "Takes the fleet's signed word for the records that it has.",
            "The answer of the fleet as a compact JWS, as it came with a pull.",
            [ConsoleArgument("answer", .name)], effect: .changes),
        ConsoleCommand(
            .logExport, "Gives away all records that are kept.",
            "One canonical JSON object a line.",
            [ConsoleArgument("from", .record, optional: true)], effect: .exports),
        ConsoleCommand(.rentalShow, "Shows the rental and the trip that are active."),
        ConsoleCommand(
            .rentalEnd, "Ends a rental that its driver has left.",
            "The car must stand, its ignition off, its doors closed. They are locked.",
            effect: .changes),
        ConsoleCommand(.netShow, "Shows whether the fleet can be reached."),
        ConsoleCommand(.netTest, "Tries to reach the fleet now.", effect: .changes),
        ConsoleCommand(.updateShow, "Shows the firmware that runs and the one that waits."),
        ConsoleCommand(.diagnose, "Makes one report of everything, to be sent to support."),
        ConsoleCommand(
            .wipe, "Erases keys, technicians and set-up: the box is new again.",
            """
            It asks for the identity of the box, typed out. The log is kept until the fleet has \
            it. Not while a trip is open.
            """, effect: .changes),
    ]
}
