import Box
import CAN
import Diagnostics
import Records
import Testing
import Units
import Vehicle

@testable import Runtime

/// A runtime whose profile asks a cluster for the odometer and everybody for the speed, and a car
/// that answers after ten milliseconds.
final class AskedCar {
    let bench: Bench
    var odometer: Int64 = 50_000
    var speed: Int64 = 0
    /// Whether frames of the car itself are heard, every tenth of a second.
    var isAwake = true
    /// Whether the units answer.
    var answers = true
    /// The battery as it is measured every ten seconds; `nil` is never.
    var voltage: Int64? = 12_600
    /// What was sent, and when.
    private(set) var sent: [(at: BootTime, frame: String)] = []
    private var due: [(at: BootTime, frame: String)] = []
    private var measuredAt: BootTime?

    static let odometerRequest = "743#03220207CCCCCCCC"
    static let speedRequest = "7DF#02010DCCCCCCCCCC"

    static func profile() throws -> VehicleProfile {
        let kilometres = try #require(SignalLayout(start: 7, length: 24, byteOrder: .bigEndian))
        let speed = try #require(SignalLayout(start: 7, length: 8, byteOrder: .bigEndian))
        let cluster = try #require(DiagnosticAddress(request: 0x743, response: 0x763))
        let ask = try #require(
            DiagnosticQuery(
                .dataByIdentifier(0x0207), to: cluster, about: .odometer, every: .minutes(1)))
        let askSpeed = try #require(
            DiagnosticQuery(
                .currentData(pid: 0x0D), to: .functional11, about: .other,
                every: Milliseconds(500)))
        return VehicleProfile(
            name: "asked", hash: "0",
            odometers: [
                OdometerSignal(
                    signal: SignalSource(
                        .answer(
                            AnswerKey(
                                responder: .unit(0x763), service: 0x22, identifier: 0x0207)),
                        name: "ODOMETER", layout: kilometres),
                    unit: .fixed(perCount: Millimetres(1_000_000)))
            ],
            speed: [
                SpeedSignal(
                    signal: SignalSource(
                        .answer(
                            AnswerKey(
                                responder: .firstFunctional, service: 0x01, identifier: 0x0D)),
                        name: "SPEED", layout: speed),
                    nanometresPerSecond: 277_777_778)
            ],
            diagnostics: .asks(ask, [askSpeed]))
    }

    init(_ profile: VehicleProfile? = nil) throws {
        bench = try Bench(profile: profile ?? Self.profile())
        bench.start()
    }

    var runtime: BoxRuntime { bench.runtime }
    var now: BootTime { bench.now }

    /// When the odometer was asked for, in milliseconds since `start`.
    func odometerRequests(since start: BootTime) -> [Int64] {
        sent.filter { $0.frame == Self.odometerRequest && $0.at >= start }
            .map { ($0.at - start).count }
    }

    /// Lets time pass in steps of ten milliseconds.
    func pass(_ time: Milliseconds) throws {
        let end = bench.now + time
        while bench.now < end {
            bench.now = bench.now + Milliseconds(10)
            if let voltage, measuredAt.map({ now - $0 >= .seconds(10) }) ?? true {
                measuredAt = now
                runtime.deliver(
                    .batteryRead(
                        BatteryReading(voltage: Millivolts(voltage), drawn: .zero)), at: now)
            }
            if isAwake, now.milliseconds % 100 == 0 { try hear("1A0#0102") }
            while let next = due.first, next.at <= now {
                due.removeFirst()
                try hear(next.frame)
            }
            if runtime.nextDeadline <= now { runtime.wake(at: now) }
            collect()
        }
    }

    func hear(_ frame: String) throws {
        runtime.receive(try CANFrame(frame), at: now)
        collect()
    }

    func setIgnition(_ on: Bool?) {
        runtime.deliver(.lineRead(.ignition, on), at: now)
        collect()
    }

    /// Notes what was sent, and makes up the answers.
    private func collect() {
        for frame in bench.bus.sent {
            sent.append((now, frame))
            guard answers else { continue }
            let answer: String
            switch frame {
            case Self.odometerRequest: answer = "763#06620207" + hexadecimal(odometer, 6) + "AA"
            case Self.speedRequest: answer = "7E8#03410D" + hexadecimal(speed, 2) + "AAAAAAAA"
            case _: continue
            }
            due.append((now + Milliseconds(10), answer))
        }
        bench.bus.sent = []
    }

    private func hexadecimal(_ number: Int64, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
