internal import Records

extension FuzzTarget {
    /// A line of the trip log: what is read is written back byte for byte, and opens.
    static let record = FuzzTarget("record") { bytes in
        do throws(RecordError) {
            let record = try StoredRecord(line: bytes)
            precondition(record.line == bytes, "a record's line is written as it was read")
            let envelope = try record.opened()
            guard let body = record.body, let kind = RecordKind(rawValue: envelope.kind) else {
                return
            }
            do throws(JSONParseError) {
                let json = try CanonicalJSON(parsing: body)
                precondition(json.bytes == body, "a body is kept in its canonical form")
                let known = try? RecordBody(kind: kind, json: json)
                // What a body means must survive being written and read.
                guard let known, let again = try? RecordBody(kind: kind, json: known.json)
                else { return }
                precondition(again == known, "a body is read as it was written")
            } catch {
                preconditionFailure("a body that was read is no JSON: \(error)")
            }
        } catch {
            return
        }
    }
}
