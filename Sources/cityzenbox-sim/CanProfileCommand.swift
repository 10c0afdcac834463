import ArgumentParser
import DataFiles

/// `cityzenbox-sim can profile`: the profiles of cars themselves.
struct CanProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Check profiles of cars, and list the known ones.",
        discussion: """
            cityzenbox-sim can profile list
            cityzenbox-sim can profile check my_car.json5
            """,
        subcommands: [Check.self, List.self])

    /// `cityzenbox-sim can profile check`
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what profiles read from where, and everything that is wrong with them.",
            discussion: """
                A profile is refused as a whole if anything in it is wrong; then the exit status \
                is 1.

                  cityzenbox-sim can profile check toyota_611
                  cityzenbox-sim can profile check ./my_car.json5 ./my_other_car.json5
                """)

        @Argument(
            help: ArgumentHelp("Profiles: names, or paths with a slash.", valueName: "file"))
        var files: [String]

        func run() throws {
            var refused = 0
            for (index, file) in files.enumerated() {
                if index > 0 { print("") }
                let path = try DataFolder.profiles.find(Self.isPath(file) ? "./\(file)" : file)
                do throws(DataFileError) {
                    for line in ProfileSheet(try ProfileSheet.load(path)).lines { print(line) }
                } catch {
                    refused += 1
                    print("\(error)")
                    print("refused: \(path)")
                }
            }
            guard refused == 0 else { throw ExitCode(1) }
        }

        /// Whether `file` is a file here rather than a name: it has the ending, and no slash.
        private static func isPath(_ file: String) -> Bool {
            file.hasSuffix(ProfileFile.ending) && !file.contains("/")
        }
    }

    /// `cityzenbox-sim can profile list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the known profiles: which cars, and what was seen to be right.",
            discussion: """
                They lie in the folders of CITYZENBOX_PROFILES, in Profiles beside the program \
                and in /usr/share/cityzenbox/profiles.
                """)

        func run() throws {
            var rows: [[String]] = [["profile", "cars", "verified"]]
            for name in DataFolder.profiles.names {
                let path = try DataFolder.profiles.find(name)
                let profile = try ProfileSheet.load(path)
                rows.append([name, profile.describes, profile.verified])
            }
            for line in Columns.lines(rows) { print(line) }
        }
    }
}

/// Text in columns.
enum Columns {
    static func lines(_ rows: [[String]]) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                line += cell
                guard index < row.count - 1 else { continue }
                line += String(repeating: " ", count: widths[index] - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
