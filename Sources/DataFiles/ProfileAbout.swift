public import DBC
internal import FoundationEssentials

/// What a profile says about itself to people.
public struct ProfileAbout: Sendable {
    /// The file.
    public let path: String
    /// Which cars it is for.
    public let describes: String
    /// On which car or recording it was seen to be right; empty where it does not say.
    public let verified: String
    /// The signals that it chooses from.
    public let signals: DBCFile
}

extension ProfileFile {
    /// What the profile at `path` says about itself.
    ///
    /// - Throws: ``DataFileError`` where the file is no profile, or its DBC file is not there.
    public static func about(_ path: String) throws(DataFileError) -> ProfileAbout {
        let bytes = try WholeFile.read(path)
        let document = try DataFolder.decode(
            ProfileDocument.self, of: bytes, file: path, kind: "a profile")
        let words = try DataFolder.decode(
            ProfileWords.self, of: bytes, file: path, kind: "a profile")
        let dbc = try WholeFile.read(try dbcPath(document.dbc, beside: path))
        return ProfileAbout(
            path: path, describes: document.describes, verified: words.verified ?? "",
            signals: DBCFile(parsing: dbc))
    }

    /// Everything that is wrong with the profile at `path`: the first thing about the file as a
    /// whole, else the first about each quantity. Nothing where it compiles.
    public static func mistakes(_ path: String) -> [DataFileError] {
        do throws(DataFileError) {
            _ = try load(path, sha256: { _ in "" })
            return []
        } catch {
            let further = quantityMistakes(path)
            return further.isEmpty ? [error] : further
        }
    }

    /// What is wrong with each quantity, every one compiled by itself.
    private static func quantityMistakes(_ path: String) -> [DataFileError] {
        let whole: ProfileDocument
        let dbc: DBCFile
        do throws(DataFileError) {
            let bytes = try WholeFile.read(path)
            whole = try DataFolder.decode(
                ProfileDocument.self, of: bytes, file: path, kind: "a profile")
            dbc = DBCFile(parsing: try WholeFile.read(try dbcPath(whole.dbc, beside: path)))
        } catch {
            return []
        }
        let name = String(path.split(separator: "/").last ?? "")
        guard name == whole.profile + ending, whole.version == 1 else { return [] }
        var found: [DataFileError] = []
        for (place, part) in parts(of: whole) {
            do throws(DataFileError) {
                _ = try ProfileCompiler(document: part, dbc: dbc, file: path).compile(hash: "")
            } catch {
                var error = error
                if error.place.hasPrefix("odometer[0]") {
                    error.place = place + error.place.dropFirst("odometer[0]".count)
                }
                found.append(error)
            }
        }
        return found
    }

    /// The profile once for each quantity, with nothing else in it.
    private static func parts(of whole: ProfileDocument) -> [(String, ProfileDocument)] {
        var bare = whole
        bare.odometer = []
        bare.distance = nil
        bare.speed = nil
        bare.ignition = nil
        bare.doors = [:]
        bare.fuel = nil
        bare.plausibility = nil
        var parts: [(String, ProfileDocument)] = []
        func add(_ place: String, _ change: (inout ProfileDocument) -> Void) {
            var part = bare
            change(&part)
            parts.append((place, part))
        }
        for (index, odometer) in whole.odometer.enumerated() {
            add("odometer[\(index)]") { $0.odometer = [odometer] }
        }
        add("distance") { $0.distance = whole.distance }
        add("speed") { $0.speed = whole.speed }
        add("ignition") { $0.ignition = whole.ignition }
        for (name, door) in whole.doors.sorted(by: { $0.key < $1.key }) {
            add("doors.\(name)") { $0.doors = [name: door] }
        }
        add("fuel") { $0.fuel = whole.fuel }
        add("plausibility") { $0.plausibility = whole.plausibility }
        return parts
    }
}

/// What a profile says to people only.
private struct ProfileWords: Decodable {
    var verified: String?
}
