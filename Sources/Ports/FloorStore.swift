public import Units

/// Keeps the time that has certainly passed, through power cuts, at little wear.
///
/// It is written every ten minutes, so it is no part of the log: one small block, not a
/// transaction.
public protocol FloorStore: AnyObject {
    /// The greatest time that was stored and survived; `nil` if none did.
    ///
    /// A write that a power cut tore leaves the one before it.
    ///
    /// - Throws: ``StorageError``.
    func load() throws(StorageError) -> WallTime?

    /// Stores `floor`; durable when it returns.
    ///
    /// - Throws: ``StorageError``.
    func store(_ floor: WallTime) throws(StorageError)
}
