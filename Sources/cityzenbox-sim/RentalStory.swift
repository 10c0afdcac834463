import AccessCode
import Box
import CAN
import Fleet
import KeyStore
import Ports
import Records
import Runtime
import SimulatedDisk
import Simulation
import Tariff
import TripLog
import Units
import Vehicle

/// Marie rents her car out for a Saturday.
final class RentalStory {
    let profile: VehicleProfile
    let recording: Recording?
    let language: Language
    let master: FleetMaster
    let stage: Stage
    let observer: StoryObserver
    let signer: SigningKey
    var narrator = Narrator()
    var bookings: BookingBook
    var rental: RentalID?
    var code = CodeText(digits: [])
    private let seed: UInt64

    static let boxID = BoxID(0x0B0C_0001_0000_002A)
    static let car = CarLabel(
        plate: "AB-123-CD", place: "12 rue Crébillon, Nantes, level -2, bay 7")
    /// The box is fitted on a Friday afternoon.
    static let fitted = CivilTime.utc(2026, 6, 12, 14, 0)
    /// The rental: Saturday 10:00 to 18:00 in Nantes.
    static let window = CivilTime.utc(2026, 6, 13, 8)..<CivilTime.utc(2026, 6, 13, 16)

    init(seed: UInt64, profile: VehicleProfile, recording: Recording?, language: Language) throws {
        self.seed = seed
        self.profile = profile
        self.recording = recording
        self.language = language
        master = try SeededFleet.master(seed)
        bookings = BookingBook(box: Self.boxID)
        var random = SplitMix64(seed: seed)
        signer = try SigningKey(
            scalar: (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        let keys = master.codeKeys(for: Self.boxID, keyEpoch: KeyEpoch(0))
        let car = SimulatedCar(profile: profile, odometer: Metres(87_412_340))
        // A recording moves no simulated car, so there is no truth to hold the kilometres against.
        let checker = recording == nil ? Checker() : nil
        observer = StoryObserver(checker: checker)
        let box = try SimulatedBox(
            SimulatedBox.Fitting(id: Self.boxID, keys: keys, car: car, seed: random.next()),
            at: Self.fitted, observer: observer)
        checker?.box = box
        stage = Stage(box: box, framePeriod: Milliseconds(100))
        stage.carIsSilent = recording != nil
    }

    var box: SimulatedBox { stage.box }

    /// Her own car, or the one that the recording or the profile is of.
    private var carName: String {
        profile.name.hasPrefix("renault") && recording == nil ? "Renault Modus" : "car"
    }

    func tell(into folder: DemoFolder) throws {
        print("CityzenBox: a rental by text message, on the real code, offline (seed \(seed))")
        try prepare()
        try disclose()
        try comeTooEarly()
        try openTheCar()
        if let recording { try drive(recording) } else { try drive() }
        try bringBack()
        let close = try checkTheLog()
        try bill(close, into: folder)
        try keep(in: folder)
        if let violation = observer.checker?.violations.first { throw violation }
        narrator.chapter("All \(narrator.promises) promises of this story were kept")
    }

    /// The fleet's keys, the box, the technician's visit.
    private func prepare() throws {
        narrator.chapter("Friday: the box is fitted")
        narrator.tell(
            stage.now, "\(Narrator.date(stage.now)), Nantes. The fleet makes its master keys:")
        narrator.add("hot \(master.hot), cold \(master.cold) (from the seed here, so that")
        narrator.add("the story can be replayed; a real fleet draws them from the system)")
        narrator.add("Box \(Self.boxID) goes into Marie's \(carName), profile \(profile.title).")
        box.deliver(
            .timeOffered(TimeOffer(time: stage.now, error: .seconds(1), source: .technician)))
        try stage.pass(.seconds(5))
        if recording == nil {
            stage.setIgnition(true)
            try stage.pass(.seconds(40))
            stage.setIgnition(false)
            let odometer = box.runtime?.monitor.state.odometer
            try narrator.check(odometer != nil, "the odometer is heard when the ignition is on")
            narrator.tell(
                stage.now,
                "The technician sets its clock and hears the car: the dash shows "
                    + Narrator.kilometres(odometer?.display ?? .zero)
            )
        }
        try stage.pass(.minutes(3))
        try narrator.check(box.board.isInhibited, "without a rental the starter cannot turn")
        narrator.tell(
            stage.now, "The car stood for a minute: the box keeps the starter from turning.")
    }

    /// The owner says yes; the driver gets a text message.
    private func disclose() throws {
        narrator.chapter("Friday evening: a booking, and a text message")
        try stage.pass(to: CivilTime.utc(2026, 6, 12, 18, 30))
        narrator.tell(
            stage.now, "Paul asks for the car on Saturday, 10:00 to 18:00. Marie says yes:")
        narrator.add("30 EUR a day or 5 EUR an hour, and 0.50 EUR a kilometre.")
        let rental = try bookings.book(Self.window, driver: "Paul", at: stage.now).get()
        let issuer = CodeIssuer(box: Self.boxID, keyEpoch: KeyEpoch(0))
        code = try issuer.rental(rental, with: box.keys)
        self.rental = rental
        let message = DriverMessage.code(code, car: Self.car, window: Self.window)
        narrator.tell(stage.now, "The fleet sends (the box hears nothing of it):")
        narrator.quote(message.text(in: language).text)
    }

    private func comeTooEarly() throws {
        narrator.chapter("Saturday: at the car")
        try stage.pass(to: CivilTime.utc(2026, 6, 13, 7, 10))
        let early = try stage.type(code.compact + "#")
        narrator.tell(stage.now, "Paul is 50 minutes early: \(words(early))")
        try narrator.check(early == .refused(.tooEarly), "a code does not open before its time")
        try narrator.check(box.board.isLocked, "the car stays locked")
        try stage.pass(to: CivilTime.utc(2026, 6, 13, 7, 42))
        var wrong = code.digits
        wrong.swapAt(10, 11)
        if wrong == code.digits { wrong[11] = (wrong[11] + 1) % 10 }
        let mistyped = try stage.type(CodeText(digits: wrong).compact + "#")
        narrator.tell(stage.now, "He comes back and mistypes two digits: \(words(mistyped))")
        try narrator.check(mistyped == .refused(.wrong), "a wrong code is refused")
    }

    /// The right code: what happens, in which order.
    private func openTheCar() throws {
        try stage.pass(.seconds(10))
        observer.forget()
        let opened = try stage.type(code.compact + "#")
        narrator.tell(stage.now, "Then the right one, \(code): \(words(opened)) In this order:")
        for (index, step) in observer.steps.enumerated() { narrator.add("\(index + 1). \(step)") }
        try narrator.check(opened == .opened, "the right code opens")
        try narrator.check(!box.board.isLocked, "the doors are unlocked")
        try narrator.check(!box.board.isInhibited, "the starter can turn")
        try checkOrder()
        stage.setDoor(open: true)
        try stage.pass(.seconds(9))
        stage.setDoor(open: false)
        try stage.pass(.seconds(20))
    }

    /// Redemption, door, `trip.open`, starter: never another order.
    private func checkOrder() throws {
        func place(_ text: String) -> Int? { observer.steps.firstIndex { $0.contains(text) } }
        guard let redeemed = place("code.accepted"), let door = place("door.unlock"),
            let open = place("trip.open"), let starter = place("starter.inhibit.reset")
        else { throw BrokenPromise(description: "broken promise: redemption, door, trip, starter") }
        try narrator.check(
            redeemed < door && door < open && open < starter,
            "redemption is durable, then the door, then trip.open, then the starter")
    }

    /// What Paul sees and hears.
    func words(_ signal: Signal?) -> String {
        guard let signal else { return "nothing happens." }
        let meaning =
            switch signal {
            case .opened: "the doors open."
            case .reopened: "the doors open again."
            case .refused(.tooEarly): "\"too early\"."
            case .refused(.wrong): "\"wrong code\"."
            case .refused(.closed): "\"this rental is over\"."
            case .locked: "the doors lock."
            case .ended: "the doors lock, the rental is over."
            default: "\(signal)."
            }
        return "\(meaning) [\(signal.notation)]"
    }
}
