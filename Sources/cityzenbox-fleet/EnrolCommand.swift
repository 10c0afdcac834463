import AccessCode
import ArgumentParser
import DataFiles
import Fleet
import FleetStore
import FoundationEssentials
import KeyStore
import Ports
import Records
import Units

/// `cityzenbox-fleet enrol`
struct EnrolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Answer the request of a box with its certificate and the bundle of its keys.",
        discussion: """
            The box makes the request at its console (`keys request`) and takes the bundle there \
            (`keys install`); `provision` does both. Only the box can read the bundle, which it \
            takes for seven days. The cold master is needed, for the spare comes of it.
            A box that was enrolled is enrolled again with the same keys. When it lost its log, or \
            after KEYSWITCH, its key epoch goes on: the codes of its bookings are issued again.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var car: CarOptions

    @Argument(help: "The file with the request, PKCS#10 in PEM.")
    var request: String

    @Option(help: "The file for the bundle (default: BOX.bundle.pem).")
    var out: String?

    @Option(help: "The file of the cold master, where it is not in its usual place.")
    var cold: String?

    func run() throws {
        let text = try Given.file(request)
        let enroller = try Enroller(options, cold: cold, car: car)
        let made = try enroller.enrol(text, from: request)
        let path = out ?? "\(made.plan.box.id).bundle.pem"
        try TextFile.write(made.bundle, to: path)
        var answer = made.answer
        answer.say("the bundle is in \(path): carry it to the box, and install it there")
        answer.put("out", .string(path))
        answer.show(asJSON: options.json)
    }
}

/// What is known of a car.
struct CarOptions: ParsableArguments {
    @Option(help: "The profile of the car, by name.")
    var car: String?

    @Option(help: "The number plate of the car.")
    var plate: String?

    @Option(help: "Where the car stands.")
    var place: String?

    /// Refuses a profile that nobody knows.
    func check() throws {
        guard let car else { return }
        _ = try DataFolder.profiles.find(car)
    }
}

/// Answers requests of boxes.
struct Enroller {
    /// What came of a request.
    struct Made {
        let plan: EnrolmentPlan
        let bundle: String
        let answer: Answer
    }

    let options: FleetOptions
    let folder: FleetFolder
    let cold: String?
    let car: CarOptions

    init(_ options: FleetOptions, cold: String?, car: CarOptions) throws {
        try car.check()
        self.options = options
        folder = try options.folder
        self.cold = cold
        self.car = car
    }

    /// Answers the request `text`, and keeps that it did before the bundle is handed out.
    func enrol(_ text: String, from place: String) throws -> Made {
        let request: EnrolmentRequest
        do throws(RequestRefusal) { request = try EnrolmentRequest(pem: text) } catch {
            throw Failure(
                "\(place): it is no request of a box (\(error.rawValue)); let the box make a new "
                    + "one with keys request", status: .wrongData)
        }
        let now = try options.time
        let database = try folder.opened()
        let action = try database.begin()
        let nonce = Hex.encode(request.nonce)
        var plan = try EnrolmentPlan(
            request.box, logEpoch: request.data.logEpoch, nonce: nonce,
            known: try action.box(request.box),
            enrolments: try action.enrolments(of: request.box), at: now)
        plan.box.profile = car.car ?? plan.box.profile
        plan.box.plate = car.plate ?? plan.box.plate
        plan.box.place = car.place ?? plan.box.place
        let authority = try CertificateAuthorityFile(path: folder.authority).load()
        let certificate = try authority.issue(
            request, from: now - Authority.slack, until: now + Authority.boxValidity)
        let content = try content(plan.box, request, certificate, authority, action, now)
        let bundle = try Bundle.seal(content, to: certificate, by: authority)
        try action.put(plan.box)
        try action.add(
            Enrolment(
                box: request.box, nonce: nonce, serial: certificate.serial,
                certificate: certificate.pem, keyEpoch: plan.box.keyEpoch,
                logEpoch: request.data.logEpoch, firmware: request.data.firmware,
                backend: request.backend, issued: now))
        let live = try action.book(of: request.box).bookings.filter { $0.isLive(at: now) }
        try action.commit()
        let stale = plan.reason == .again || plan.reason == .new ? [] : live.map(\.number)
        return Made(
            plan: plan, bundle: bundle,
            answer: Self.answer(plan, certificate, request, reissue: stale))
    }

    private func content(
        _ box: FleetBox, _ request: EnrolmentRequest, _ certificate: Certificate,
        _ authority: CertificateAuthority, _ action: FleetTransaction, _ now: WallTime
    ) throws -> BundleContent {
        let technicians = try action.technicians().filter { $0.removed == nil }
        guard BundleContent.technicianCounts.contains(technicians.count) else {
            throw Failure(
                "enrol box \(box.id): the fleet has \(technicians.count) technicians, and a box "
                    + "lets in 1 to \(BundleContent.technicianCounts.upperBound); add one with "
                    + "technician add, or remove some")
        }
        let master = try folder.technicians.load()
        let signer = try SigningKey(secret: try folder.acknowledgement.load())
        return BundleContent(
            box: box.id, nonce: request.nonce, issued: now,
            expires: now + Authority.bundleValidity, keyEpoch: box.keyEpoch,
            epochKey: try folder.master(folder.hot).epochKey(of: box.id, in: box.keyEpoch),
            spareKey: try folder.coldMaster(cold, try action.fleet())
                .epochKey(of: box.id, in: box.keyEpoch.next),
            ownerKey: try folder.master(folder.owners)
                .ownerKey(of: box.id, number: box.ownerNumber),
            acknowledgementKey: signer.publicKeyPEM, certificate: certificate.pem,
            fleetCertificate: authority.certificate.pem,
            technicians: technicians.map { technician in
                BundleContent.Technician(
                    technician: technician.id,
                    key: SoftwareTechnicianKeys.key(
                        of: technician.id, on: box.id, master: master),
                    pinHash: SecretBytes(technician.pinHash))
            })
    }

    private static func answer(
        _ plan: EnrolmentPlan, _ certificate: Certificate, _ request: EnrolmentRequest,
        reissue: [Int]
    ) -> Answer {
        var answer = Answer()
        let box = plan.box
        let what =
            switch plan.reason {
            case .new: "is enrolled"
            case .again: "is enrolled again, with the keys that it has"
            case .newLog: "is enrolled again: it lost its log, so codes of before open no more"
            case .afterKeySwitch: "is enrolled again: its codes come of the hot master from now on"
            }
        answer.say("box \(box.id) \(what)")
        for line in TableText.lines([
            ["key epoch", "\(box.keyEpoch)"], ["log epoch", "\(box.logEpoch)"],
            ["firmware", request.data.firmware], ["keys in", request.backend],
            ["certificate", certificate.serial], ["profile", box.profile ?? "unknown"],
        ]) { answer.say("  \(line)") }
        if !reissue.isEmpty {
            let numbers = reissue.map { "\($0)" }.joined(separator: ", ")
            answer.say("issue the codes of these bookings again: \(numbers)")
        }
        answer.put("box", box.json)
        answer.put("reason", .string(plan.reason.rawValue))
        answer.put("serial", .string(certificate.serial))
        answer.put("reissue", .array(reissue.map { .integer(Int64($0)) }))
        return answer
    }
}
