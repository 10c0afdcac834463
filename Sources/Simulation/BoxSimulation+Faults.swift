internal import Box
internal import Ports
internal import Records
internal import Runtime
internal import SimulatedDisk
internal import TripLog
internal import Units

/// What happens beside the rentals: power, clock, battery, coverage, the fleet's answer.
extension BoxSimulation: StageBackground {
    func nextBackground() -> WallTime? { faults.nextTime }

    func runBackground() throws(StorageError) {
        guard let fault = faults.take() else { return }
        switch fault {
        case .powerCut(let inWrite): cutPower(inWrite: inWrite)
        case .powerBack: if !stage.box.isOn { try stage.box.powerOn() }
        case .clockLoss:
            stage.box.rtc.lose()
            checker.statistics[.clockLosses] += 1
        case .flatBattery:
            stage.box.battery = Millivolts(11_300)
            faults.add(.jumpStart, at: stage.now + .hours(6 + Int64(faults.next(below: 12))))
        case .jumpStart:
            stage.box.battery = Millivolts(12_600)
            checker.statistics[.jumpStarts] += 1
            if !stage.box.isOn { try stage.box.powerOn() }
        case .placeholder:
            // Shown from the next time the bus wakes until the engine has run for some seconds.
            stage.box.car.placeholder = 0
        case .batteryMeasured:
            stage.box.measureBattery()
            faults.add(.batteryMeasured, at: stage.now + .minutes(30))
        case .coverageDrawn: drawCoverage()
        }
    }

    /// The box lost its power in the middle of what it was doing.
    func boxDied() {
        checker.statistics[.powerCuts] += 1
        checker.statistics[.cutsInWrites] += 1
        losePower()
    }

    /// The box turned itself off, to spare the battery.
    ///
    /// It stays off until the car is jump-started, or a power cut's end switches it on again.
    func boxTurnedOff() {
        checker.statistics[.turnedOff] += 1
        stage.box.cutPower(entropy: faults.entropy())
    }

    private func cutPower(inWrite: Bool) {
        guard stage.box.isOn else { return }
        if inWrite {
            stage.box.disk.failAfter(writes: 1 + Int(faults.next(below: 12)))
        } else {
            checker.statistics[.powerCuts] += 1
            losePower()
        }
    }

    private func losePower() {
        stage.box.cutPower(entropy: faults.entropy())
        let away = Milliseconds(5_000 + Int64(faults.next(below: 1_800_000)))
        faults.add(.powerBack, at: stage.now + away)
    }

    func restorePower() throws(StorageError) {
        if !stage.box.isOn { try stage.box.powerOn() }
    }

    /// Each hour has coverage or not; with it the fleet takes what there is and tells the time.
    private func drawCoverage() {
        let online = faults.next(below: 100) < UInt64(scenario.faults.coverage)
        stage.box.deliver(.coverageChanged(online))
        faults.add(.coverageDrawn, at: stage.now + .hours(1))
        guard online, let log = stage.box.log, log.head.sequence > 0 else { return }
        do throws(StorageError) {
            let before = log.acknowledged.sequence
            _ = try log.acknowledge(through: log.head.sequence, hash: log.head.hash)
            checker.statistics[.acknowledged] += Int(log.head.sequence - before)
        } catch {
            // The medium is full or dead: the fleet asks again.
            return
        }
        stage.box.deliver(
            .timeOffered(TimeOffer(time: stage.now, error: .seconds(2), source: .server)))
    }
}
