internal import Probe
internal import Records
internal import Units

extension Probe.Report {
    /// What was heard, and what is to be said of each profile, the best first.
    var report: Report {
        var report = Report()
        report.put(
            "recordingMs", "listened for", Report.time(recording),
            json: .integer(recording.count))
        report.put("frames", "frames", frames)
        report.put("identifiers", "identifiers", identifiers)
        report.put(
            "best", "best", best?.profile ?? "none fits", json: best.map { .string($0.profile) })
        report.put(
            "profiles", "profiles",
            rows: findings.map { finding in
                var row = Report()
                row.put("profile", "profile", finding.profile + ":", json: .string(finding.profile))
                row.put("verdict", "verdict", finding.verdict.description)
                return row
            })
        return report
    }
}
