internal import CSQLite
internal import Synchronization
internal import Units

/// The entry of one disk in SQLite's list of file system layers.
@safe
final class VFSRegistration {
    /// Gives every disk of this process its own name.
    private static let serial = Atomic<Int>(0)

    let name: String
    private let entry: UnsafeMutablePointer<sqlite3_vfs>
    private let nameBytes: UnsafeMutableBufferPointer<CChar>

    init() {
        let number = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
        name = "cityzenbox-disk-\(number)"
        let characters = name.utf8CString
        unsafe nameBytes = UnsafeMutableBufferPointer.allocate(capacity: characters.count)
        _ = unsafe nameBytes.initialize(fromContentsOf: characters)
        unsafe entry = UnsafeMutablePointer.allocate(capacity: 1)
        unsafe entry.initialize(to: sqlite3_vfs())
    }

    deinit {
        unsafe entry.deallocate()
        unsafe nameBytes.deallocate()
    }

    /// Makes SQLite know `disk` by ``name``, and draw its own randomness from `seed`.
    func register(_ disk: SimulatedDisk, seed: UInt64) {
        unsafe entry.pointee.iVersion = 2
        unsafe entry.pointee.szOsFile = Int32(OpenFile.handleSize)
        unsafe entry.pointee.mxPathname = 512
        unsafe entry.pointee.zName = UnsafePointer(nameBytes.baseAddress)
        // Not retained: every open file retains the disk, and no file is open without it.
        unsafe entry.pointee.pAppData = Unmanaged.passUnretained(disk).toOpaque()
        unsafe entry.pointee.xOpen = vfsOpen
        unsafe entry.pointee.xDelete = vfsDelete
        unsafe entry.pointee.xAccess = vfsAccess
        unsafe entry.pointee.xFullPathname = vfsFullPathname
        unsafe entry.pointee.xRandomness = vfsRandomness
        unsafe entry.pointee.xSleep = vfsSleep
        unsafe entry.pointee.xCurrentTime = vfsCurrentTime
        unsafe entry.pointee.xCurrentTimeInt64 = vfsCurrentTime64
        unsafe entry.pointee.xGetLastError = vfsLastError
        let code = unsafe sqlite3_vfs_register(entry, 0)
        precondition(code == SQLITE_OK, "SQLite takes another file system layer")
        // One generator serves the whole process. Only salts come from it, never a decision.
        _ = csqlite_seed_prng(Int32(truncatingIfNeeded: seed | 1))
    }

    func unregister() {
        _ = unsafe sqlite3_vfs_unregister(entry)
    }
}

private func disk(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> SimulatedDisk {
    guard let data = unsafe vfs?.pointee.pAppData else {
        preconditionFailure("SQLite hands a file system layer its own entry")
    }
    return unsafe Unmanaged<SimulatedDisk>.fromOpaque(data).takeUnretainedValue()
}

private func vfsOpen(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ path: sqlite3_filename?,
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
    _ outFlags: UnsafeMutablePointer<Int32>?
) -> Int32 {
    guard let file = unsafe file else { return SQLITE_MISUSE }
    // Without methods SQLite does not close what could not be opened.
    unsafe file.pointee.pMethods = nil
    let name = unsafe path.map { unsafe String(cString: $0) }
    switch unsafe disk(vfs).open(name, flags: flags) {
    case .success(let opened):
        unsafe opened.install(in: file)
        let granted =
            opened.isReadOnly
            ? flags & ~SQLITE_OPEN_READWRITE & ~SQLITE_OPEN_CREATE | SQLITE_OPEN_READONLY : flags
        unsafe outFlags?.pointee = granted
        return SQLITE_OK
    case .failure(let refusal):
        return unsafe disk(vfs).answer(refusal, else: SQLITE_CANTOPEN)
    }
}

private func vfsDelete(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?, _ syncFolder: Int32
) -> Int32 {
    guard let path = unsafe path else { return SQLITE_MISUSE }
    let disk = unsafe disk(vfs)
    if let refusal = disk.delete(unsafe String(cString: path)) {
        if refusal == .missing { return csqlite_ioerr_delete_noent() }
        return disk.answer(refusal, else: SQLITE_IOERR)
    }
    if syncFolder != 0, let refusal = disk.syncFolder() {
        return disk.answer(refusal, else: csqlite_ioerr_fsync())
    }
    return SQLITE_OK
}

private func vfsAccess(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?, _ flags: Int32,
    _ answer: UnsafeMutablePointer<Int32>?
) -> Int32 {
    guard let path = unsafe path else { return SQLITE_MISUSE }
    let disk = unsafe disk(vfs)
    let isThere = disk.file(unsafe String(cString: path)) != nil
    let mayWrite = flags != SQLITE_ACCESS_READWRITE || !disk.faults.readOnly
    unsafe answer?.pointee = isThere && mayWrite ? 1 : 0
    return SQLITE_OK
}

private func vfsFullPathname(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?, _ room: Int32,
    _ out: UnsafeMutablePointer<CChar>?
) -> Int32 {
    // One flat folder: a name is a full path already.
    guard let path = unsafe path, let out = unsafe out else { return SQLITE_MISUSE }
    let bytes = unsafe String(cString: path).utf8CString
    guard bytes.count <= room else { return SQLITE_CANTOPEN }
    for (index, byte) in bytes.enumerated() { unsafe out[index] = byte }
    return SQLITE_OK
}

private func vfsRandomness(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ count: Int32,
    _ out: UnsafeMutablePointer<CChar>?
) -> Int32 {
    let disk = unsafe disk(vfs)
    let buffer = unsafe UnsafeMutableBufferPointer(start: out, count: Int(count))
    for index in buffer.indices {
        unsafe buffer[index] = CChar(truncatingIfNeeded: disk.random.next())
    }
    return count
}

private func vfsSleep(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ microseconds: Int32
) -> Int32 {
    microseconds
}

/// 2012-01-01T00:00Z as a Julian day: no statement of the log asks for the time.
private let fixedDay = 2_455_927.5

private func vfsCurrentTime(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ out: UnsafeMutablePointer<Double>?
) -> Int32 {
    unsafe out?.pointee = fixedDay
    return SQLITE_OK
}

private func vfsCurrentTime64(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ out: UnsafeMutablePointer<sqlite3_int64>?
) -> Int32 {
    unsafe out?.pointee = sqlite3_int64(fixedDay * 86_400_000)
    return SQLITE_OK
}

private func vfsLastError(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ count: Int32, _ out: UnsafeMutablePointer<CChar>?
) -> Int32 {
    unsafe disk(vfs).lastSystemError
}

extension SimulatedDisk {
    /// The result code for `refusal`, which may be told more closely by `errno`.
    func answer(_ refusal: DiskRefusal, else code: Int32) -> Int32 {
        switch refusal {
        case .full:
            lastSystemError = 28  // ENOSPC
            return SQLITE_FULL
        case .readOnly: lastSystemError = 30  // EROFS
        case .power, .broken: lastSystemError = 5  // EIO
        case .missing: lastSystemError = 2  // ENOENT
        }
        return code
    }

    fileprivate func open(_ name: String?, flags: Int32) -> Result<OpenFile, DiskRefusal> {
        guard !isDead else { return .failure(.power) }
        guard let name else {
            // SQLite's own temporary file: it has no name and survives nothing.
            return .success(OpenFile(SimulatedFile(), on: self, name: nil))
        }
        let syncsFolder = flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL) != 0
        if let file = file(name) {
            let opened = OpenFile(file, on: self, name: name)
            opened.isReadOnly = faults.readOnly || flags & SQLITE_OPEN_READONLY != 0
            return .success(opened)
        }
        guard flags & SQLITE_OPEN_CREATE != 0 else { return .failure(.missing) }
        return create(name).map { file in
            let opened = OpenFile(file, on: self, name: name)
            // As on a real system: the first sync of a new journal syncs its folder too.
            opened.owesFolderSync = syncsFolder
            return opened
        }
    }
}
