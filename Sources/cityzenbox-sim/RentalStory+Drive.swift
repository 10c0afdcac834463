import AccessCode
import Box
import CAN
import CANLog
import Ports
import Runtime
import SimulatedDisk
import Simulation
import TripLog
import Units
import Vehicle

/// The drive: simulated, with a power cut; or a real recording.
extension RentalStory {
    func drive() throws {
        narrator.chapter("Saturday: to the sea and back")
        try ride("Nantes to Pornic", [(50, 6), (80, 14), (110, 12), (50, 4)], cutAfter: 2)
        try park()
        try ride("Pornic to Nantes", [(50, 4), (110, 13), (80, 14), (50, 6)], cutAfter: nil)
    }

    /// Legs of (km/h, minutes); after leg `cutAfter` the box loses its power for a while.
    private func ride(
        _ name: String, _ legs: [(speed: Int64, minutes: Int64)], cutAfter: Int?
    ) throws {
        stage.setIgnition(true)
        try stage.pass(.seconds(15))
        narrator.tell(stage.now, "\(name). \(dashboard)")
        for (index, leg) in legs.enumerated() {
            box.car.wanted = .kilometresPerHour(leg.speed)
            if index == cutAfter {
                try stage.pass(.minutes(2))
                try loseAndRegainPower()
            }
            try stage.pass(.minutes(leg.minutes))
            narrator.tell(stage.now, dashboard)
        }
        box.car.wanted = .zero
        while box.car.speed != .zero { try stage.pass(.seconds(1)) }
        try stage.pass(.seconds(5))
        stage.setIgnition(false)
        try stage.pass(.seconds(10))
    }

    private func loseAndRegainPower() throws {
        let durable = box.log?.head.sequence ?? 0
        narrator.tell(
            stage.now, "At \(speed) a plug works loose: the box has no power. The engine runs on.")
        box.cutPower(entropy: 0xC0FFEE)
        try stage.pass(.seconds(47))
        try box.powerOn()
        try stage.pass(.seconds(15))
        let head = box.log?.head.sequence ?? 0
        narrator.tell(
            stage.now,
            "It is back after 47 s, start number \(box.runtime?.box.durable.boots ?? 0): "
                + "\(durable) records before, none lost;"
        )
        narrator.add("the trip goes on, the odometer kept counting. \(dashboard)")
        try narrator.check(head > durable, "nothing durable is lost at a power cut")
        try narrator.check(
            box.runtime?.box.durable.trip != nil, "the trip goes on after a power cut")
        try narrator.check(!box.board.isInhibited, "no power cut changes what the car may do")
    }

    /// Lunch at the harbour: LOCK, and the same code opens again.
    private func park() throws {
        stage.setDoor(open: true)
        try stage.pass(.seconds(8))
        stage.setDoor(open: false)
        try stage.pass(.seconds(5))
        let locked = try stage.type("5625#")
        narrator.tell(stage.now, "Lunch in Pornic. Paul types 5625# (LOCK): \(words(locked))")
        try narrator.check(locked == .locked && box.board.isLocked, "LOCK locks")
        try stage.pass(.minutes(95))
        let again = try stage.type(code.compact + "#")
        narrator.tell(stage.now, "The same code, within its own rental: \(words(again))")
        try narrator.check(again == .reopened && !box.board.isLocked, "the active rental reopens")
        try stage.pass(.seconds(20))
    }

    /// Plays the frames in their own time.
    func drive(_ recording: Recording) throws {
        narrator.chapter("Saturday: a drive that somebody recorded")
        narrator.tell(
            stage.now,
            "\(recording.entries.count) frames, \(recording.seconds) s: \(recording.path)")
        stage.setIgnition(true)
        let start = stage.now
        let origin = recording.entries[0].microseconds
        var shown: Metres?
        for entry in recording.entries {
            try stage.pass(to: start + Milliseconds((entry.microseconds - origin) / 1000))
            // The box listens to classic frames; those of CAN FD pass it by.
            if let frame = entry.frame.classicFrame { box.send(frame) }
            if let odometer = box.runtime?.monitor.state.odometer, odometer.display != shown {
                shown = odometer.display
                narrator.tell(stage.now, "the dash shows \(dash(odometer)). \(dashboard)")
            }
        }
        narrator.tell(stage.now, "The recording ends. \(dashboard)")
        guard shown != nil else {
            throw Failure(
                "\(recording.path): the profile \(profile.name) hears no odometer in it; try "
                    + "another --profile, or a longer recording: it takes ten seconds of driving",
                status: .wrongData)
        }
        try stage.pass(.seconds(5))
        stage.setIgnition(false)
        try stage.pass(.seconds(30))
    }

    /// The dash in the unit that the car counts in.
    private func dash(_ odometer: OdometerEstimate) -> String {
        let isMiles = odometer.resolution == Metres(1610)
        guard isMiles else { return Narrator.kilometres(odometer.display) }
        let miles = (odometer.display.count * 1000 + 1_609_343) / 1_609_344
        return "\(miles) miles"
    }

    private var speed: String {
        let speed = box.runtime?.monitor.state.speed?.value ?? .zero
        return "\((speed + MillimetresPerSecond(138)).wholeKilometresPerHour) km/h"
    }

    /// Speed, odometer and trip, as the box knows them.
    private var dashboard: String {
        guard let runtime = box.runtime else { return "" }
        let odometer =
            runtime.monitor.state.odometer.map { Narrator.kilometres($0.position) } ?? "?"
        let trip = runtime.box.distance
        let known = trip.error < .kilometres(1000)
        return "\(speed), odometer \(odometer), trip \(Narrator.kilometres(trip.distance))"
            + (known ? " (± \(trip.error))" : "")
    }
}
