import AccessCode
import Box
import DeskScreen
import Ports
import Records
import Runtime
import Simulation
import TripLog
import Units
import Vehicle

/// What the screen shows of a session.
extension LiveSession {
    /// The desk as it is now. LEDs and buzzer belong to whoever plays them out.
    var state: LiveState {
        var state = LiveState(box: box.id, profile: box.car.profile.name, time: box.truth)
        state.rate = rate
        state.language = language
        state.answer = answer
        state.isMasked = isMasked
        state.car = carPart
        state.knows = boxPart
        state.log = lines
        state.acknowledged = acknowledged
        state.scrolled = scrolled
        state.page = page
        state.notice = notice
        if page == .phone { state.phone = phoneEntries }
        return state
    }

    private var phoneEntries: [LiveState.PhoneEntry] {
        do throws(CodeKeyFailure) {
            return try phone.entries(at: box.truth, box.runtime?.box.durable.book)
                + consoleEntries
        } catch {
            return [LiveState.PhoneEntry(title: "no codes", code: "", window: "\(error)")]
        }
    }

    /// Where the technician finds the console, and what the laptop answers.
    private var consoleEntries: [LiveState.PhoneEntry] {
        guard let console else { return [] }
        let technician = console.technician
        let open = console.challenge
        let answer = open.flatMap { CodeText($0.answer) }?.description
        return [
            LiveState.PhoneEntry(
                title: "serial console", code: console.line.path,
                window: "picocom \(console.line.path)"),
            LiveState.PhoneEntry(
                title: "technician \(technician.id)'s answer", code: answer ?? "",
                window: open.map { "to \($0.challenge)" } ?? "after login \(technician.id)"),
        ]
    }

    private var carPart: LiveState.CarPart {
        var part = LiveState.CarPart()
        part.ignition = box.car.ignition
        part.engineRuns = engineRuns
        part.speed = box.car.speed
        part.wanted = box.car.wanted
        part.doorOpen = box.car.doorOpen
        part.isLocked = box.board.isLocked
        part.isInhibited = box.board.isInhibited
        part.odometer = box.car.odometer
        part.battery = box.battery
        part.online = online
        return part
    }

    private var boxPart: LiveState.BoxPart? {
        guard let real = box.runtime?.box else { return nil }
        let now = box.bootTime
        var part = LiveState.BoxPart()
        part.typed = real.keypad.digits
        part.boots = real.durable.boots
        if let reading = real.clock.reading(at: now) {
            part.clock = WallReading(time: reading.time, error: reading.error, quality: quality)
        }
        if case .lost(let loss) = real.clock.state { part.clockLoss = loss.words }
        part.interlock = real.interlock.reason(at: now)
        if part.interlock == .tooSoon {
            part.quietNeeded = real.interlock.provableAt.map { $0 - now }
        }
        part.wanted = real.starter.wanted
        part.rental = real.durable.book.active?.window
        if let trip = real.durable.trip {
            let distance = real.distance
            part.trip = LiveState.TripPart(
                trip: trip.open.trip, distance: distance.distance, error: distance.error,
                quality: distance.quality)
        }
        part.dash = real.car.odometer?.display
        part.storage = real.storage
        if case .waiting(let rest) = real.durable.rentalLane.state(at: now) { part.wait = rest }
        return part
    }
}
