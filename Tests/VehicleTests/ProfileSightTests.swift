import CAN
import DataFiles
import Diagnostics
import FoundationEssentials
import Testing
import Units
import Vehicle

/// A car read through a profile: frames of its bus, and the answers in them.
struct ProfiledCar {
    private(set) var monitor: VehicleMonitor
    private var listener: AnswerListener

    init(_ profile: CompiledProfile, _ vehicle: VehicleProfile) {
        monitor = VehicleMonitor(profile: vehicle)
        listener = AnswerListener(addresses: profile.addresses)
    }

    var state: VehicleState { monitor.state }

    mutating func hear(_ frame: CANFrame, at now: BootTime) {
        _ = monitor.receive(frame, at: now)
        guard let answer = listener.receive(frame, at: now), let request = answer.request,
            let payload = answer.payload
        else { return }
        _ = monitor.receive(
            answer: payload, service: request.service.rawValue, identifier: request.identifier,
            at: now)
    }
}

@Suite struct `What the profiles of this package read` {
    @Test(arguments: ProfileSight.all)
    func `a frame encoded by hand shows what it should`(sight: ProfileSight) throws {
        let profile = try TestProfiles.compile(sight.profile)
        var vehicle = profile.vehicle
        if case .odometer(let index, _) = sight.quantity {
            vehicle.odometers = [try #require(vehicle.odometers.dropFirst(index).first)]
        }
        // Four times a second for fifteen seconds, which makes any odometer believed.
        var car = ProfiledCar(profile, vehicle)
        let frame = try CANFrame(try #require(sight.frames.first))
        for tick in Int64(0)..<60 { car.hear(frame, at: BootTime(milliseconds: tick * 250)) }
        let state = car.state
        switch sight.quantity {
        case .odometer(_, let display): #expect(state.odometer?.display == display)
        case .distance(let way):
            car = ProfiledCar(profile, vehicle)
            car.hear(frame, at: BootTime(milliseconds: 1000))
            let last = try CANFrame(try #require(sight.frames.last))
            car.hear(last, at: BootTime(milliseconds: 1100))
            #expect(car.state.pulses == way)
        case .speed(let speed): #expect(state.speed?.value == speed)
        case .ignition(let isOn): #expect(state.ignition?.value == isOn)
        case .doors(let isOpen): #expect(state.doorOpen?.value == isOpen)
        case .fuel(let level): #expect(state.fuel?.value == level)
        case .charge(let level): #expect(state.charge?.value == level)
        case .supply(let voltage): #expect(state.supply?.value == voltage)
        case .noSpeed: #expect(state.speed == nil)
        case .noOdometer: #expect(state.odometer == nil)
        }
    }

    @Test(arguments: ProfileFile.names(in: [TestProfiles.folder]))
    func `each source of a profile has a frame of its own`(name: String) throws {
        let profile = try TestProfiles.compile(name)
        let sights = ProfileSight.all.filter { $0.profile == name }
        var keys = profile.vehicle.odometers.indices.map { "odometer[\($0)]" }
        for source in profile.sources where source.quantity != "odometer" {
            guard source.key != PulseLine.key.name else { continue }
            keys.append(String(source.quantity.prefix { $0 != "." }))
        }
        for key in keys { #expect(sights.contains { $0.quantity.key == key }, "\(name): \(key)") }
    }

    @Test func `pulses of a line are a way`() throws {
        var monitor = VehicleMonitor(profile: try TestProfiles.load("pulse"))
        _ = monitor.receive(pulses: 1000, at: BootTime(milliseconds: 1000))
        _ = monitor.receive(pulses: 1040, at: BootTime(milliseconds: 2000))
        #expect(monitor.state.pulses == Metres(10))
    }

    @Test func `of two units that answer, the first is followed`() throws {
        let profile = try TestProfiles.compile("obd_generic")
        var car = ProfiledCar(profile, profile.vehicle)
        for tick in Int64(0)..<60 {
            let now = BootTime(milliseconds: tick * 250)
            car.hear(try CANFrame("7E8#0641A6000186A0AA"), at: now)
            car.hear(try CANFrame("7E9#0641A6000186A1AA"), at: now)
        }
        #expect(car.state.odometer?.display == Metres(10_000_000))
        #expect(car.state.odometer?.key == "7E8/01.A6.ODOMETER")
    }
}

@Suite struct `What the profiles of this package ask` {
    private func asked(_ name: String) throws -> [String] {
        try TestProfiles.compile(name).queries.map { query in
            "\(query.address.request)#\(query.request) every \(query.interval.count)"
        }
    }

    @Test(arguments: [
        (
            "obd_generic",
            [
                "7DF#01 A6 every 60000", "7DF#01 31 every 60000", "7DF#01 0D every 500",
                "7DF#01 2F every 10000", "7DF#01 42 every 10000",
            ]
        ),
        (
            "renault_uds",
            ["743#22 02 07 every 60000", "7DF#01 0D every 500", "7DF#01 2F every 10000"]
        ),
        (
            "opel_kwp",
            ["7E0#1A DF every 60000", "7E0#01 0D every 500", "7E0#01 2F every 10000"]
        ),
        (
            "vw_uds",
            [
                "714#22 22 03 every 60000", "17FC0076#22 29 5A every 60000",
                "17FC0076#22 10 E0 every 60000", "7DF#01 0D every 500",
            ]
        ),
        ("psa_2004", []), ("j1939", []), ("pulse", []),
    ])
    func `is this and no more`(name: String, questions: [String]) throws {
        #expect(try asked(name) == questions)
    }

    @Test func `a question that two quantities share is asked once, as often as the odometer may`()
        throws
    {
        func polled(_ keys: String) -> String {
            "{ request: 0x7df, service: 1, identifier: 0xa6, bytes: 4, \(keys) }"
        }
        let body = """
            speed: \(polled("every_s: 1, scale: 1, unit: 'km/h'")),
            odometer: \(polled("every_s: 120, scale: 0.1, unit: 'km'")),
            supply: \(polled("every_s: 0.5, scale: 1, unit: 'mV'"))
            """
        let profile = try TestProfiles.compile(
            profile: TestProfiles.text(body), dbc: TestProfiles.dbc)
        #expect(profile.queries.count == 1)
        #expect(profile.queries.first?.subject == .odometer)
        #expect(profile.queries.first?.interval == .minutes(1))
    }

    @Test func `the shortest intervals are those of the allow-list`() throws {
        func queries(_ quantity: String, _ keys: String) throws -> [DiagnosticQuery] {
            let body = """
                \(quantity): { request: 0x7df, service: 1, identifier: 1, bytes: 1, \(keys) }
                """
            return try TestProfiles.compile(
                profile: TestProfiles.text(body), dbc: TestProfiles.dbc
            ).queries
        }
        let speed = try queries("speed", "every_s: 0.1, scale: 1, unit: 'km/h'")
        #expect(speed.first?.interval == Milliseconds(100))
        let odometer = try queries("odometer", "every_s: 60, scale: 1, unit: 'km'")
        #expect(odometer.first?.interval == .minutes(1))
    }

    @Test func `a value is stale after two and a half questions unless the profile says otherwise`()
        throws
    {
        let vehicle = try TestProfiles.load("obd_generic")
        #expect(vehicle.odometers.first?.signal.maxAge == .seconds(150))
        #expect(vehicle.speed.first?.signal.maxAge == Milliseconds(1250))
    }
}
