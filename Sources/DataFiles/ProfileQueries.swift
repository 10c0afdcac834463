internal import CAN
internal import Diagnostics
internal import Units
internal import Vehicle

/// The questions of a profile, each once.
struct ProfileQueries {
    private(set) var list: [DiagnosticQuery] = []
    private var keys: [AnswerKey] = []

    /// Adds a question. One that is there already is asked as often as the more urgent of both
    /// wants, and never more often than the odometer may be.
    mutating func add(_ query: DiagnosticQuery, _ key: AnswerKey) {
        guard let index = keys.firstIndex(of: key) else {
            list.append(query)
            keys.append(key)
            return
        }
        let other = list[index]
        let subject = other.subject == .odometer ? other.subject : query.subject
        let interval = max(min(other.interval, query.interval), subject.shortestInterval)
        let both = DiagnosticQuery(
            query.request, to: query.address, about: subject, every: interval)
        if let both { list[index] = both }
    }

    /// How often the answer is asked for, in milliseconds.
    func interval(of key: AnswerKey) -> Int64? {
        keys.firstIndex(of: key).map { list[$0].interval.count }
    }
}

extension ProfileCompiler {
    /// Makes the question behind a polled source; refuses one that may not be sent.
    mutating func query(
        _ entry: PolledEntry, _ place: ProfilePlace, isOdometer: Bool
    ) -> AnswerKey? {
        let mistakesBefore = mistakes.count
        if !document.buses.contains(where: { !$0.isListenOnly }) {
            mistakes.add(
                place.at("request"), "every bus is listen_only, so nothing can be asked",
                "let the bus send, with 'listen_only: false', or leave the source out")
        }
        let request = request(entry, place)
        let address = address(entry, place)
        let subject: DiagnosticQuery.Subject = isOdometer ? .odometer : .other
        let interval = Milliseconds(entry.interval)
        if interval < subject.shortestInterval {
            mistakes.add(
                place.at("every_s"),
                "is more often than \(subject == .odometer ? "an odometer" : "anything") may be "
                    + "asked for",
                "write \(Double(subject.shortestInterval.count) / 1000) or more")
        }
        guard mistakes.count == mistakesBefore, let request, let address,
            let query = DiagnosticQuery(request, to: address, about: subject, every: interval)
        else { return nil }
        let responder: AnswerKey.Responder
        if address.isFunctional {
            responder = .firstFunctional
        } else {
            guard let unit = entry.response ?? address.unit else { return nil }
            responder = .unit(unit)
        }
        let key = AnswerKey(
            responder: responder, service: request.service.rawValue,
            identifier: request.identifier)
        queries.add(query, key)
        return key
    }

    private mutating func request(
        _ entry: PolledEntry, _ place: ProfilePlace
    ) -> DiagnosticRequest? {
        guard let service = DiagnosticService(rawValue: UInt8(truncatingIfNeeded: entry.service))
        else {
            let known = DiagnosticService.allCases.map { hex(Int64($0.rawValue), digits: 2) }
            mistakes.add(
                place.at("service"),
                "\(hex(entry.service, digits: 2)) may not be asked for: the box only reads",
                "services that read are \(known.joined(separator: ", "))")
            return nil
        }
        let identifier = UInt16(truncatingIfNeeded: entry.identifier)
        guard let request = DiagnosticRequest(service: service, identifier: identifier) else {
            mistakes.add(
                place.at("identifier"),
                "\(hex(entry.identifier, digits: 4)) has two bytes, service "
                    + "\(hex(entry.service, digits: 2)) takes one",
                "write 0x00 to 0xFF, or service 0x22")
            return nil
        }
        return request
    }

    private mutating func address(
        _ entry: PolledEntry, _ place: ProfilePlace
    ) -> DiagnosticAddress? {
        let id = entry.request
        guard let response = entry.response else {
            if let standard = DiagnosticAddress(request: id) { return standard }
            mistakes.add(
                place.at("request"), "nobody knows who answers \(id)",
                "write the identifier of the answers as 'response'")
            return nil
        }
        if let standard = DiagnosticAddress(request: id), standard.isFunctional {
            mistakes.add(
                place.at("response"), "any unit may answer \(id), which is meant for all",
                "leave it out, or ask that unit alone")
            return nil
        }
        guard let address = DiagnosticAddress(request: id, response: response) else {
            mistakes.add(
                place.at("request"),
                "\(id), answered with \(response), is none that the box may ask",
                "ask 7DF, 7E0 to 7E7, 18DB33F1, 18DAxxF1, or a unit of 600 or above")
            return nil
        }
        return address
    }

    private func hex(_ number: Int64, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension DiagnosticAddress {
    /// The identifier that the one unit of this address answers with by ISO 15765-4.
    fileprivate var unit: CANID? {
        guard !isFunctional else { return nil }
        if !request.isExtended, (0x7E0...0x7E7).contains(request.number) {
            return CANID(integerLiteral: request.number + 8)
        }
        let unit = request.number >> 8 & 0xFF
        let response = CANID(integerLiteral: 0x18DA_F100 | unit)
        return isAnswered(by: response) ? response : nil
    }
}
