internal import Records
internal import Units
internal import Vehicle

/// Which odometer is billed by, and whether somebody has seen that it is the dashboard's.
extension Box {
    /// How long a pinned odometer that could not be written down is left alone.
    static let noteRetry = Milliseconds.minutes(1)

    /// Writes down which odometer the car's first good reading has pinned.
    mutating func notePinned() {
        takeUpDelta()
        guard durable.odometerSource == nil, let heard = car.odometer, heard.at >= .boot,
            sourceNotedAt.map({ now - $0 >= Self.noteRetry }) ?? true
        else { return }
        sourceNotedAt = now
        record(.config(ConfigBody(what: ConfigBody.odometerSource, to: heard.key.name)))
    }

    /// A distance since some event begins anew when that event comes again: between two trips
    /// nobody needs to confirm it, because no dashboard shows it.
    private mutating func takeUpDelta() {
        if car.step != nil, car.odometer?.role == .delta, durable.trip == nil {
            effects.append(.acceptOdometerStep)
        }
    }

    /// The dashboard shows `dash`: confirms the odometer, or the step that it has made, where they
    /// are at most one count apart.
    mutating func confirmOdometer(_ dash: Metres) {
        guard durable.trip == nil else { return answer(.refused(.tripOpen)) }
        guard let odometer = car.odometer else { return answer(.refused(.notHeard)) }
        guard odometer.role == .dash else { return answer(.refused(.notOnDash)) }
        // After a step the odometer says that, whatever is still believed.
        guard isOdometerFresh || car.step != nil else { return answer(.refused(.notHeard)) }
        let said = car.step ?? odometer.display
        guard (said - dash).magnitude <= odometer.resolution else {
            return answer(.refused(.apart))
        }
        anchor(at: said, acceptStep: car.step != nil)
    }

    /// Bills by `source` from the next trip on.
    mutating func chooseOdometer(_ source: SourceKey) {
        guard durable.trip == nil else { return answer(.refused(.tripOpen)) }
        guard setup.odometers.contains(source) else { return answer(.refused(.unknownSource)) }
        record(.config(ConfigBody(what: ConfigBody.odometerSource, to: source.name)))
        continuation = .odometerChosen(source)
    }

    private mutating func anchor(at display: Metres, acceptStep: Bool) {
        record(.config(ConfigBody(what: ConfigBody.odometerAnchor, to: String(display.count))))
        continuation = .odometerAnchored(.confirmed(display), acceptStep: acceptStep)
    }

    mutating func answer(_ answer: OdometerAnswer) {
        effects.append(.answerOdometer(answer))
    }
}
