internal import Units

extension RecordDraft {
    /// Reads a stored record back into what was drafted.
    ///
    /// `nil` for a body that was erased or whose kind or schema version this program does not
    /// know: such a record is kept and passed on, and changes no state.
    ///
    /// - Throws: ``RecordError`` when the bytes are damaged.
    public init?(_ record: StoredRecord) throws(RecordError) {
        let envelope = try record.opened()
        guard let body = record.body, envelope.version == Envelope.currentVersion,
            let kind = RecordKind(rawValue: envelope.kind)
        else { return nil }
        let json: CanonicalJSON
        do throws(JSONParseError) { json = try CanonicalJSON(parsing: body) } catch {
            throw .notJSON(error)
        }
        self.init(stamp: envelope.stamp, body: try RecordBody(kind: kind, json: json))
    }
}
