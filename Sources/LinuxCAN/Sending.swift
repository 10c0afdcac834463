public import Diagnostics
internal import Glibc
internal import LinuxIO
public import Units

/// Why a frame was not sent.
public enum SendRefusal: Hashable, Sendable {
    /// The box only listens on this bus.
    case listensOnly
    /// The box was silenced by repeated bus-offs.
    case silenced
    /// The controller is set to listen only.
    case controllerListensOnly
    /// The bus is not up.
    case busNotUp
    /// The controller errs too much.
    case errorPassive
    /// The frame was permitted too long ago.
    case permissionExpired
    /// The car is not to be asked now.
    case obstacle(PollingObstacle)

    /// The stable code.
    public var code: String {
        switch self {
        case .listensOnly: "listensOnly"
        case .silenced: "silenced"
        case .controllerListensOnly: "controllerListensOnly"
        case .busNotUp: "busNotUp"
        case .errorPassive: "errorPassive"
        case .permissionExpired: "permissionExpired"
        case .obstacle(let obstacle): obstacle.rawValue
        }
    }
}

/// What came of sending.
public enum SendOutcome: Hashable, Sendable {
    /// The kernel has the frame. Whether anybody on the bus has it, error frames tell.
    case sent
    /// It was not sent, and is not going to be.
    case refused(SendRefusal)
    /// The kernel has no room for it; it is not going to be sent.
    case noRoom
    /// The kernel did not take it, with this reason (errno).
    case failed(Int32)
}

extension BusSupervisor {
    /// How long a frame may be sent after it was permitted.
    public static let permissionAge = Milliseconds(1000)

    /// Why a frame that was permitted at `permittedAt` may not be sent at `now`; `nil` when it
    /// may.
    public func refusal(
        permittedAt: BootTime, under conditions: PollingConditions, at now: BootTime
    ) -> SendRefusal? {
        guard expectation.role == .polls else { return .listensOnly }
        guard !isSilenced else { return .silenced }
        guard case .up(let errors) = state else { return .busNotUp }
        guard !isControllerSilent else { return .controllerListensOnly }
        guard errors < .passive else { return .errorPassive }
        guard permittedAt <= now, now - permittedAt < Self.permissionAge else {
            return .permissionExpired
        }
        if let obstacle = conditions.obstacle(at: now) { return .obstacle(obstacle) }
        // Whoever gives the conditions may be mistaken about the bus; this one hears it.
        guard let heardAt, now - heardAt < PollingConditions.busAge else {
            return .obstacle(.busSilent)
        }
        return nil
    }
}

extension CANBus {
    /// Sends a frame that the allow-list permitted, now or not at all.
    ///
    /// Nothing else can be sent: there is no other way to make a `PermittedFrame`.
    public func send(
        _ permitted: PermittedFrame, under conditions: PollingConditions, at now: BootTime
    ) -> SendOutcome {
        let refusal = supervisor.refusal(
            permittedAt: permitted.permittedAt, under: conditions, at: now)
        if let refusal { return .refused(refusal) }
        guard let transfer = socket?.send(permitted) else { return .refused(.busNotUp) }
        switch transfer {
        case .moved: return .sent
        case .wouldBlock, .ended: return .noRoom
        case .failed(let code): return code == ENOBUFS ? .noRoom : .failed(code)
        }
    }
}
