import CAN
import DataFiles
import Diagnostics
import LinuxCAN
import LinuxIO
import Ports
import Units
import Vehicle

/// The buses of the car, as one way in and one way out.
final class CarBuses: CarBus {
    /// How long frames may gather before they are looked at: a busy bus has thousands a second,
    /// each with its own time stamp, and a box that wakes for each wastes its battery.
    static let gathering = Milliseconds(10)

    let names: [String]
    private(set) var buses: [CANBus] = []
    /// Frames that were lost, by bus.
    private(set) var lost: [Int64]
    /// Until when frames gather; `nil` while the next one is looked at as it comes.
    private var gatheringUntil: BootTime?
    /// What decides whether the car may be asked; set by the loop.
    var conditions: (BootTime) -> PollingConditions = { _ in PollingConditions() }
    private let clock: () -> BootTime
    private let askedBus: Int?
    private let needed: [CANFilter]
    private var hearsEverything = false

    /// The buses that `installation` names.
    ///
    /// - Throws: ``SystemCallFailure`` when the kernel cannot be asked about interfaces.
    init(
        _ installation: Installation, at moment: KernelMoment, clock: @escaping () -> BootTime
    ) throws(SystemCallFailure) {
        let expected = installation.buses
        names = expected.map(\.name)
        askedBus = expected.firstIndex { $0.expectation.role == .polls }
        lost = expected.map { _ in 0 }
        self.clock = clock
        // Of a car that nobody has named it is at least known whether its bus is awake.
        needed =
            installation.isPaired
            ? CANFilter.needed(by: installation.profile.vehicle) : [.everything]
        for (_, expectation) in expected {
            buses.append(try CANBus(expectation, filters: needed, at: moment))
        }
    }

    /// Hears all of the buses, or what the profile needs.
    func hear(everything: Bool) {
        guard everything != hearsEverything else { return }
        hearsEverything = everything
        for bus in buses { bus.receive(only: everything ? [.everything] : needed) }
    }

    /// What to wait for at `now`.
    func sources(at now: BootTime) -> [PollSource] {
        if let gatheringUntil, now < gatheringUntil { return [] }
        return buses.flatMap(\.sources)
    }

    /// When ``handle(at:_:)`` is due if no source is ready before.
    var nextDeadline: BootTime? {
        gatheringUntil ?? buses.compactMap(\.nextDeadline).min()
    }

    /// Takes in what the kernel has to tell; `take` gets each classic data frame, in the order of
    /// its bus.
    ///
    /// - Returns: what happened to which bus.
    func handle(
        at moment: KernelMoment, _ take: (CANFrame, BootTime) -> Void
    ) -> [(bus: Int, report: BusReport)] {
        if let gatheringUntil, moment.boot < gatheringUntil { return [] }
        var reports: [(bus: Int, report: BusReport)] = []
        var isBusy = false
        for (index, bus) in buses.enumerated() {
            let before = bus.framesTaken
            let told = bus.handle(at: moment) { received in
                if received.origin != .thisSocket, let frame = received.frame.classicFrame,
                    frame.kind == .data
                {
                    take(frame, received.at)
                }
            }
            // Error frames, too: a bus in trouble has them by the thousand.
            if bus.framesTaken != before { isBusy = true }
            for report in told {
                if case .framesLost(let count) = report { lost[index] += Int64(count) }
                reports.append((index, report))
            }
        }
        gatheringUntil = isBusy ? moment.boot + Self.gathering : nil
        return reports
    }

    /// Sends what was permitted, or not at all: an answer that does not come shows it.
    func send(_ frame: PermittedFrame) {
        guard let askedBus else { return }
        let bus = buses[askedBus]
        let now = clock()
        var conditions = conditions(now)
        conditions.busHeardAt = bus.supervisor.heardAt
        _ = bus.send(frame, under: conditions, at: now)
    }
}

extension CANFilter {
    /// What a profile needs to hear. A box that asks hears everything: whether the bus is awake
    /// shows in frames that the profile does not know.
    static func needed(by profile: VehicleProfile) -> [CANFilter] {
        guard profile.isListenOnly else { return [.everything] }
        var ids: [CANID] = []
        for selector in profile.selectors {
            switch selector {
            case .broadcast(let id): ids.append(id)
            case .answer(let key):
                guard case .unit(let unit) = key.responder else { return [.everything] }
                ids.append(unit)
            }
        }
        var known: Set<CANID> = []
        let filters = ids.filter { known.insert($0).inserted }.map { CANFilter(exactly: $0) }
        return filters.count <= CANFilter.maximum ? filters : [.everything]
    }
}
