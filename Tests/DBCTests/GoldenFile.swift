/// All that another program read from a DBC file.
struct GoldenFile: Decodable {
    var dbc: String
    var version: String?
    var nodes: [String]
    var messages: [Message]

    struct Message: Decodable {
        var id: UInt32
        var ext: Bool
        var fd: Bool
        var name: String
        var length: Int
        var senders: [String]
        var cycleTime: Int?
        var comment: String?
        var `protocol`: String?
        var signals: [Signal]

        enum CodingKeys: String, CodingKey {
            case id, ext, fd, name, length, senders, comment, `protocol`, signals
            case cycleTime = "cycle_time"
        }
    }

    struct Signal: Decodable {
        var name: String
        var start: Int
        var length: Int
        var byteOrder: String
        var signed: Bool
        var float: Bool
        var scale: GoldenNumber
        var offset: GoldenNumber
        var min: GoldenNumber?
        var max: GoldenNumber?
        var unit: String?
        var isMultiplexer: Bool
        var multiplexer: String?
        var multiplexerIDs: [UInt64]?
        var choices: [String: String]?
        var receivers: [String]
        var comment: String?
        var spn: Int?

        enum CodingKeys: String, CodingKey {
            case name, start, length, signed, float, scale, offset, min, max, unit, choices
            case receivers, comment, spn
            case byteOrder = "byte_order"
            case isMultiplexer = "is_multiplexer"
            case multiplexer = "mux_signal"
            case multiplexerIDs = "mux_ids"
        }
    }
}
