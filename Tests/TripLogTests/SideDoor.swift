import CSQLite
import Testing

/// Another program's way into an SQLite file: what a tamperer or a careless hand would do.
func alter(_ place: any LogPlace, _ name: String = "log.db", sql: String) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    let code = unsafe sqlite3_open_v2(place.path(name), &opened, flags, place.vfs)
    let database = unsafe opened
    // The file system layer of the simulated disk has no shared memory.
    let text = "PRAGMA locking_mode = EXCLUSIVE; \(sql)"
    let result = unsafe sqlite3_exec(database, text, nil, nil, nil)
    _ = unsafe sqlite3_close_v2(database)
    try #require(code == SQLITE_OK && result == SQLITE_OK)
}
