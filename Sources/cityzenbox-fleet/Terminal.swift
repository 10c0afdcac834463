@unsafe @preconcurrency import Glibc

/// The person in front of the program.
enum Terminal {
    /// Writes a line to standard error.
    static func tell(_ line: String) { write(line + "\n") }

    /// Writes to standard error, as it is.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    /// Whether somebody can be asked.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks for something that is not shown while it is typed; `nil` at the end of input.
    static func askHidden(_ question: String) -> String? {
        write(question)
        var saved = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &saved) == 0 else { return readLine() }
        var hidden = saved
        hidden.c_lflag &= ~UInt32(ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
            write("\n")
        }
        return readLine()
    }
}
