internal import Box
internal import Records
internal import Units

extension BoxStatus.Work {
    /// What the Box itself shows to be wrong.
    public var faults: [FaultReport] {
        var faults: [FaultReport] = []
        if storage == .none { faults.append(FaultReport(.logFull, "no room for a whole rental")) }
        if unwritten > 0 {
            faults.append(FaultReport(.logFailed, "\(unwritten) records could not be written"))
        }
        if let clock {
            if clock.isDegraded {
                faults.append(FaultReport(.clockDegraded, "the error has grown to its limit"))
            }
        } else {
            faults.append(FaultReport(.clockLost, "no trusted time since the clock was lost"))
        }
        if starterIsStuck {
            faults.append(
                FaultReport(
                    .starterStuck,
                    "wanted \(starterWanted.rawValue), its read-back says \(starterSensed.rawValue)"
                ))
        }
        if !odometerIsConfirmed {
            faults.append(FaultReport(.odometerUnconfirmed, "of the profile \(profile)"))
        }
        if batteryIsLow {
            let voltage = battery.map { "\($0.count) mV when it was measured last" }
            faults.append(FaultReport(.batteryLow, voltage ?? "not measured since"))
        }
        return faults
    }
}
