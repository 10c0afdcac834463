import AccessCode
import Records
import Testing
import Units

@testable import Box

@Suite struct `The keys that the store holds` {
    @Test func `are written down once, and the log remembers them`() throws {
        var talk = Conversation.parked()
        talk.tell(.keysChanged(epoch: KeyEpoch(3), hasColdSpare: true))
        #expect(
            talk.notes == [
                ConfigBody(what: ConfigBody.keyEpoch, to: "3"),
                ConfigBody(what: ConfigBody.keySpare, to: "4"),
            ])
        #expect(talk.box.durable.book.keyEpoch == KeyEpoch(3))
        #expect(talk.box.durable.book.hasColdSpare)
        let before = talk.box.durable.sequence
        talk.tell(.keysChanged(epoch: KeyEpoch(3), hasColdSpare: true))
        #expect(talk.box.durable.sequence == before)
        #expect(talk.afterPowerCut().box.durable.book.keyEpoch == KeyEpoch(3))
    }

    @Test func `without a spare no KEYSWITCH is looked for any more`() {
        var talk = Conversation.parked()
        let epoch = talk.box.durable.book.keyEpoch
        talk.tell(.keysChanged(epoch: epoch, hasColdSpare: true))
        talk.tell(.keysChanged(epoch: epoch, hasColdSpare: false))
        #expect(talk.notes.last == ConfigBody(what: ConfigBody.keySpare, to: ConfigBody.none))
        #expect(!talk.box.durable.book.hasColdSpare)
    }

    @Test func `that could not be written down are not believed`() {
        var talk = Conversation.parked()
        let before = talk.box.durable
        talk.takesCommit = { _, _ in false }
        talk.tell(.keysChanged(epoch: KeyEpoch(9), hasColdSpare: true))
        #expect(talk.box.durable == before)
    }

    @Test func `of an epoch before are a bug`() async {
        await #expect(processExitsWith: .failure) {
            var talk = Conversation.parked()
            talk.tell(.keysChanged(epoch: KeyEpoch(3), hasColdSpare: false))
            talk.tell(.keysChanged(epoch: KeyEpoch(2), hasColdSpare: false))
        }
    }
}
