/// Says in one line what a decoder found wrong, and where.
enum DecodingPlace {
    static func error(_ error: DecodingError, file: String) -> DataFileError {
        switch error {
        case .typeMismatch(let type, let context):
            make(file, context.codingPath, "is no \(type)", "write one")
        case .valueNotFound(let type, let context):
            make(file, context.codingPath, "is null", "write a \(type) or leave the key out")
        case .keyNotFound(let key, let context):
            make(file, context.codingPath + [key], "is missing", "add it")
        case .dataCorrupted(let context):
            corrupted(file, context)
        @unknown case _:
            make(file, [], "\(error)", "write it as the other files are")
        }
    }

    private static func corrupted(
        _ file: String, _ context: DecodingError.Context
    ) -> DataFileError {
        let parts = context.debugDescription.split(separator: "; ", maxSplits: 1)
        return make(
            file, context.codingPath, String(parts.first ?? "is damaged"),
            parts.count > 1 ? String(parts[1]) : "correct it")
    }

    private static func make(
        _ file: String, _ path: [any CodingKey], _ reason: String, _ remedy: String
    ) -> DataFileError {
        var place = ""
        for key in path {
            if let index = key.intValue {
                place += "[\(index)]"
            } else {
                place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return DataFileError(file: file, place: place, reason: reason, remedy: remedy)
    }
}
