import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("Answers that nothing asked for")
struct ProtocolTests {
    @Test func `the first input is the start`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation()
            talk.tell(.deadlinePassed)
        }
    }

    @Test func `a box starts once`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation.parked()
            talk.start()
        }
    }

    @Test func `an answer without a question is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation.parked()
            talk.tell(.committed)
        }
    }

    @Test func `an event in place of a commit's answer is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var box = Conversation().box
            let startup = Startup(rtc: nil, inhibit: .engaged, storage: .normal)
            _ = box.step(.started(startup), at: startTime)
            _ = box.step(.deadlinePassed, at: startTime)
        }
    }

    @Test func `an event in place of a check's answer is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation.parked()
            for digit in [1, 1, 1, 1, 1, 1, 1, 1] as [UInt8] {
                _ = talk.box.step(.keyPressed(.digit(digit)), at: talk.now)
            }
            _ = talk.box.step(.keyPressed(.enter), at: talk.now)
            _ = talk.box.step(.committed, at: talk.now)
        }
    }

    @Test func `an event in place of a receipt is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation.rented()
            for digit in [3, 6, 3] as [UInt8] {
                _ = talk.box.step(.keyPressed(.digit(digit)), at: talk.now)
            }
            _ = talk.box.step(.keyPressed(.enter), at: talk.now)
            _ = talk.box.step(.committed, at: talk.now)
        }
    }

    @Test func `the boot clock never goes back`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation.parked()
            talk.now = talk.now - millis(1)
            talk.tell(.deadlinePassed)
        }
    }

    @Test func `the same moment twice is no going back`() {
        var talk = Conversation.parked()
        #expect(talk.tell(.deadlinePassed).isEmpty)
        #expect(talk.tell(.deadlinePassed).isEmpty)
    }
}
