@unsafe @preconcurrency import Glibc

/// Writes whole text files.
enum TextFile {
    /// Writes `text` to `path`, over what was there.
    ///
    /// - Throws: ``Failure`` where it cannot be made or written.
    static func write(_ text: String, to path: String) throws {
        guard let file = unsafe fopen(path, "we") else {
            throw Failure(
                "\(path): it cannot be made; check the folder and who may write there",
                status: .cannotCreate)
        }
        let put = unsafe fputs(text, file)
        let closed = unsafe fclose(file)
        guard put >= 0, closed == 0 else {
            throw Failure("\(path): it cannot be written; make room", status: .storage)
        }
    }
}
