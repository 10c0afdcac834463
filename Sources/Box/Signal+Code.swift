internal import AccessCode

extension Signal {
    /// The stable code, without digits: for journals and scripts.
    public var code: String {
        switch self {
        case .digit: "digit"
        case .cleared: "cleared"
        case .opened: "opened"
        case .reopened: "reopened"
        case .extended: "extended"
        case .locked: "locked"
        case .ended: "ended"
        case .owner: "owner"
        case .accepted: "accepted"
        case .refused(let refusal): "refused.\(refusal.rawValue)"
        case .malformed: "malformed"
        case .wait: "wait"
        case .stopped: "stopped"
        case .closeDoors: "closeDoors"
        case .ignitionOn: "ignitionOn"
        case .moving: "moving"
        case .codeFirst: "codeFirst"
        case .nothingActive: "nothingActive"
        case .storageFull: "storageFull"
        case .storageFailed: "storageFailed"
        case .keysFailed: "keysFailed"
        case .starterFault: "starterFault"
        }
    }
}
