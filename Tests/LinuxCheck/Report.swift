import BoardContract
import CGPIOD
import Glibc
import LinuxBench
import Units

/// How long this program must have been kept waiting for what it did not see to say nothing: half
/// of the shortest pulse.
let heldUp = Milliseconds(30)
/// How often something is looked at again for that reason.
let triesMaximum = 10

/// Writes a line at once, so that what was said before a crash is not lost.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}

/// What held and what did not, a line for each claim.
final class Report {
    private var failures = 0
    private var claims = 0

    init() {
        let version = cgpiod_library_version().map { String(cString: $0) } ?? "?"
        let kernel = KernelFile.read("/proc/sys/kernel/osrelease") ?? "?"
        say("libgpiod \(version), Linux \(kernel)")
    }

    /// Notes that `claim` holds, unless there are `breaches`.
    func note(_ claim: String, _ breaches: [String]) {
        claims += 1
        if breaches.isEmpty {
            say("  ok    \(claim)")
        } else {
            failures += 1
            say("  FAIL  \(claim): \(breaches.joined(separator: "; "))")
        }
    }

    /// Notes that `claim` holds, if it does, and in any case what was `seen`.
    func note(_ claim: String, holds: Bool, _ seen: String = "") {
        note(claim + (seen.isEmpty ? "" : " (\(seen))"), holds ? [] : ["it does not"])
    }

    /// Ends the report.
    ///
    /// - Returns: the exit status.
    func conclude() -> Int32 {
        say("linuxcheck: \(claims - failures) of \(claims) claims hold")
        return failures == 0 && claims > 0 ? 0 : 1
    }
}

func checkContract(_ report: Report) {
    guard let bench = makeBench(report) else { return }
    for claim in BoardContract.claims {
        var breaches: [String] = []
        for _ in 0..<triesMaximum {
            bench.longestTurn = .zero
            breaches = claim.breaches(on: bench)
            if breaches.isEmpty || bench.longestTurn < heldUp { break }
        }
        report.note(claim.name, breaches)
    }
}

/// A bench, or a failed claim.
func makeBench(_ report: Report) -> LinuxBench? {
    do throws(SimulatedChip.Failure) { return try LinuxBench() } catch {
        report.note("a simulated chip can be had", ["\(error)"])
        return nil
    }
}
