import AccessCode
import Box
import ConsoleHost
import DeskScreen
import KeyStore
import Ports
import Runtime
import SimulatedDisk
import Simulation
import TripLog
import Units

/// What a person does at the desk.
extension LiveSession {
    /// Does what a key of the keyboard stands for.
    ///
    /// - Throws: ``Ports/StorageError`` when the box does not start again.
    func perform(_ action: LiveAction) throws(StorageError) {
        switch action {
        case .press(let key): press(key)
        case .ignition: switchIgnition()
        case .faster: want(10)
        case .slower: want(-10)
        case .brake: box.car.wanted = .zero
        case .door: moveDoor()
        case .coverage: changeCoverage()
        case .power: try switchPower()
        case .powerInWrite: cutInWrite()
        case .battery: try changeBattery()
        case .clockLoss:
            box.rtc.lose()
            say("the clock's battery died: the box sees it at its next look or start")
        case .phone: page = page == .phone ? .log : .phone
        case .book:
            phone.book(at: box.truth)
            say("booked again: the phone (t) has the new code")
        case .older: scroll(by: 8)
        case .newer: scroll(by: -8)
        case .help: page = page == .help ? .log : .help
        case .mask: isMasked.toggle()
        case .fastForward: rate = rate == 1 ? 60 : 1
        case .back:
            scrolled = 0
            page = .log
        case .quit: wantsToQuit = true
        }
        try look()
    }

    /// Types the digits of a code of the phone.
    ///
    /// - Throws: ``AccessCode/CodeKeyFailure``.
    func digits(_ name: LiveScript.PhoneCode) throws(CodeKeyFailure) -> [Key] {
        try phone.code(name, at: box.truth, box.runtime?.box.durable.book).digits
            .map { .digit($0) }
    }

    private func press(_ key: Key) {
        guard box.isOn else { return say("the keypad is dark: the box has no power") }
        box.press(key)
        service.keyPressed()
    }

    private func switchIgnition() {
        let on = !box.car.ignition
        stage.setIgnition(on)
        engineRuns = on && !box.board.isInhibited
        if !on {
            box.car.wanted = .zero
        } else if !engineRuns {
            say("the starter does not turn: it is inhibited")
        }
    }

    private func want(_ change: Int64) {
        guard box.car.ignition else { return say("the ignition is off: i switches it on") }
        // A driver whose starter was inhibited before turns the key once more.
        engineRuns = engineRuns || !box.board.isInhibited
        guard engineRuns else { return say("the starter does not turn: it is inhibited") }
        guard !box.car.doorOpen || change < 0 else {
            return say("a door is open: d closes it")
        }
        let now = (box.car.wanted.count * 36 + 5_000) / 10_000
        box.car.wanted = .kilometresPerHour(min(130, max(0, now + change)))
    }

    private func moveDoor() {
        guard box.car.doorOpen || !box.board.isLocked else {
            return say("the doors are locked: type a code (t shows them)")
        }
        guard box.car.doorOpen || box.car.speed == .zero else {
            return say("not while the car moves")
        }
        stage.setDoor(open: !box.car.doorOpen)
    }

    private func changeCoverage() {
        online.toggle()
        box.deliver(.coverageChanged(online))
        guard online else { return }
        box.deliver(
            .timeOffered(TimeOffer(time: box.truth, error: .seconds(2), source: .server)))
    }

    private func switchPower() throws(StorageError) {
        guard box.isOn else {
            try givePower()
            if online { box.deliver(.coverageChanged(true)) }
            return
        }
        losePower()
        say("the power is cut: p gives it back")
    }

    private func cutInWrite() {
        guard box.isOn else { return say("the box has no power") }
        box.disk.failAfter(writes: 1 + Int(random.next(below: 6)))
        say("the power will go in the middle of one of the next writes")
    }

    /// Full, low, flat, and full again: a box that turned itself off starts when it is charged.
    private func changeBattery() throws(StorageError) {
        switch box.battery.count {
        case 12_000...: box.battery = Millivolts(11_800)
        case 11_500...: box.battery = Millivolts(11_300)
        default:
            box.battery = Millivolts(12_600)
            if !box.isOn { return try switchPower() }
        }
        if box.isOn { box.measureBattery() }
    }

    private func scroll(by rows: Int) {
        page = .log
        scrolled = max(0, min(scrolled + rows, lines.count))
    }
}
