import Glibc
import Units

/// From the last digit to the door pulse, against the least that can make anything durable.
struct DoorFigure {
    let rounds: Int

    func measure(_ fleet: BenchFleet, in folder: WorkFolder) throws -> Row {
        let box = try FileBox(
            in: folder.path, of: fleet, isNew: true, at: BenchFleet.beginning)
        let block = try BareBlock(path: folder.path + "/block")
        var door = Sample()
        var bare = Sample()
        for round in 0..<rounds {
            box.rest(.hours(8))
            if round.isMultiple(of: 2) { try bare.time { () throws(Failure) in try block.write() } }
            door.add(try box.open())
            if !round.isMultiple(of: 2) {
                try bare.time { () throws(Failure) in try block.write() }
            }
            try box.end()
        }
        let ratio = Double(door.median) / Double(bare.median)
        return Row(
            figure: "Last digit to door pulse, durable redemption included",
            measured: "\(Text.time(door.median)), 95 in 100 under "
                + Text.time(door.quantile(percent: 95)),
            against: "one write of 4 kB and fsync on the same disk: " + Text.time(bare.median),
            value: ratio, result: Text.decimal(ratio) + " times", target: .atMost(3),
            targetText: "at most 3 times")
    }
}

/// A file of a megabyte in which one block after the other is written and synced.
private final class BareBlock {
    private static let size = 4096
    private static let count = 256

    private let file: Int32
    private var next = 0
    private var bytes = [UInt8](repeating: 0, count: BareBlock.size)

    init(path: String) throws(Failure) {
        file = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("make \(path)") }
        // The log's write-ahead file has its length beforehand too.
        for _ in 0..<Self.count { try write() }
    }

    deinit {
        _ = close(file)
    }

    func write() throws(Failure) {
        next = (next + 1) % Self.count
        bytes[0] &+= 1
        guard unsafe pwrite(file, bytes, Self.size, next * Self.size) == Self.size,
            fsync(file) == 0
        else { throw .system("write and sync a block") }
    }
}
