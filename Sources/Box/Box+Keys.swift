internal import AccessCode
internal import Records
internal import Units

/// The code keys that the key store holds, as the log knows them.
extension Box {
    /// Writes down that the store holds the keys of `epoch` and the cold spare of the next one, or
    /// none; what the log says already it says once.
    mutating func noteKeys(_ epoch: KeyEpoch, _ hasColdSpare: Bool) {
        precondition(epoch >= durable.book.keyEpoch, "A key epoch never goes back.")
        if epoch != durable.book.keyEpoch {
            record(.config(ConfigBody(what: ConfigBody.keyEpoch, to: String(epoch.number))))
        }
        if hasColdSpare != durable.book.hasColdSpare || epoch != durable.book.keyEpoch {
            let spare = hasColdSpare ? String(epoch.next.number) : ConfigBody.none
            record(.config(ConfigBody(what: ConfigBody.keySpare, to: spare)))
        }
    }
}
