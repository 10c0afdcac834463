internal import Box
internal import Records
public import Units

extension BoxStatus.Work {
    /// What the Box itself shows to be wrong; `lowVoltage` is where its battery counts as low.
    public func faults(lowVoltage: Millivolts) -> [FaultReport] {
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
        if let battery, battery < lowVoltage {
            faults.append(
                FaultReport(.batteryLow, "\(battery.count) mV, below \(lowVoltage.count) mV"))
        }
        return faults
    }
}
