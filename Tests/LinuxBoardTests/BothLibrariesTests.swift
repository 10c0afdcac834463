import FoundationEssentials
import Glibc
import Testing

/// The build has met one libgpiod, that of this machine; here is the other.
@Suite struct `The C face of both libgpiod` {
    private static let root =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// Where the header of libgpiod 2 was unpacked, if it was.
    private static let header: String? = {
        let variables = ProcessInfo.processInfo.environment
        let home = variables["XDG_CACHE_HOME"] ?? (variables["HOME"] ?? "") + "/.cache"
        let cache = variables["CITYZENBOX_GUEST_CACHE"] ?? home + "/cityzenbox/guest"
        let folder = cache + "/amd64-gpiod2/include"
        return FileManager.default.fileExists(atPath: folder + "/gpiod.h") ? folder : nil
    }()

    private func compiles(_ options: String) -> Bool {
        let sources = "\(Self.root)/Sources/CGPIOD"
        let command =
            "clang -std=c11 -Wall -Wextra -Werror -fsyntax-only \(options) "
            + "-I\(sources)/include \(sources)/*.c 2> /dev/null"
        return unsafe system(command) == 0
    }

    /// `make guest-test` fetches the header; without it the other half of the face is compiled
    /// there alone.
    @Test(
        .enabled(if: header != nil, "no header of libgpiod 2: run make guest-test once"))
    func `compiles without a warning for libgpiod 2`() throws {
        let header = try #require(Self.header)
        #expect(compiles("-I\(header)"))
        #expect(!compiles("-I\(header) -include gpiod.h -DGPIOD_LINE_BULK_MAX_LINES=64"))
    }

    @Test func `compiles without a warning for the library of this machine`() {
        #expect(compiles(""))
        #expect(!compiles("-Dcgpiod_line=1"))
    }
}
