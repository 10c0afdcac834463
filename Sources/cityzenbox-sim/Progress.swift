import Glibc

/// Progress on standard error, where a person looks on: nothing is written to a file or a pipe but
/// the closing line.
final class Progress {
    private let total: Int
    private let unit: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shown = -1

    init(total: Int, unit: String) {
        self.total = total
        self.unit = unit
    }

    func done(_ count: Int) {
        let share = count * 100 / max(1, total)
        guard isTerminal, share != shown else { return }
        shown = share
        write("\r\(count) of \(total) \(unit), \(share) %")
    }

    func end() {
        guard isTerminal, shown >= 0 else { return }
        write("\r\u{1B}[K")
    }

    func say(_ line: String) {
        write(line + "\n")
    }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
