internal import Glibc

/// The speeds of a serial line that are in use, in bits a second.
public enum SerialSpeed: Int, CaseIterable, Hashable, Sendable {
    /// 4,800, of old satellite receivers.
    case b4800 = 4800
    /// 9,600, of satellite receivers.
    case b9600 = 9600
    /// 19,200.
    case b19200 = 19200
    /// 38,400, of diagnostic adapters.
    case b38400 = 38400
    /// 57,600.
    case b57600 = 57600
    /// 115,200, of consoles.
    case b115200 = 115_200
    /// 230,400.
    case b230400 = 230_400
    /// 460,800.
    case b460800 = 460_800
    /// 921,600.
    case b921600 = 921_600

    /// The number of termios.
    var constant: UInt32 {
        switch self {
        case .b4800: UInt32(B4800)
        case .b9600: UInt32(B9600)
        case .b19200: UInt32(B19200)
        case .b38400: UInt32(B38400)
        case .b57600: UInt32(B57600)
        case .b115200: UInt32(B115200)
        case .b230400: UInt32(B230400)
        case .b460800: UInt32(B460800)
        case .b921600: UInt32(B921600)
        }
    }
}
