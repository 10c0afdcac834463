import AccessCode
import Box
import CAN
import KeyStore
import LinuxIO
import Ports
import Runtime
import TripLog
import Units
import Vehicle

/// The Box with its log, or what stands in for it while the log cannot be opened: a card that takes
/// no writes must not leave a driver without an answer.
final class BoxHost {
    /// Whether there is a Box.
    enum State {
        /// There is, and this is its log.
        case working(BoxRuntime, TripLog)
        /// The log does not open, for this reason.
        case waiting(StorageError)
    }

    private(set) var state: State
    private let open: (BootTime) throws(StorageError) -> (BoxRuntime, TripLog)
    private var backOff = BackOff(first: .seconds(5), longest: .minutes(5))
    private var retryAt: BootTime?

    /// Opens the box with `open`, now and again until it works.
    init(
        at now: BootTime,
        open: @escaping (BootTime) throws(StorageError) -> (BoxRuntime, TripLog)
    ) {
        self.open = open
        state = .waiting(
            StorageError(.failed, operation: "open the log", reason: "not tried yet"))
        tryToOpen(at: now)
    }

    /// The loop around the Box, if there is one.
    var runtime: BoxRuntime? {
        switch state {
        case .working(let runtime, _): runtime
        case .waiting: nil
        }
    }

    /// Its log.
    var log: TripLog? {
        switch state {
        case .working(_, let log): log
        case .waiting: nil
        }
    }

    /// When ``advance(to:)`` is due if nothing happens before.
    var nextDeadline: BootTime? { runtime?.nextDeadline ?? retryAt }

    /// Does what is due.
    ///
    /// - Returns: whether the Box was opened just now, and must be started.
    func advance(to now: BootTime) -> Bool {
        if let runtime {
            if now >= runtime.nextDeadline { runtime.wake(at: now) }
            return false
        }
        guard let retryAt, now >= retryAt else { return false }
        tryToOpen(at: now)
        return runtime != nil
    }

    private func tryToOpen(at now: BootTime) {
        do throws(StorageError) {
            let (runtime, log) = try open(now)
            state = .working(runtime, log)
            retryAt = nil
        } catch {
            state = .waiting(error)
            retryAt = backOff.fail(at: now)
        }
    }
}
