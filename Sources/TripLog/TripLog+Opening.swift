public import Ports
public import Records
public import Units

extension TripLog {
    /// Opens the log that `box` has at `path`, and checks that its end holds together.
    ///
    /// `vfs` names the SQLite file system layer, the system's own by default. A file that is
    /// refused is left as it was.
    ///
    /// - Throws: ``Ports/StorageError``: `foreign` for another box's log or another program's
    ///   file, `damaged` for one that contradicts itself, `readOnly` for one that cannot be
    ///   written, `failed` where there is none.
    public convenience init(
        path: String, vfs: String? = nil, box: BoxID, hashing: any Hashing,
        options: Options = Options()
    ) throws(StorageError) {
        let opening = LogOpening(
            path: path, vfs: vfs, hashing: hashing, options: options,
            operation: "open the log \(path)")
        self.init(
            try opening.open(box: box), path: path, isOnDisk: vfs == nil, hashing: hashing,
            options: options, copy: nil)
    }

    /// Makes an empty log at `path` for `box` in `epoch`. An existing log is never overwritten;
    /// what a power cut left of making one is made anew.
    ///
    /// - Throws: ``Ports/StorageError``.
    public static func create(
        path: String, vfs: String? = nil, box: BoxID, epoch: UInt32, hashing: any Hashing,
        options: Options = Options()
    ) throws(StorageError) -> TripLog {
        let opening = LogOpening(
            path: path, vfs: vfs, hashing: hashing, options: options,
            operation: "make a log at \(path)")
        return TripLog(
            try opening.make(LogMeta(box: box, epoch: epoch)), path: path, isOnDisk: vfs == nil,
            hashing: hashing, options: options, copy: nil)
    }

    /// Opens the log at `path`, whosever it is, to look at it: for verifying, exporting and
    /// diagnosing. It works on a private copy in `folder`, so the log and its write-ahead file
    /// stay as they are even where they are damaged or lie on a medium that takes no writes.
    ///
    /// The copy of a log that is being written may be torn; its chain then does not verify. A
    /// program does not inspect a log that it has open itself: by the rules of POSIX, closing the
    /// file that was copied would give up the lock on it.
    /// Appending throws `readOnly`. The copy is removed when the log is let go.
    ///
    /// - Throws: ``Ports/StorageError``, as opening does.
    public static func inspect(
        path: String, hashing: any Hashing, folder: String = "/tmp"
    ) throws(StorageError) -> TripLog {
        let operation = "inspect the log \(path)"
        let copy = try PrivateCopy(of: path, in: folder, operation: operation)
        let options = Options(writeAheadPages: 8)
        let opening = LogOpening(
            path: copy.path, vfs: nil, hashing: hashing, options: options, operation: operation)
        return TripLog(
            try opening.open(box: nil), path: path, isOnDisk: true, hashing: hashing,
            options: options, copy: copy)
    }
}
