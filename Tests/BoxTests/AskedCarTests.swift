import Records
import Testing
import Units
import Vehicle

@testable import Box

/// A car whose speed is only told to who asks, which nobody may do without ignition.
@Suite("A car that tells no speed without its ignition")
struct AskedCarTests {
    /// A rental in such a car, which had this speed when its ignition went off, `later` ago, and
    /// whose bus goes on for some seconds.
    private func left(speed: Int64, later: Int64 = 0, ignition: Bool? = false) -> Conversation {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, true))
        talk.hear(speed: speed)
        for _ in 0..<later / 500 {
            talk.wait(millis(500))
            talk.hear(speed: nil)
        }
        talk.tell(.lineRead(.ignition, ignition))
        for _ in 0..<8 {
            talk.wait(millis(500))
            talk.hear(speed: nil)
        }
        return talk
    }

    @Test(arguments: [(0, true), (1, false), (-1, false), (4_000, false)] as [(Int64, Bool)])
    func `may be left where it stood with its ignition on`(speed: Int64, stood: Bool) {
        var talk = left(speed: speed)
        #expect((talk.enter("363").signals.first != .moving) == stood)
        #expect((talk.closes.count == 1) == stood)
    }

    @Test(arguments: [(2_000, true), (2_500, false)] as [(Int64, Bool)])
    func `may not be left by a speed that was old when the ignition went off`(
        later: Int64, stood: Bool
    ) {
        var talk = left(speed: 0, later: later)
        #expect((talk.enter("363").signals.first != .moving) == stood)
    }

    @Test func `may not be left while nobody knows whether its ignition is off`() {
        var talk = left(speed: 0, ignition: nil)
        #expect(talk.enter("363").signals.first == .moving)
    }

    @Test func `keeps its starter free while its speed is unknown`() {
        var talk = left(speed: 0)
        talk.enter("363")
        #expect(talk.closes.count == 1)
        var effects: [BoxEffect] = []
        for _ in 0..<120 {
            effects += talk.wait(millis(1000))
            effects += talk.hear(speed: nil)
        }
        #expect(!effects.contains { $0.inhibits })
    }

    @Test(arguments: [(5_000, true), (5_001, false)] as [(Int64, Bool)])
    func `says where it stands while its way is watched`(silence: Int64, isFresh: Bool) {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, true))
        talk.car.odometer = OdometerEstimate(
            display: .kilometres(50_000), position: Metres(50_000_400), error: Metres(20),
            resolution: Metres(1000), source: .odometerAndSpeed, key: testOdometer, at: talk.now,
            asOf: talk.now + .seconds(40))
        talk.hear(speed: 0)
        talk.now = talk.now + .seconds(40) + Milliseconds(silence)
        talk.tell(.deadlinePassed)
        #expect(talk.box.isOdometerFresh == isFresh)
        #expect((talk.box.odometer?.error == Metres(20)) == isFresh)
    }
}
