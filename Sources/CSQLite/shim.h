// SQLite's C interface, and the constants that Swift cannot import.
#ifndef CITYZENBOX_CSQLITE_H
#define CITYZENBOX_CSQLITE_H
#include <sqlite3.h>

static inline int csqlite_ioerr_read(void) { return SQLITE_IOERR_READ; }
static inline int csqlite_ioerr_short_read(void) { return SQLITE_IOERR_SHORT_READ; }
static inline int csqlite_ioerr_write(void) { return SQLITE_IOERR_WRITE; }
static inline int csqlite_ioerr_fsync(void) { return SQLITE_IOERR_FSYNC; }
static inline int csqlite_ioerr_delete_noent(void) { return SQLITE_IOERR_DELETE_NOENT; }
static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }
// Variadic in C, so given one shape each.
static inline int csqlite_config_log(void (*log)(void *, int, const char *)) {
    return sqlite3_config(SQLITE_CONFIG_LOG, log, (void *)0);
}
static inline int csqlite_no_checkpoint_on_close(sqlite3 *db) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
static inline int csqlite_seed_prng(int seed) {
    return sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, (sqlite3 *)0);
}
#endif
