import AccessCode
import ArgumentParser
import Fleet
import FleetStore
import KeyStore
import Records
import Units

/// `cityzenbox-fleet provision`
struct ProvisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Install a box in a car, over the cable to its console.",
        discussion: """
            Claims a new box, enrols it, installs its keys, names the profile of the car, sets the \
            clock by this machine's, and leads through what is done at the car: odometer, relays, \
            keypad, a test code. What the box has done is asked of the box, so after a pulled \
            cable the same command goes on. In the end it prints a report, and writes it signed \
            by the fleet.
            The clock of this machine must be right to the second.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var pin: PINOptions

    @Option(help: "The serial port, such as /dev/ttyUSB0.")
    var port: String

    @Option(help: "The profile of the car, by name.")
    var car: String

    @Option(help: "The number plate of the car.")
    var plate: String?

    @Option(help: "Where the car stands.")
    var place: String?

    @Option(help: "The number of the technician, where the fleet has several.")
    var technician: Int64?

    @Option(help: "What the dashboard shows in km, in place of asking.")
    var km: String?

    @Flag(help: "Ask nobody: relays are tested once, what only a person knows is left for later.")
    var yes = false

    @Option(help: "The file of the cold master, where it is not in its usual place.")
    var cold: String?

    @Option(help: "The file for the signed report (default: BOX.provisioning.jws).")
    var report: String?

    func run() throws {
        var car = CarOptions()
        (car.car, car.plate, car.place) = (self.car, plate, place)
        let enroller = try Enroller(options, cold: cold, car: car)
        let folder = try options.folder
        let action = try folder.opened().begin(writes: false)
        let fleet = try action.fleet()
        let technician = try chosen(try action.technicians().filter { $0.removed == nil })
        let office = try ProvisioningOffice(
            options: options, enroller: enroller, technician: technician,
            pin: try self.pin.known(), fingerprint: fleet.certificate)
        let started = try options.time
        let plan = ProvisioningDialogue.Plan(
            technician: technician.id, profile: self.car, kilometres: km, isUnattended: yes)
        let session = try ProvisioningSession(
            ProvisioningDialogue(plan), port: port, office: office)
        let done: ProvisioningReport
        switch try session.run() {
        case .finished(let report): done = report
        case .failed(let failure):
            throw Failure("\(failure)", status: SystemStatus(failure.code))
        }
        try show(done, folder, fleet, started)
    }

    private func show(
        _ done: ProvisioningReport, _ folder: FleetFolder, _ fleet: FleetRecord,
        _ started: WallTime
    ) throws {
        let finished = try options.time
        let json = done.json(fleet: fleet.certificate, started: started, finished: finished)
        let jws = try SigningKey(secret: try folder.acknowledgement.load()).jws(json.bytes)
        let path = report ?? "\(done.box).provisioning.jws"
        try TextFile.write(jws + "\n", to: path)
        var answer = Answer()
        for line in done.lines(started: started, finished: finished) { answer.say(line) }
        answer.say("signed in \(path)")
        answer.put("report", json)
        answer.put("jws", .string(jws))
        answer.put("out", .string(path))
        answer.show(asJSON: options.json)
        guard done.open.isEmpty else { throw ExitCode(1) }
    }

    private func chosen(_ technicians: [FleetTechnician]) throws -> FleetTechnician {
        if let number = technician {
            let id = try Given.technician(number)
            if let found = technicians.first(where: { $0.id == id }) { return found }
            throw Failure(
                "the technician \(id): the fleet has none of this number; look in technician list",
                status: .wrongData)
        }
        guard technicians.count == 1, let only = technicians.first else {
            throw Failure(
                "the technician: the fleet has \(technicians.count); say who installs with "
                    + "--technician NUMBER", status: .wrongData)
        }
        return only
    }
}

extension SystemStatus {
    /// The status for an installation that was broken off; `nil` for 1.
    init?(_ code: ProvisioningFailure.Code) {
        switch code {
        case .hungUp, .silent, .garbled: self = .unavailable
        case .otherBox: self = .wrongData
        case .refused, .fleet: return nil
        }
    }
}
