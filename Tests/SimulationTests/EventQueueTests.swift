import Testing
import Units

@testable import Simulation

@Suite("Queue of events")
struct EventQueueTests {
    @Test func `an empty queue has nothing to give`() {
        var queue = EventQueue<Int>()
        #expect(queue.nextTime == nil)
        #expect(queue.take() == nil)
    }

    @Test func `events of one time come in the order they were added`() {
        var queue = EventQueue<Int>()
        for number in 0..<20 { queue.add(number, at: 7) }
        #expect((0..<20).compactMap { _ in queue.take()?.event } == Array(0..<20))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `events come as a stable sort puts them, whatever is added in between`(_ seed: UInt64) {
        var dice = SplitMix64(seed: seed)
        var queue = EventQueue<Int>()
        var waiting: [(time: Int64, event: Int)] = []
        for number in 0..<300 {
            if dice.next(below: 3) > 0 {
                let time = Int64(dice.next(below: 40)) - 20
                queue.add(number, at: time)
                // Behind all that are not later: that is the stable order.
                let place = waiting.firstIndex { $0.time > time } ?? waiting.count
                waiting.insert((time, number), at: place)
            } else {
                let expected = waiting.isEmpty ? nil : waiting.removeFirst()
                #expect(queue.nextTime == expected?.time)
                let taken = queue.take()
                #expect(taken?.time == expected?.time && taken?.event == expected?.event)
            }
        }
        while let expected = waiting.first {
            waiting.removeFirst()
            #expect(queue.take()?.event == expected.event)
        }
        #expect(queue.take() == nil)
    }
}
