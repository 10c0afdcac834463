import CAN
import CANLog
import DataFiles
import TestData
import Units

/// The classic frames of one channel of a recording, with their times from the first one on.
struct RecordedFrames: Sendable {
    /// A frame and when it was heard.
    struct Heard: Sendable {
        var at: Milliseconds
        var frame: CANFrame
    }

    /// The frames in the order of their times.
    var heard: [Heard]

    /// The frames of `channel`, or of all channels, of the recording at `path` of the outside data.
    ///
    /// Frames of CAN FD are passed by, as a box passes them by.
    init(_ path: String, channel: String? = nil) throws {
        var file = try RecordingFile(OutsideData.path("recordings/\(path)"), channel: channel)
        heard = []
        var origin: Int64?
        while let entry = try file.next() {
            guard let frame = entry.frame.classicFrame else { continue }
            let first = origin ?? entry.microseconds
            origin = first
            heard.append(
                Heard(at: Milliseconds((entry.microseconds - first) / 1000), frame: frame))
        }
    }

    /// The time of the last frame.
    var length: Milliseconds { heard.last?.at ?? .zero }

    /// The first frame of `id`.
    func first(_ id: CANID) -> CANFrame? { heard.first { $0.frame.id == id }?.frame }

    /// The last frame of `id`.
    func last(_ id: CANID) -> CANFrame? { heard.last { $0.frame.id == id }?.frame }

    /// When `id` is heard first.
    func begin(_ id: CANID) -> Milliseconds? { heard.first { $0.frame.id == id }?.at }

    /// What is left when each frame is kept by a draw of `share` in 100.
    func keeping(_ share: UInt64, seed: UInt64) -> Self {
        var dice = SplitMix64(seed: seed)
        return filtered { _ in dice.next(below: 100) < share }
    }

    /// What is left without the frames of `id`.
    func without(_ id: CANID) -> Self { filtered { $0.frame.id != id } }

    /// What is heard before `time`.
    func before(_ time: Milliseconds) -> Self { filtered { $0.at < time } }

    /// Every frame twice.
    func doubled() -> Self {
        var doubled = self
        doubled.heard = heard.flatMap { [$0, $0] }
        return doubled
    }

    /// Every frame as `change` leaves it.
    func changed(_ change: (Milliseconds, inout CANFrame) -> Void) -> Self {
        var changed = self
        for index in changed.heard.indices {
            change(heard[index].at, &changed.heard[index].frame)
        }
        return changed
    }

    /// The recording between two standstills of `time`, in which the car says `before` and `after`
    /// ten times a second.
    func standing(_ time: Milliseconds, before: [CANFrame], after: [CANFrame]) -> Self {
        let step = Milliseconds(100)
        let times = (0..<time.count / step.count).map { step * $0 }
        let end = time + length + step
        var whole = self
        whole.heard = times.flatMap { at in before.map { Heard(at: at, frame: $0) } }
        whole.heard += heard.map { Heard(at: $0.at + time, frame: $0.frame) }
        whole.heard += times.flatMap { at in after.map { Heard(at: end + at, frame: $0) } }
        return whole
    }

    private func filtered(_ isKept: (Heard) -> Bool) -> Self {
        var filtered = self
        filtered.heard = heard.filter(isKept)
        return filtered
    }
}

/// The recordings, each read once.
enum Recordings {
    /// A minute of a RAV4 that goes at 30 to 73 km/h.
    static let rav4 = Result { try RecordedFrames("rav4_comma2k19/can0.log") }
    /// A truck that stands, whose cluster wakes with a placeholder.
    static let truckJump = Result { try RecordedFrames("j1939_css/truck_odometer_jump.log") }
    /// A truck that stands, whose trip distance is not available.
    static let truckNotAvailable = Result {
        try RecordedFrames("j1939_css/truck_trip_not_available.log")
    }
    /// A Kona that is switched on and off.
    static let kona = Result {
        try RecordedFrames(
            "kona_ev_cc0/230112-7-2019-pcan-ccan-power-off-on-ready-off.csv", channel: "1")
    }
    /// Drives of a car whose speed and fuel somebody else asks for; another channel has what
    /// satellites say.
    static let obd164 = Result {
        try RecordedFrames("obd2_gnss_css/session_00000164.log", channel: "can0")
    }
    static let obd165 = Result {
        try RecordedFrames("obd2_gnss_css/session_00000165.log", channel: "can0")
    }
}
