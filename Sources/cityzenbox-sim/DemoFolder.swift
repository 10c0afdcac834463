import FoundationEssentials

/// Where the files of one demo stay: a new folder each time, so that nothing is overwritten.
struct DemoFolder {
    let path: String

    /// Makes `wanted`, or `wanted-2`, `wanted-3` … where the ones before exist.
    init(_ wanted: String) throws {
        let manager = FileManager.default
        var path = wanted
        var number = 1
        while manager.fileExists(atPath: path) {
            number += 1
            guard number < 10_000 else {
                throw Failure(
                    "the folder \(wanted): it and 9 999 like it exist; give another by --out"
                )
            }
            path = "\(wanted)-\(number)"
        }
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure(
                "the folder \(path): it cannot be made (\(Self.reason(error))); "
                    + "give another by --out", status: .cannotCreate)
        }
        self.path = path
    }

    /// Writes `bytes` as the file `name`.
    func write(_ bytes: [UInt8], as name: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
        } catch {
            throw Failure(
                "the file \(path)/\(name): it cannot be written (\(Self.reason(error))); "
                    + "give another folder by --out", status: .storage)
        }
    }

    func write(_ text: String, as name: String) throws {
        try write(Array(text.utf8), as: name)
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        switch error.code {
        case .fileWriteNoPermission: return "no permission"
        case .fileWriteOutOfSpace: return "the disk is full"
        case .fileWriteVolumeReadOnly: return "the disk takes no writes"
        default: return "error \(error.code.rawValue)"
        }
    }
}
