import AccessCode
import Box
import KeyStore
import Ports
import Runtime
import SimulatedDisk
import Simulation
import TripLog
import Units

/// What a rental of a day like any other costs the card that the log lies on.
struct TripFigures {
    /// How long the drive of a trip lasts, and how fast it goes: 20 minutes at 50 km/h.
    static let drive = Milliseconds.minutes(20)
    static let speed = MillimetresPerSecond(13_889)

    func measure(_ fleet: BenchFleet, in folder: WorkFolder) throws -> [Row] {
        [try onSimulatedDisk(fleet), try onFile(fleet, folder)]
    }

    private func onSimulatedDisk(_ fleet: BenchFleet) throws -> Row {
        let box = try SimulatedBox(
            SimulatedBox.Fitting(
                id: BenchFleet.box, keys: fleet.keys,
                car: SimulatedCar(profile: fleet.profile, odometer: .kilometres(84_210)), seed: 1),
            at: BenchFleet.beginning, observer: nil)
        let stage = Stage(box: box, framePeriod: .seconds(1))
        box.deliver(
            .timeOffered(TimeOffer(time: stage.now, error: .seconds(1), source: .technician)))
        try stage.pass(.minutes(5))
        let records = box.log?.head.sequence ?? 0
        let syncs = box.disk.syncs
        let before = box.disk.bytesWritten
        try rent(stage)
        let bytes = box.disk.bytesWritten - before
        let written = (box.log?.head.sequence ?? 0) - records
        return Row(
            figure: "Bytes written per trip of 20 minutes, as SQLite hands them to the disk",
            measured: "\(Text.grouped(bytes)) bytes",
            against: "\(written) records, \(box.disk.syncs - syncs) syncs",
            value: Double(bytes), result: "\(Text.grouped(bytes / max(1, written))) a record")
    }

    /// Typing, driving, END.
    private func rent(_ stage: Stage) throws {
        guard let slot = Slot(containing: stage.now),
            let duration = DurationIndex(covering: .hours(4))
        else { throw Failure("the bench begins after 2012") }
        let code = try CodeIssuer(box: BenchFleet.box, keyEpoch: KeyEpoch(0)).rental(
            RentalID(start: slot, duration: duration, generation: 0), with: stage.box.keys)
        guard try stage.type(code.compact + "#") == .opened else {
            throw Failure("the simulated door did not open")
        }
        stage.setDoor(open: true)
        try stage.pass(.seconds(8))
        stage.setDoor(open: false)
        try stage.pass(.seconds(10))
        stage.setIgnition(true)
        stage.box.car.wanted = Self.speed
        try stage.pass(Self.drive)
        stage.box.car.wanted = .zero
        try stage.pass(.seconds(30))
        stage.setIgnition(false)
        try stage.pass(.minutes(1))
        _ = try stage.type("363#")
        guard stage.box.runtime?.box.durable.book.active == nil else {
            throw Failure("the simulated rental did not end")
        }
    }

    private func onFile(_ fleet: BenchFleet, _ folder: WorkFolder) throws -> Row {
        let trips: Int64 = 10
        let box = try FileBox(
            in: folder.path, of: fleet, isNew: true, at: BenchFleet.beginning)
        var bytes: Int64 = 0
        var records: Int64 = 0
        for _ in 0..<trips {
            box.rest(.hours(8))
            let before = try Self.kernelCount()
            records -= box.log.head.sequence
            _ = try box.open()
            box.drive(Self.drive, at: Self.speed)
            try box.end()
            bytes += try Self.kernelCount() - before
            records += box.log.head.sequence
        }
        return Row(
            figure: "Bytes written per trip of 20 minutes, as the kernel counts pages of a real "
                + "file",
            measured: "\(Text.grouped(bytes / trips)) bytes",
            against: "\(Text.decimal(Double(records) / Double(trips), places: 1)) records",
            value: Double(bytes), result: "\(Text.grouped(bytes / max(1, records))) a record")
    }

    private static func kernelCount() throws(Failure) -> Int64 {
        guard let count = Machine.bytesWritten else { throw .system("read /proc/self/io") }
        return count
    }
}
