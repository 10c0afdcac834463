internal import CSQLite

/// A file as one connection has it open.
final class OpenFile {
    let disk: SimulatedDisk
    let file: SimulatedFile
    let name: String?
    var isReadOnly = false
    /// Whether the folder must be synced with the next sync of the file.
    var owesFolderSync = false
    /// Whether the write-ahead file outlives the last connection.
    var keepsWriteAhead = false
    private let generation: Int
    private(set) var lock = SQLITE_LOCK_NONE

    init(_ file: SimulatedFile, on disk: SimulatedDisk, name: String?) {
        self.file = file
        self.disk = disk
        self.name = name
        generation = disk.generation
    }

    /// What was open when the power was cut stays dead.
    private var isDead: Bool { disk.isDead || generation != disk.generation }
}

extension OpenFile {
    fileprivate func read(_ target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int32 {
        guard !isDead else { return disk.answer(.power, else: csqlite_ioerr_read()) }
        let count = unsafe file.read(into: target, at: offset)
        return count < target.count ? csqlite_ioerr_short_read() : SQLITE_OK
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        guard !isDead else { return disk.answer(.power, else: csqlite_ioerr_write()) }
        guard let refusal = unsafe disk.write(bytes, to: file, at: offset) else {
            return SQLITE_OK
        }
        return disk.answer(refusal, else: csqlite_ioerr_write())
    }

    fileprivate func truncate(to count: Int) -> Int32 {
        guard !isDead else { return disk.answer(.power, else: SQLITE_IOERR) }
        guard let refusal = disk.truncate(file, to: count) else { return SQLITE_OK }
        return disk.answer(refusal, else: SQLITE_IOERR)
    }

    fileprivate func sync() -> Int32 {
        guard !isDead else { return disk.answer(.power, else: csqlite_ioerr_fsync()) }
        if let refusal = disk.sync(file) {
            return disk.answer(refusal, else: csqlite_ioerr_fsync())
        }
        guard owesFolderSync else { return SQLITE_OK }
        if let refusal = disk.syncFolder() {
            return disk.answer(refusal, else: csqlite_ioerr_fsync())
        }
        owesFolderSync = false
        return SQLITE_OK
    }

    fileprivate func control(_ operation: Int32, _ argument: UnsafeMutableRawPointer?) -> Int32 {
        // Other operations may hand over something else than a number.
        guard [SQLITE_FCNTL_PERSIST_WAL, SQLITE_FCNTL_LAST_ERRNO].contains(operation),
            let number = unsafe argument?.assumingMemoryBound(to: Int32.self)
        else { return SQLITE_NOTFOUND }
        if operation == SQLITE_FCNTL_LAST_ERRNO {
            unsafe number.pointee = disk.lastSystemError
            return SQLITE_OK
        }
        // A negative number asks, any other tells.
        if unsafe number.pointee >= 0 { keepsWriteAhead = unsafe number.pointee != 0 }
        unsafe number.pointee = keepsWriteAhead ? 1 : 0
        return SQLITE_OK
    }

    fileprivate func raiseLock(to level: Int32) -> Int32 {
        guard !isDead else { return disk.answer(.power, else: SQLITE_IOERR) }
        guard level > lock else { return SQLITE_OK }
        guard file.grants(level, to: self) else { return SQLITE_BUSY }
        setLock(level)
        return SQLITE_OK
    }

    fileprivate func setLock(_ level: Int32) {
        lock = level
        file.noteLock(level, of: self)
    }
}

extension OpenFile {
    /// What SQLite keeps of an open file: its own part, and a reference to this object.
    @safe
    private struct Handle {
        var base: sqlite3_file
        var reference: Unmanaged<OpenFile>
    }

    static var handleSize: Int { MemoryLayout<Handle>.size }

    /// Puts this object where SQLite keeps the open file, until it is closed.
    func install(in file: UnsafeMutablePointer<sqlite3_file>) {
        unsafe UnsafeMutableRawPointer(file).initializeMemory(
            as: Handle.self,
            to: Handle(
                base: sqlite3_file(pMethods: UnsafePointer(methods.pointer)),
                reference: Unmanaged.passRetained(self)))
    }

    fileprivate static func of(_ file: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile {
        unsafe reference(file).takeUnretainedValue()
    }

    fileprivate static func release(_ file: UnsafeMutablePointer<sqlite3_file>?) {
        let opened = unsafe reference(file).takeRetainedValue()
        opened.setLock(SQLITE_LOCK_NONE)
    }

    private static func reference(
        _ file: UnsafeMutablePointer<sqlite3_file>?
    ) -> Unmanaged<OpenFile> {
        guard let file = unsafe file else {
            preconditionFailure("SQLite hands a file method its own file")
        }
        return unsafe UnsafeMutableRawPointer(file).assumingMemoryBound(to: Handle.self)
            .pointee.reference
    }
}

/// The table of what can be done with an open file; one for all, never changed, never freed.
@safe
private struct FileMethods: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<sqlite3_io_methods>

    init() {
        unsafe pointer = .allocate(capacity: 1)
        // Version 1 has no shared memory: the log is opened by one program alone.
        unsafe pointer.initialize(to: sqlite3_io_methods())
        unsafe pointer.pointee.iVersion = 1
        unsafe pointer.pointee.xClose = { file in
            unsafe OpenFile.release(file)
            return SQLITE_OK
        }
        unsafe pointer.pointee.xRead = { file, target, count, offset in
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: target, count: Int(count))
            return unsafe OpenFile.of(file).read(buffer, at: Int(offset))
        }
        unsafe pointer.pointee.xWrite = { file, bytes, count, offset in
            let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
            return unsafe OpenFile.of(file).write(buffer, at: Int(offset))
        }
        unsafe pointer.pointee.xTruncate = { file, count in
            unsafe OpenFile.of(file).truncate(to: Int(count))
        }
        unsafe pointer.pointee.xSync = { file, _ in unsafe OpenFile.of(file).sync() }
        unsafe pointer.pointee.xFileSize = { file, count in
            unsafe count?.pointee = unsafe Int64(OpenFile.of(file).file.count)
            return SQLITE_OK
        }
        unsafe pointer.pointee.xLock = { file, level in
            unsafe OpenFile.of(file).raiseLock(to: level)
        }
        unsafe pointer.pointee.xUnlock = { file, level in
            unsafe OpenFile.of(file).setLock(level)
            return SQLITE_OK
        }
        unsafe pointer.pointee.xCheckReservedLock = { file, answer in
            let opened = unsafe OpenFile.of(file)
            unsafe answer?.pointee = opened.file.grants(SQLITE_LOCK_RESERVED, to: opened) ? 0 : 1
            return SQLITE_OK
        }
        unsafe pointer.pointee.xFileControl = { file, operation, argument in
            unsafe OpenFile.of(file).control(operation, argument)
        }
        unsafe pointer.pointee.xSectorSize = { _ in Int32(SimulatedFile.sector) }
        // A torn write spoils only its own bytes, as real systems are taken to promise.
        unsafe pointer.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    }
}

private let methods = FileMethods()
