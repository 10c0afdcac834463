import AccessCode
import Box
import CAN
import Fleet
import KeyStore
import Ports
import Records
import Runtime
import SimulatedDisk
import Simulation
import Tariff
import TripLog
import Units

/// The end: END, the receipt, the log, the invoice, the files.
extension RentalStory {
    func bringBack() throws {
        narrator.chapter("Saturday: the car is back")
        stage.setDoor(open: true)
        try stage.pass(.seconds(8))
        let hasty = try stage.type("363#")
        narrator.tell(
            stage.now, "Paul types 363# (END) with the door open: [\(hasty?.notation ?? "")]")
        try narrator.check(hasty == .closeDoors, "a rental does not end with a door open")
        stage.setDoor(open: false)
        try stage.pass(.seconds(5))
        let ended = try stage.type("363#")
        guard case .ended(let digits) = ended else {
            throw BrokenPromise(
                description: "broken promise: END ends the rental (\(words(ended)))")
        }
        narrator.tell(stage.now, "He shuts it and types 363# again: \(words(ended))")
        narrator.add(
            "The box shows the receipt \(CodeText(digits: digits)): proof of the return, offline."
        )
        try narrator.check(digits.count == 8, "the receipt has eight digits")
        try narrator.check(box.board.isLocked, "END locks the doors")
        try stage.pass(.minutes(2))
        try narrator.check(box.board.isInhibited, "after END the starter cannot turn")
        narrator.tell(stage.now, "Standing for a minute: the starter cannot turn any more.")
        let again = try stage.type(code.compact + "#")
        narrator.tell(stage.now, "The same code once more: \(words(again))")
        try narrator.check(
            again == .refused(.closed) && box.board.isLocked, "a closed code is dead")
    }

    /// The chain, the receipt, the distance.
    func checkTheLog() throws -> TripCloseBody {
        narrator.chapter("The log")
        guard let log = box.log else { throw BrokenPromise(description: "the box has no log") }
        let verified = try log.verify()
        try narrator.check(
            verified.defect == nil, "the log verifies: \(verified.defect.map { "\($0)" } ?? "")")
        narrator.tell(
            stage.now,
            "\(verified.checked) records, chained without a gap up to "
                + "\(log.head.hash.hex.prefix(16))…"
        )
        var close: TripCloseBody?
        for record in try log.records(1...log.head.sequence) {
            if case .tripClose(let body)? = try RecordDraft(record)?.body { close = body }
        }
        guard let close else {
            throw BrokenPromise(description: "broken promise: the trip is closed")
        }
        let receipts = FleetReceipts(box: Self.boxID, keyEpoch: KeyEpoch(0))
        let receipt = try receipts.check(close, with: box.keys)
        try narrator.check(receipt == .genuine, "the fleet recognises the receipt")
        narrator.add(
            "The trip: \(close.distance) ± \(close.error) (\(close.quality.rawValue)), "
                + "\(close.driving / 60) min driven, receipt genuine."
        )
        if recording == nil {
            let billed = close.distance.inMillimetres
            narrator.add(
                "The simulated car truly went from "
                    + "\(Narrator.kilometres(Metres(87_412_340))) to "
                    + "\(Narrator.kilometres(box.car.odometer.flooredToMetres))."
            )
            let truth = box.car.odometer - Metres(87_412_340).inMillimetres
            try narrator.check(
                (billed - truth).magnitude <= close.error.inMillimetres + Millimetres(1000),
                "the billed distance is right within its bound")
        }
        observer.checker?.checkWholeLog()
        return close
    }

    func bill(_ close: TripCloseBody, into folder: DemoFolder) throws {
        narrator.chapter("The invoice, computed from the log")
        guard let log = box.log else { throw BrokenPromise(description: "the box has no log") }
        let jws = try signer.jws(log.checkpoint.payload)
        var lines: [UInt8] = []
        try log.export { line in
            lines += line + [UInt8(ascii: "\n")]
            return true
        }
        let key = try VerifyingKey(pem: signer.publicKeyPEM)
        let ledger = try TripLedger(log: lines, checkpoint: jws, key: key, box: Self.boxID)
        try narrator.check(ledger.doubts.isEmpty && ledger.open.isEmpty, "the ledger has no doubts")
        guard let tariff = Tariff.owners.first(where: { $0.name == "30 / 5.00 / 0.50" }) else {
            throw BrokenPromise(description: "broken promise: Marie's tariff is known")
        }
        let invoice = try Invoice.bill(ledger.trips, tariff: tariff, reference: "2026-0001").get()
        let verdict = invoice.verify(against: ledger.records)
        try narrator.check(
            verdict == .same, "the invoice can be computed again from the log: \(verdict)")
        narrator.quote(invoice.text(in: language), margin: "")
        try folder.write(lines, as: "records.jsonl")
        try folder.write(jws + "\n", as: "checkpoint.jws")
        try folder.write(signer.publicKeyPEM, as: "box-public-key.pem")
        try folder.write(invoice.text(in: language), as: "invoice.txt")
        try folder.write(invoice.json.bytes + [UInt8(ascii: "\n")], as: "invoice.json")
    }

    /// The database as it lies on the box's disk, write-ahead file included.
    func keep(in folder: DemoFolder) throws {
        for suffix in ["", "-wal"] {
            let name = SimulatedBox.logName + suffix
            if let bytes = try box.disk.read(name) { try folder.write(bytes, as: name) }
        }
        narrator.chapter("The files")
        print(
            """
            They stay in \(folder.path):
              log.db, log.db-wal  the box's own database, as a power cut would leave it
              records.jsonl       the records, one canonical JSON object a line
              checkpoint.jws      the box's signature over the end of the chain
              box-public-key.pem  what it is checked with
              invoice.txt, invoice.json
            Look for yourself:
              sqlite3 -readonly \(folder.path)/log.db "select seq, envelope ->> 'kind' from record"
              jq -c 'select(.kind == "trip.close") | .body' \(folder.path)/records.jsonl
            """)
    }
}
