/// Where something of a profile stands.
struct ProfilePlace {
    /// The way to it: `odometer[0].signal`.
    var path: String
    /// The offset of its first byte in the file.
    var offset: Int
    /// Where the values of its keys begin, if it is an object.
    var members: [String: Int] = [:]

    /// The place of the value of `key`; that of the object where there is none.
    func at(_ key: String) -> ProfilePlace {
        ProfilePlace(
            path: path.isEmpty ? key : "\(path).\(key)", offset: members[key] ?? offset)
    }

    /// The place of an item of a list.
    func at(_ index: Int, _ value: JSON5Value) -> ProfilePlace {
        ProfilePlace(path: "\(path)[\(index)]", offset: value.offset)
    }
}

/// All that is wrong with a profile.
struct ProfileMistakes {
    /// The file.
    let file: String
    private let text: JSON5Text
    private var list: [(offset: Int, error: DataFileError)] = []

    /// How many are told; who has more began with the wrong file.
    static let most = 50

    init(file: String, bytes: [UInt8]) {
        self.file = file
        text = JSON5Text(bytes: bytes)
    }

    /// How many have been taken down.
    var count: Int { list.count }

    /// Takes down what is wrong at `place`, and what to do about it.
    mutating func add(_ place: ProfilePlace, _ reason: String, _ remedy: String) {
        let position = words(place)
        list.append(
            (
                place.offset,
                DataFileError(file: file, place: position, reason: reason, remedy: remedy)
            ))
    }

    /// A place as messages tell it: `9:33 odometer[0].signal`.
    func words(_ place: ProfilePlace) -> String {
        let (line, column) = text.position(of: place.offset)
        return place.path.isEmpty ? "\(line):\(column)" : "\(line):\(column) \(place.path)"
    }

    /// All of them as one error, in the order of the file; `nil` if there are none.
    var error: DataFileError? {
        // What stands at one place stays in the order in which it was found.
        let sorted = list.enumerated()
            .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map(\.element.error)
        guard var first = sorted.first else { return nil }
        first.others = Array(sorted.dropFirst().prefix(Self.most - 1))
        return first
    }
}
