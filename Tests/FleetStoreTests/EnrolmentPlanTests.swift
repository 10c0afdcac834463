import FleetStore
import Testing
import Units

@Suite struct `The plan of an enrolment` {
    func plan(
        logEpoch: UInt32, nonce: String = "c", known: FleetBox?, nonces: [String] = ["a", "b"]
    ) throws(EnrolmentRefusal) -> EnrolmentPlan {
        try EnrolmentPlan(
            box, logEpoch: logEpoch, nonce: nonce, known: known,
            enrolments: nonces.map {
                Enrolment(
                    box: box, nonce: $0, serial: $0, certificate: "", keyEpoch: KeyEpoch(0),
                    logEpoch: 1, firmware: "", backend: "", issued: noon)
            }, at: noon)
    }

    func known(_ epoch: UInt16, log: UInt32 = 2, _ master: FleetBox.Master = .hot) -> FleetBox {
        FleetBox(
            id: box, plate: "AB", keyEpoch: KeyEpoch(epoch), master: master, logEpoch: log,
            ownerNumber: 3, enrolled: noon - .days(9), retired: noon)
    }

    @Test func `a new box begins with key epoch 0`() throws {
        let made = try plan(logEpoch: 5, known: nil, nonces: [])
        #expect(made.reason == .new)
        #expect(made.box.keyEpoch == KeyEpoch(0) && made.box.logEpoch == 5)
        #expect(made.box.enrolled == noon && made.box.master == .hot)
    }

    @Test(
        arguments: [
            (2, .hot, 4, .again), (3, .hot, 5, .newLog), (2, .cold, 5, .afterKeySwitch),
            (3, .cold, 5, .newLog), (9, .hot, 5, .newLog),
        ] as [(UInt32, FleetBox.Master, UInt16, EnrolmentPlan.Reason)])
    func `the key epoch goes on where codes of before must not open`(
        _ log: UInt32, _ master: FleetBox.Master, _ epoch: UInt16, _ reason: EnrolmentPlan.Reason
    ) throws {
        let made = try plan(logEpoch: log, known: known(4, log: 2, master))
        #expect(made.reason == reason)
        #expect(made.box.keyEpoch == KeyEpoch(epoch) && made.box.master == .hot)
        // What the fleet knows of the car stays, and the box is in use.
        #expect(made.box.plate == "AB" && made.box.ownerNumber == 3 && made.box.retired == nil)
        #expect(made.box.enrolled == noon - .days(9) && made.box.logEpoch == log)
    }

    @Test func `an older log is an old copy of the card`() {
        #expect(throws: EnrolmentRefusal.olderLog(box, epoch: 1, known: 2)) {
            try plan(logEpoch: 1, known: known(4))
        }
    }

    @Test func `the last request is answered again, an older one is not`() throws {
        #expect(try plan(logEpoch: 2, nonce: "b", known: known(4)).reason == .again)
        #expect(
            try plan(logEpoch: 2, nonce: "b", known: known(4), nonces: ["b", "b"]).reason == .again)
        #expect(throws: EnrolmentRefusal.oldRequest(box)) {
            try plan(logEpoch: 2, nonce: "a", known: known(4))
        }
    }

    @Test func `the last key epoch leaves room for its spare`() throws {
        #expect(
            try plan(logEpoch: 3, known: known(UInt16.max - 2)).box.keyEpoch
                == KeyEpoch(UInt16.max - 1))
        #expect(throws: EnrolmentRefusal.lastKeyEpoch(box)) {
            try plan(logEpoch: 3, known: known(UInt16.max - 1))
        }
        #expect(try plan(logEpoch: 2, known: known(UInt16.max - 1)).reason == .again)
    }

    @Test func `every refusal names a way out`() {
        for refusal in [
            EnrolmentRefusal.olderLog(box, epoch: 1, known: 2), .oldRequest(box),
            .lastKeyEpoch(box),
        ] { #expect(refusal.description.contains("; "), "\(refusal)") }
    }
}
