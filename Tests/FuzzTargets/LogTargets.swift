internal import CAN
internal import CANLog

extension FuzzTarget {
    /// Recordings of candump; every frame that is read is written and read alike.
    static let candump = FuzzTarget("candump") { bytes in
        for entry in read(bytes, as: .candump) {
            let text = entry.frame.description
            let again = try? BusFrame(text)
            precondition(again == entry.frame, "a frame is read as it is written")
        }
    }

    /// Recordings of Vector's ASC.
    static let asc = FuzzTarget("asc") { bytes in _ = read(bytes, as: .asc) }

    /// Recordings as comma-separated values.
    static let csv = FuzzTarget("csv") { bytes in _ = read(bytes, as: .csv) }

    /// Recordings of PEAK's TRC.
    static let trc = FuzzTarget("trc") { bytes in _ = read(bytes, as: .trc) }

    /// The entries of `bytes`, which are the same however they arrive.
    private static func read(_ bytes: [UInt8], as format: LogFormat) -> [LogEntry] {
        let whole = LogContents(reading: bytes.span, as: format)
        let parts = inTwoWindows(bytes, as: format)
        precondition(parts.entries == whole.entries, "the window's end changes no frame")
        precondition(parts.errors == whole.errors, "the window's end changes no error")
        for error in whole.errors {
            precondition(error.line >= 1 && error.column >= 1, "an error has a place")
        }
        _ = LogFormat.detect(in: bytes.span, isLast: true)
        return whole.entries
    }

    private static func inTwoWindows(
        _ bytes: [UInt8], as format: LogFormat
    ) -> (entries: [LogEntry], errors: [LogError]) {
        var reader = LogReader(format)
        var entries: [LogEntry] = []
        var errors: [LogError] = []
        func drain(_ window: Span<UInt8>, isLast: Bool) {
            while true {
                do throws(LogError) {
                    guard let entry = try reader.next(in: window, isLast: isLast) else { return }
                    entries.append(entry)
                } catch {
                    errors.append(error)
                }
            }
        }
        drain(bytes.span.extracting(0..<bytes.count / 2), isLast: false)
        let rest = Array(bytes[reader.offset...])
        reader.windowMoved()
        drain(rest.span, isLast: true)
        return (entries, errors)
    }
}
