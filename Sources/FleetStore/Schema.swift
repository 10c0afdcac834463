/// What the database looks like, version by version. A step that was released is never changed:
/// the next one goes on from it.
enum Schema {
    /// `CZBF`: the database is a fleet's.
    static let application: Int64 = 0x435A_4246

    /// The version that this program reads and writes.
    static var version: Int64 { Int64(steps.count) }

    /// The statements that lead from one version to the next.
    static let steps: [String] = [first]

    private static let first = """
        CREATE TABLE fleet (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            made_ms INTEGER NOT NULL,
            certificate BLOB NOT NULL CHECK (length(certificate) = 32),
            cold_path TEXT NOT NULL
        ) STRICT;
        CREATE TABLE technician (
            number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 999999),
            name TEXT NOT NULL,
            pin_sha1 BLOB NOT NULL CHECK (length(pin_sha1) = 20),
            added_ms INTEGER NOT NULL,
            removed_ms INTEGER
        ) STRICT;
        CREATE TABLE box (
            box TEXT PRIMARY KEY CHECK (length(box) = 16),
            plate TEXT NOT NULL,
            place TEXT NOT NULL,
            profile TEXT,
            key_epoch INTEGER NOT NULL CHECK (key_epoch BETWEEN 0 AND 65535),
            key_master TEXT NOT NULL CHECK (key_master IN ('hot', 'cold')),
            log_epoch INTEGER NOT NULL,
            owner_number INTEGER NOT NULL CHECK (owner_number BETWEEN 0 AND 65535),
            time_ms INTEGER,
            revoked_slot INTEGER,
            enrolled_ms INTEGER NOT NULL,
            retired_ms INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE enrolment (
            number INTEGER PRIMARY KEY,
            box TEXT NOT NULL REFERENCES box (box),
            nonce TEXT NOT NULL,
            serial TEXT NOT NULL UNIQUE,
            certificate TEXT NOT NULL,
            key_epoch INTEGER NOT NULL,
            log_epoch INTEGER NOT NULL,
            firmware TEXT NOT NULL,
            backend TEXT NOT NULL,
            issued_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX enrolment_of_box ON enrolment (box, number);
        CREATE TABLE booking (
            box TEXT NOT NULL REFERENCES box (box),
            number INTEGER NOT NULL CHECK (number > 0),
            state TEXT NOT NULL,
            driver TEXT,
            language TEXT NOT NULL,
            from_ms INTEGER NOT NULL,
            to_ms INTEGER NOT NULL,
            rental TEXT,
            duration INTEGER NOT NULL,
            accepted_duration INTEGER NOT NULL,
            extensions INTEGER NOT NULL,
            accepted_extensions INTEGER NOT NULL,
            redeemed INTEGER NOT NULL,
            returned_ms INTEGER,
            PRIMARY KEY (box, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE code (
            number INTEGER PRIMARY KEY,
            box TEXT NOT NULL,
            booking INTEGER,
            kind TEXT NOT NULL,
            key_epoch INTEGER NOT NULL,
            detail TEXT NOT NULL,
            disclosed_ms INTEGER NOT NULL,
            FOREIGN KEY (box) REFERENCES box (box),
            FOREIGN KEY (box, booking) REFERENCES booking (box, number)
        ) STRICT;
        CREATE INDEX code_of_box ON code (box, number);
        """
}
