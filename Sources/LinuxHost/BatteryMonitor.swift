internal import Glibc
public import LinuxIO
public import Units

/// The voltage and the current of the car's battery, from a sensor of the kernel (hwmon), such as
/// an INA226.
///
/// The sensor is searched by its name for each reading: it may come late, and its number changes.
public struct BatteryMonitor: Hashable, Sendable {
    /// What the kernel calls the sensor, such as `ina226`.
    public let name: String
    private let folder: String

    /// The sensor called `name`; `folder` is where the kernel lists them.
    public init(name: String, folder: String = "/sys/class/hwmon") {
        self.name = name
        self.folder = folder
    }

    /// What a sensor shows.
    public struct Measurement: Hashable, Sendable {
        /// The voltage of the battery (`in1_input`).
        public var voltage: Millivolts
        /// What the box draws, in milliamperes (`curr1_input`); `nil` where it is not measured.
        public var current: Int64?
    }

    /// What the sensor shows now.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure`` where there is none, or it does not answer.
    public func read() throws(SystemCallFailure) -> Measurement {
        guard let place = find() else {
            throw SystemCallFailure(
                "find", on: "the sensor \(name) in \(folder)", code: ENOENT,
                remedy: "check the overlay of the board and the wiring of I2C")
        }
        let voltage = try number("\(place)/in1_input")
        // A sensor without a shunt has no such file; the voltage is what matters.
        let current: Int64?
        do throws(SystemCallFailure) { current = try number("\(place)/curr1_input") } catch {
            current = nil
        }
        return Measurement(voltage: Millivolts(voltage), current: current)
    }

    /// How many sensors a machine has at the most, as far as this searches.
    private static let sensorsMaximum = 64

    private func find() -> String? {
        for number in 0..<Self.sensorsMaximum {
            let place = "\(folder)/hwmon\(number)"
            let found: String?
            do throws(SystemCallFailure) { found = try text("\(place)/name") } catch {
                found = nil
            }
            if found == name { return place }
        }
        return nil
    }

    private func number(_ path: String) throws(SystemCallFailure) -> Int64 {
        guard let value = Int64(try text(path)) else {
            throw SystemCallFailure(
                "read", on: path, code: EINVAL, remedy: "check the driver of the sensor")
        }
        return value
    }

    private func text(_ path: String) throws(SystemCallFailure) -> String {
        let remedy = "check the wiring of I2C"
        let file = try Descriptor.open(path, flags: O_RDONLY, remedy: remedy)
        var buffer = [UInt8](repeating: 0, count: 64)
        switch file.read(into: &buffer) {
        case .moved(let count):
            let end = buffer[..<count].last == UInt8(ascii: "\n") ? count - 1 : count
            return String(decoding: buffer[..<end], as: UTF8.self)
        case .failed(let code):
            throw SystemCallFailure("read", on: path, code: code, remedy: remedy)
        case .wouldBlock, .ended:
            throw SystemCallFailure("read", on: path, code: EIO, remedy: remedy)
        }
    }
}
