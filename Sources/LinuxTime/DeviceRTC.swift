public import AccessCode
internal import CLinux
internal import Glibc
public import LinuxIO
public import Ports
public import Units

/// The battery-backed clock behind a device such as `/dev/rtc0`.
///
/// The device is opened for each call: it may come late, and other programs use it, too.
public final class DeviceRTC: RealTimeClock {
    /// Where the device is.
    public let path: String
    /// Why the last call did not succeed; `nil` when it did.
    public private(set) var failure: SystemCallFailure?
    /// What the clock said of its supply when it was read last; empty where it says nothing.
    public private(set) var voltage: RTCVoltage = []

    /// The clock behind `path`.
    public init(path: String = "/dev/rtc0") { self.path = path }

    /// What it shows; `nil` when there is none or it does not answer.
    ///
    /// A clock whose driver refuses to tell a time (EINVAL) knows that it stopped: it reads as
    /// stopped at 1970.
    public func read() -> RTCReading? {
        let file: Descriptor
        do throws(SystemCallFailure) { file = try open() } catch {
            failure = error
            return nil
        }
        voltage = Self.voltage(of: file)
        var fields = rtc_time()
        let result = unsafe clinux_rtc_read(file.number, &fields)
        let shown = result == 0 ? RTCFields(fields).time : nil
        guard result == 0 || result == -EINVAL else {
            failure = SystemCallFailure("read", on: path, code: -result, remedy: Self.remedy)
            return nil
        }
        failure = nil
        let hasStopped = !voltage.isDisjoint(with: [.dataInvalid, .batteryEmpty])
        return RTCReading(
            time: shown ?? WallTime(milliseconds: 0), stopped: shown == nil || hasStopped)
    }

    /// Sets it to the nearest whole second, which also clears its stopped flag.
    public func set(to time: WallTime) {
        do throws(SystemCallFailure) {
            let file = try open()
            var fields = rtc_time(RTCFields(nearest: time))
            let result = unsafe clinux_rtc_set(file.number, &fields)
            failure =
                result == 0
                ? nil : SystemCallFailure("set", on: path, code: -result, remedy: Self.remedy)
        } catch {
            failure = error
        }
    }

    private static let remedy =
        "check the overlay of the clock, and let the service use the device (DeviceAllow)"

    private func open() throws(SystemCallFailure) -> Descriptor {
        try Descriptor.open(path, flags: O_RDONLY, remedy: Self.remedy)
    }

    private static func voltage(of file: borrowing Descriptor) -> RTCVoltage {
        var flags: UInt32 = 0
        // Most drivers do not say.
        guard unsafe clinux_rtc_voltage(file.number, &flags) == 0 else { return [] }
        return RTCVoltage(rawValue: flags)
    }
}

extension RTCFields {
    /// The fields that the kernel gave.
    init(_ time: rtc_time) {
        self.init(
            year: time.tm_year, month: time.tm_mon, day: time.tm_mday, hour: time.tm_hour,
            minute: time.tm_min, second: time.tm_sec)
    }
}

extension rtc_time {
    /// The fields for the kernel.
    init(_ fields: RTCFields) {
        self.init()
        tm_year = fields.year
        tm_mon = fields.month
        tm_mday = fields.day
        tm_hour = fields.hour
        tm_min = fields.minute
        tm_sec = fields.second
    }
}
