import CAN
import Units
import Vehicle

/// Something that a frame, encoded by hand, shows through a profile.
struct ProfileSight: Sendable, CustomStringConvertible {
    /// What is seen.
    enum Quantity: Hashable, Sendable {
        /// The display of the odometer at this place in the profile's list.
        case odometer(Int, Metres)
        /// Metres from the first frame to the second.
        case distance(Metres)
        case speed(MillimetresPerSecond)
        case ignition(Bool)
        case doors(Bool)
        case fuel(PerMille)
        case charge(PerMille)
        case supply(Millivolts)
        /// The frames show no speed, or no odometer.
        case noSpeed, noOdometer

        /// The key of a profile that this is about.
        var key: String {
            switch self {
            case .odometer(let index, _): "odometer[\(index)]"
            case .distance: "distance"
            case .speed: "speed"
            case .ignition: "ignition"
            case .doors: "doors"
            case .fuel: "fuel"
            case .charge: "charge"
            case .supply: "supply"
            case .noSpeed, .noOdometer: "nothing"
            }
        }
    }

    var profile: String
    /// In `cansend` form; two of them for a distance. Answers are frames of ISO 15765-2.
    var frames: [String]
    var quantity: Quantity

    init(_ profile: String, _ frames: String..., shows quantity: Quantity) {
        self.profile = profile
        self.frames = frames
        self.quantity = quantity
    }

    var description: String { "\(profile) \(frames.joined(separator: " ")): \(quantity)" }
}

extension ProfileSight {
    private static let km123456 = Quantity.odometer(0, Metres(123_456_000))
    private static let kmh50 = Quantity.speed(MillimetresPerSecond(13_889))

    /// What the frames of each profile show. 50 km/h are 13 889 mm/s.
    static let all = french + american + asian + others + heavy + answers

    private static let french = [
        ProfileSight("psa_2004", "0F6#88800888005B7820", shows: .odometer(0, Metres(55_910_400))),
        ProfileSight("psa_2004", "0F6#88800888005B7820", shows: .ignition(true)),
        ProfileSight("psa_2004", "0F6#80800888005B7820", shows: .ignition(false)),
        ProfileSight(
            "psa_2004", "0B6#0000138800000080", "0B6#0000138800FA0080",
            shows: .distance(Metres(25))),
        ProfileSight("psa_2004", "0B6#0000138800000080", shows: kmh50),
        ProfileSight("psa_2004", "0B6#0000138800000000", shows: .noSpeed),
        ProfileSight("psa_2004", "220#0800", shows: .doors(true)),
        ProfileSight("psa_2004", "220#0700", shows: .doors(false)),
        ProfileSight("psa_2004", "161#00000032000000", shows: .fuel(PerMille(500))),

        ProfileSight("psa_2010", "552#FFFFFFFE01E240FE", shows: km123456),
        ProfileSight(
            "psa_2010", "38D#1388FFF600000400", "38D#1388005A00000400",
            shows: .distance(Metres(10))),
        ProfileSight("psa_2010", "38D#1388000000000400", shows: kmh50),
        ProfileSight("psa_2010", "38D#1388000000000800", shows: .noSpeed),
        ProfileSight("psa_2010", "38D#FFFF000000000800", shows: .ignition(true)),
        ProfileSight("psa_2010", "412#0000000000000800", shows: .doors(true)),
        ProfileSight("psa_2010", "412#FFFFFFFFFFFFE7FF", shows: .doors(false)),

        ProfileSight(
            "renault_broadcast", "5D7#1388012D68700000", shows: .odometer(0, Metres(12_345_670))),
        ProfileSight("renault_broadcast", "5D7#1388012D68700000", shows: kmh50),
        ProfileSight("renault_broadcast", "4F8#4000000000000000", shows: .ignition(true)),
        ProfileSight("renault_broadcast", "5DE#0008000000000000", shows: .doors(true)),
    ]

    private static let american = [
        ProfileSight("opel_gmlan", "106C0040#003D090000", shows: .odometer(0, Metres(62_500_000))),
        ProfileSight("opel_gmlan", "106C0040#003D090001", shows: .noOdometer),
        ProfileSight("opel_gmlan", "10210040#0C80000000000000", shows: kmh50),
        ProfileSight("opel_gmlan", "10210040#8C80000000000000", shows: .noSpeed),
        ProfileSight("opel_gmlan", "10242040#02", shows: .ignition(true)),
        ProfileSight("opel_gmlan", "10242040#01", shows: .ignition(false)),
        ProfileSight("opel_gmlan", "102FA040#01", shows: .doors(true)),
        ProfileSight("opel_gmlan", "10800040#008000000000", shows: .fuel(PerMille(502))),

        ProfileSight("opel_corsa_e", "106C0040#00000040FE", shows: .odometer(0, Metres(1000))),
        ProfileSight("opel_corsa_e", "10210040#0C80000000000000", shows: kmh50),
        ProfileSight("opel_corsa_e", "10242040#03", shows: .ignition(true)),
        ProfileSight("opel_corsa_e", "0C2F6040#01", shows: .doors(true)),
        ProfileSight("opel_corsa_e", "10800040#00FF00000000", shows: .fuel(PerMille(1000))),

        ProfileSight("gm_highspeed", "120#0013134D00", shows: .odometer(0, Metres(19_533_203))),
        ProfileSight("gm_highspeed", "120#0013134D01", shows: .noOdometer),
        ProfileSight(
            "gm_highspeed", "3E9#0C35000000000000", shows: .speed(MillimetresPerSecond(13_970))),
        ProfileSight("gm_highspeed", "1F1#0200000000000000", shows: .ignition(true)),

        ProfileSight("ford_cd4", "430#AA01E240BBCCDDEE", shows: km123456),
        ProfileSight(
            "ford_cd4", "179#0000000000FE0000", "179#00000000001200FF",
            shows: .distance(Metres(4))),
        ProfileSight("ford_cd4", "415#1388C00000000000", shows: kmh50),
        ProfileSight("ford_cd4", "415#1388800000000000", shows: .noSpeed),
        ProfileSight("ford_cd4", "3B3#4000000000000020", shows: .ignition(true)),
        ProfileSight("ford_cd4", "3B3#1000000000000020", shows: .doors(true)),
        ProfileSight("ford_cd4", "3B3#0100000000000000", shows: .doors(true)),
        ProfileSight("ford_cd4", "434#01FC000000000000", shows: .fuel(PerMille(500))),

        ProfileSight("ford_cgea", "430#AABBCC01E240DDEE", shows: km123456),
        ProfileSight(
            "ford_cgea", "159#0000000000000000", "159#0000000000320000",
            shows: .distance(Metres(10))),
        ProfileSight("ford_cgea", "415#13880C0000000000", shows: kmh50),
        ProfileSight("ford_cgea", "3B3#4000000000000000", shows: .ignition(true)),
        ProfileSight("ford_cgea", "433#7F00000000000000", shows: .fuel(PerMille(500))),

        ProfileSight("tesla_3", "3B6#15CD5B07", shows: .odometer(0, Metres(123_456_789))),
        ProfileSight("tesla_3", "257#0050460000000000", shows: kmh50),
        ProfileSight("tesla_3", "118#0000050000000000", shows: .ignition(true)),
        ProfileSight("tesla_3", "102#2100000000000000", shows: .doors(true)),
        ProfileSight("tesla_3", "102#2200000000000000", shows: .doors(false)),
        ProfileSight("tesla_3", "292#00D0070000000000", shows: .charge(PerMille(500))),
    ]

    private static let asian = [
        ProfileSight("toyota_611", "611#000000020001E240", shows: km123456),
        // 123 456 miles.
        ProfileSight(
            "toyota_611", "611#000000040001E240", shows: .odometer(0, Metres(198_683_172))),
        ProfileSight("toyota_611", "611#000000000001E240", shows: .noOdometer),
        ProfileSight(
            "toyota_611", "0B4#00000000F0138800", "0B4#0000000054138800",
            shows: .distance(Metres(4))),
        ProfileSight("toyota_611", "0B4#0000000000138800", shows: kmh50),
        ProfileSight("toyota_611", "0B4#0000000000000000", shows: .ignition(true)),
        ProfileSight("toyota_611", "620#0000000000200000", shows: .doors(true)),

        ProfileSight("honda", "516#01E2400000000000", shows: km123456),
        ProfileSight(
            "honda", "158#000000000000FA00", "158#0000000000000400",
            shows: .distance(Metres(100))),
        ProfileSight("honda", "158#1388000000000000", shows: kmh50),
        ProfileSight("honda", "158#0000000000000000", shows: .ignition(true)),
        ProfileSight("honda", "405#0000000000010000", shows: .doors(true)),

        ProfileSight("hyundai_kia", "5B0#9D130400", shows: .odometer(0, Metres(26_716_500))),
        ProfileSight("hyundai_kia", "386#4006000000000000", shows: kmh50),
        ProfileSight("hyundai_kia", "541#0300410800080001", shows: .ignition(true)),
        ProfileSight("hyundai_kia", "541#0000410800080001", shows: .ignition(false)),
        ProfileSight("hyundai_kia", "541#0001410800080001", shows: .doors(true)),
        ProfileSight("hyundai_kia", "553#0000800000000000", shows: .doors(true)),

        ProfileSight(
            "hyundai_kia_2012", "4F0#00000000009D1304", shows: .odometer(0, Metres(26_716_500))),
        ProfileSight("hyundai_kia_2012", "316#0000000000003200", shows: kmh50),
        ProfileSight("hyundai_kia_2012", "690#4300000000000000", shows: .ignition(true)),
        ProfileSight("hyundai_kia_2012", "690#0000000000004000", shows: .doors(true)),
    ]

    private static let others = [
        ProfileSight("mitsubishi_imiev", "412#FE0001E240000000", shows: km123456),
        ProfileSight("mitsubishi_imiev", "215#1900000000000000", shows: kmh50),
        ProfileSight("mitsubishi_imiev", "412#FE0001E240000000", shows: .ignition(true)),
        ProfileSight("mitsubishi_imiev", "412#000001E240000000", shows: .ignition(false)),
        ProfileSight("mitsubishi_imiev", "374#006E000000000000", shows: .charge(PerMille(500))),
        ProfileSight("citroen_ami", "581#00000000D2040032", shows: .odometer(0, Metres(123_400))),
        ProfileSight("citroen_ami", "581#00000000D2040032", shows: kmh50),
        ProfileSight("citroen_ami", "581#00000000D20400FF", shows: .noSpeed),
        ProfileSight("citroen_ami", "581#00000000D20400FF", shows: .ignition(true)),
        ProfileSight("citroen_ami", "593#E204000000000000", shows: .supply(Millivolts(12_500))),

        ProfileSight("vw_pq", "520#000000000040E201", shows: km123456),
        ProfileSight("vw_pq", "320#0000001027000000", shows: kmh50),
        ProfileSight("vw_pq", "572#0200", shows: .ignition(true)),
        ProfileSight("vw_pq", "470#0020000000", shows: .doors(true)),
        ProfileSight("vw_mqb", "6B7#40E2010000000000", shows: km123456),
        ProfileSight(
            "vw_mqb", "6B2#FF40E20100000000", shows: .odometer(1, Metres(123_456_000))),
        ProfileSight("vw_mqb", "0FD#0000000088130000", shows: kmh50),
        ProfileSight("vw_mqb", "3C0#00000200", shows: .ignition(true)),
        ProfileSight("vw_mqb", "3DB#0000000400000000", shows: .doors(true)),
    ]

    private static let heavy = [
        ProfileSight(
            "j1939", "18FEC1EE#E8F4E40141B11600", shows: .odometer(0, Metres(158_910_600))),
        ProfileSight(
            "j1939", "18FEC117#E8F4E40141B11600", shows: .odometer(1, Metres(158_910_600))),
        ProfileSight(
            "j1939", "18FEE000#FFFFFFFF47B00100", shows: .odometer(2, Metres(13_832_875))),
        ProfileSight("j1939", "18FEF100#F7003200000000FF", shows: kmh50),
        ProfileSight("j1939", "0CFEF100#F7003200000000FF", shows: kmh50),
        // An error, by the top byte of the value.
        ProfileSight("j1939", "18FEF100#F700FE00000000FF", shows: .noSpeed),
        ProfileSight("j1939", "18FEC1EE#FFFFFFFFFFFFFFFF", shows: .noOdometer),
        ProfileSight("j1939", "18FEC1EE#000000FE00000000", shows: .noOdometer),
        ProfileSight("j1939", "0CF00400#FF7D7D0000FFFFFF", shows: .ignition(true)),
        ProfileSight("j1939", "18FEFC17#FF7DFFFFFFFFFFFF", shows: .fuel(PerMille(500))),
    ]

    /// Half of the fuel in a byte of 255 is 502 thousandths.
    private static let answers = [
        ProfileSight(
            "obd_generic", "7E8#0641A6000B4F2400", shows: .odometer(0, Metres(74_115_600))),
        ProfileSight(
            "obd_generic", "7EF#0641A60014BBC7AA", shows: .odometer(0, Metres(135_879_100))),
        ProfileSight(
            "obd_generic", "18DAF110#0641A6000186A0AA", shows: .odometer(0, Metres(10_000_000))),
        ProfileSight("obd_generic", "7E8#0641A600000000AA", shows: .noOdometer),
        ProfileSight("obd_generic", "7E8#0641A6FFFFFFFF00", shows: .noOdometer),
        ProfileSight("obd_generic", "7E8#037F0112AAAAAAAA", shows: .noOdometer),
        // An answer that is too short for its value.
        ProfileSight("obd_generic", "7E8#0541A6000B4FAAAA", shows: .noOdometer),
        ProfileSight("obd_generic", "7E8#04413101F4AAAAAA", shows: .odometer(1, Metres(500_000))),
        ProfileSight(
            "obd_generic", "7E8#03410D55AAAAAAAA", shows: .speed(MillimetresPerSecond(23_611))),
        ProfileSight("obd_generic", "7E8#03412F80AAAAAAAA", shows: .fuel(PerMille(502))),
        ProfileSight("obd_generic", "7E8#0441423039AAAAAA", shows: .supply(Millivolts(12_345))),

        ProfileSight(
            "renault_uds", "5D7#1388012D68700000", shows: .odometer(0, Metres(12_345_670))),
        ProfileSight(
            "renault_uds", "763#0662020701E24000", shows: .odometer(1, Metres(123_456_000))),
        ProfileSight("renault_uds", "763#037F223100000000", shows: .noOdometer),
        ProfileSight("renault_uds", "5D7#1388012D68700000", shows: kmh50),
        ProfileSight(
            "renault_uds", "7E8#03410D55AAAAAAAA", shows: .speed(MillimetresPerSecond(23_611))),
        ProfileSight("renault_uds", "4F8#4000000000000000", shows: .ignition(true)),
        ProfileSight("renault_uds", "5DE#0000400000000000", shows: .doors(true)),
        ProfileSight("renault_uds", "7E8#03412F80AAAAAAAA", shows: .fuel(PerMille(502))),

        ProfileSight("opel_kwp", "7E8#065ADF003D0900AA", shows: .odometer(0, Metres(62_500_000))),
        // Another unit than the one that was asked.
        ProfileSight("opel_kwp", "7E9#065ADF003D0900AA", shows: .noOdometer),
        ProfileSight(
            "opel_kwp", "7E8#03410D55AAAAAAAA", shows: .speed(MillimetresPerSecond(23_611))),
        ProfileSight("opel_kwp", "7E8#03412F80AAAAAAAA", shows: .fuel(PerMille(502))),

        ProfileSight("ford_uds", "72E#0662DD0101E240AA", shows: .odometer(0, Metres(123_456_000))),
        ProfileSight(
            "ford_uds", "7E8#03410D55AAAAAAAA", shows: .speed(MillimetresPerSecond(23_611))),
        ProfileSight("ford_uds", "7E8#03412F80AAAAAAAA", shows: .fuel(PerMille(502))),

        ProfileSight("vw_uds", "77E#0662220301E24055", shows: km123456),
        ProfileSight(
            "vw_uds", "17FE0076#0662295A01E240AA", shows: .odometer(1, Metres(123_456_000))),
        ProfileSight(
            "vw_uds", "17FE0076#076210E000006840", shows: .odometer(2, Metres(26_688_000))),
        ProfileSight("vw_uds", "17FE0076#037F2278", shows: .noOdometer),
        ProfileSight(
            "vw_uds", "7E8#03410D55AAAAAAAA", shows: .speed(MillimetresPerSecond(23_611))),
    ]
}
