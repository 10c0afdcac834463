import AccessCode
import Fleet
import FleetStore
import KeyStore
import Records
import Units

/// What the fleet does for an installation: keys, answers, bundles, the test code.
struct ProvisioningOffice {
    /// The driver of test codes in the book.
    static let tester = "test"
    /// How long a test code is good for.
    static let testLength = Milliseconds.minutes(30)

    private let options: FleetOptions
    private let enroller: Enroller
    private let technician: FleetTechnician
    private let pin: String
    private let fingerprint: Digest256

    /// The office for `technician`. Refuses a wrong PIN.
    init(
        options: FleetOptions, enroller: Enroller, technician: FleetTechnician, pin: String,
        fingerprint: Digest256
    ) throws {
        guard PINOptions.isPIN(pin, of: technician) else {
            throw Failure("the PIN: it is not that of technician \(technician.id); try again")
        }
        self.options = options
        self.enroller = enroller
        self.technician = technician
        self.pin = pin
        self.fingerprint = fingerprint
    }

    /// What the fleet answers; what goes wrong is an answer, too.
    func answer(
        _ need: ProvisioningDialogue.FleetNeed
    ) -> ProvisioningDialogue.FleetAnswer {
        do { return try made(need) } catch { return .failed("\(error)") }
    }

    private func made(
        _ need: ProvisioningDialogue.FleetNeed
    ) throws -> ProvisioningDialogue.FleetAnswer {
        switch need {
        case .claim(let box):
            let keys = try TechnicianKeyring(technician, pin, on: box, in: enroller.folder)
            return .claim(key: keys.key.revealedHex(), pin: pin, fleet: fingerprint.hex)
        case .answer(let box, let challenge):
            let keys = try TechnicianKeyring(technician, pin, on: box, in: enroller.folder)
            return .answer(try keys.answer(challenge))
        case .bundle(_, let request):
            let made = try enroller.enrol(request, from: "what the box sent")
            for line in made.answer.lines { Terminal.tell(line) }
            return .bundle(made.bundle)
        case .isEnrolled(let box, let keyEpoch, let logEpoch):
            let known = try enroller.folder.opened().begin(writes: false).box(box)
            guard let known, known.retired == nil else { return .isEnrolled(false) }
            let hasKeys = keyEpoch.map { $0 == Int64(known.keyEpoch.number) } ?? true
            let hasLog = logEpoch.map { $0 == Int64(known.logEpoch) } ?? true
            return .isEnrolled(hasKeys && hasLog)
        case .time: return .time(try options.time)
        case .testCode(let box): return .testCode(try testCode(box))
        case .testPending(let box):
            return .testPending(pendingTest(try CodeDesk(box, options)) != nil)
        case .testCodeTaken(let box):
            var desk = try CodeDesk(box, options)
            if let rental = pendingTest(desk)?.rental {
                _ = try desk.book.noteRedeemed(rental).get()
                try desk.keep()
            }
            return .noted
        case .testEnded(let box):
            var desk = try CodeDesk(box, options)
            if let rental = pendingTest(desk)?.rental {
                _ = try desk.book.noteReturned(rental, at: desk.now).get()
                try desk.keep()
            }
            return .noted
        }
    }

    /// The test code of before while it is good, or another one.
    private func testCode(_ box: BoxID) throws -> CodeText {
        var desk = try CodeDesk(box, options, cold: enroller.cold)
        let before = pendingTest(desk).flatMap { $0.isRedeemed ? nil : $0.rental }
        let rental =
            try before
            ?? desk.book.book(
                desk.now..<(desk.now + Self.testLength), driver: Self.tester, at: desk.now
            ).get()
        let code = try desk.issuer.rental(rental, with: try desk.keys())
        try desk.disclose(
            .rental, "\(rental)", booking: desk.book.booking(of: rental)?.number)
        return code
    }

    /// The test whose rental nobody knows to be over.
    private func pendingTest(_ desk: CodeDesk) -> Booking? {
        desk.book.bookings.last {
            $0.driver == Self.tester && $0.isLive(at: desk.now)
        }
    }
}
