import DataFiles
import Glibc

/// Writes a whole text file.
enum TextFile {
    /// Writes `text` to `path`, over what was there.
    ///
    /// - Throws: ``Failure`` where it cannot be made or written.
    static func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure(
                "\(path): cannot be made: \(reason()); check the folder and who may write there",
                status: .cannotCreate)
        }
        defer { _ = close(descriptor) }
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(
                    descriptor, all.baseAddress.map { unsafe $0 + start }, all.count - start)
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw Failure(
                    "\(path): cannot be written: \(reason()); make room", status: .storage)
            }
        }
    }

    private static func reason() -> String {
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }
}
