import AccessCode
import Box
import Records
import Status
import Testing
import Units
import Vehicle

/// A box as it stands after some inputs; every commit succeeds.
private struct SeenBox {
    static let id = BoxID(0x0b0c_0001_0000_002a)
    static let noon = WallTime(milliseconds: 1_795_262_400_000)

    private(set) var box: Box
    private(set) var now = BootTime(milliseconds: 1000)

    init(_ inputs: [BoxInput], stopsRTC: Bool = false) {
        box = Box(
            setup: BoxSetup(firmware: "1", profile: "toyota_611@00"),
            durable: DurableState(
                box: Self.id, epoch: 1, keyEpoch: KeyEpoch(0), hasColdSpare: true), floor: nil)
        take(
            .started(
                Startup(
                    rtc: RTCReading(time: Self.noon, stopped: stopsRTC), inhibit: .engaged,
                    storage: .normal)))
        for input in inputs { take(input) }
    }

    private mutating func take(_ input: BoxInput) {
        var next: BoxInput? = input
        while let input = next {
            next = nil
            for effect in box.step(input, at: now) {
                if case .commit = effect { next = .committed }
            }
        }
    }

    var work: BoxStatus.Work { BoxStatus.Work(of: box, at: now) }

    static let told = BoxInput.timeOffered(
        TimeOffer(time: noon, error: .seconds(1), source: .technician))
}

@Suite struct `The status` {
    private static func status(_ seen: SeenBox) -> BoxStatus {
        var status = BoxStatus(
            box: SeenBox.id, version: "0.1.0", uptime: .hours(2) + .minutes(10))
        status.work = seen.work
        status.buses = [
            BoxStatus.Bus(
                name: "hs", interface: "can0", state: "up", heard: Milliseconds(120), lost: 3)
        ]
        status.network = false
        status.faults = [FaultReport(.keypadAbsent, "no such device")]
        return status
    }

    @Test func `says that the starter may be inhibited only after a quiet minute`() {
        let parked = SeenBox([SeenBox.told, .lineRead(.ignition, false)])
        #expect(parked.work.interlock == .tooSoon)
        let minute = parked.now + .seconds(60)
        #expect(BoxStatus.Work(of: parked.box, at: minute).interlock == nil)
        let before = minute - Milliseconds(1)
        #expect(BoxStatus.Work(of: parked.box, at: before).interlock == .tooSoon)
    }

    @Test func `for scripts has the members that scripts know`() {
        let text = Self.status(SeenBox([SeenBox.told])).json.text
        let expected = [
            #"{"box":"0b0c00010000002a","buses":[{"heardAgoMs":120,"interface":"can0","#,
            #""lost":3,"name":"hs","state":"up"}],"faults":[{"consequence":"codes cannot be "#,
            #"typed; it is tried again until it is plugged in","detail":"no such device","#,
            #""fault":"keypad.absent","remedy":"plug it in, and see that the udev rules name "#,
            #"it"}],"network":false,"uptimeMs":7800000,"version":"0.1.0","work":{"#,
            #""batteryMv":null,"boots":1,"clock":{"degraded":false,"errorMs":3000,"#,
            #""timeMs":1795262400000},"doorOpen":null,"ignition":null,"#,
            #""interlock":"ignitionUnknown","logEpoch":1,"odometerConfirmed":false,"#,
            #""odometerErrorM":null,"odometerM":null,"profile":"toyota_611@00","records":3,"#,
            #""rental":"none","starterSensed":"engaged","starterWanted":"engaged","#,
            #""storage":"normal","tripOpen":false,"unwritten":0}}"#,
        ].joined()
        #expect(text == expected)
    }

    @Test func `for people says the verdict first and every fault with its way out`() {
        let lines = Self.status(SeenBox([SeenBox.told])).lines
        #expect(
            lines == [
                "box       0b0c00010000002a, firmware 0.1.0, up 2 h 10 min",
                "state     1 fault, see below",
                "rental    none, no open trip",
                "clock     2026-11-21T12:00:00Z +-3 s",
                "log       3 records in epoch 1, storage normal, start 1",
                "car       toyota_611@00, odometer not heard, ignition unknown, doors unknown",
                "starter   inhibit engaged, may not be engaged now: ignitionUnknown",
                "bus       hs on can0: up, heard 120 ms ago, 3 frames lost",
                "network   no way out",
                "fault     keypad.absent: no such device",
                "          meanwhile: \(Fault.keypadAbsent.consequence)",
                "          to do: plug it in, and see that the udev rules name it",
            ])
    }

    @Test func `of a box without a log says nothing of what is in it`() {
        let status = BoxStatus(box: SeenBox.id, version: "0.1.0", uptime: .zero)
        #expect(status.json.text.contains(#""work":null"#))
        #expect(
            status.lines == [
                "box       0b0c00010000002a, firmware 0.1.0, up 0 ms", "state     all well",
                "network   unknown",
            ])
    }

    @Test(
        arguments: [
            (0, "0 ms"), (999, "999 ms"), (1000, "1 s"), (59_999, "59 s"), (60_000, "1 min 0 s"),
            (3_599_999, "59 min 59 s"), (3_600_000, "1 h 0 min"), (86_399_999, "23 h 59 min"),
            (86_400_000, "1 d 0 h"),
        ] as [(Int64, String)])
    func `tells times in two units`(milliseconds: Int64, words: String) {
        let status = BoxStatus(
            box: SeenBox.id, version: "1", uptime: Milliseconds(milliseconds))
        #expect(status.lines.first == "box       0b0c00010000002a, firmware 1, up \(words)")
    }
}

@Suite struct `Faults` {
    @Test func `of a sound box are that nobody has confirmed its odometer`() {
        let faults = SeenBox([SeenBox.told]).work.faults
        #expect(faults.map(\.fault) == [.odometerUnconfirmed])
    }

    @Test func `name a lost clock`() {
        let faults = SeenBox([], stopsRTC: true).work.faults
        #expect(faults.map(\.fault) == [.clockLost, .odometerUnconfirmed])
    }

    @Test(arguments: [(11_999, true), (12_000, false), (12_001, false)] as [(Int64, Bool)])
    func `name a battery below its limit, not at it`(voltage: Int64, isLow: Bool) {
        let reading = BatteryReading(voltage: Millivolts(voltage), drawn: .zero)
        let faults = SeenBox([SeenBox.told, .batteryRead(reading)]).work.faults
        #expect(faults.contains { $0.fault == .batteryLow } == isLow)
    }

    @Test func `name a log without room`() {
        let faults = SeenBox([SeenBox.told, .storageRead(.none)]).work.faults
        #expect(faults.first?.fault == .logFull)
    }

    @Test func `do not call a relay stuck that still may follow`() {
        let sense = BoxInput.lineRead(.starterInhibitSense, false)
        let work = SeenBox([SeenBox.told, sense]).work
        #expect(work.starterSensed == .released)
        #expect(!work.faults.contains { $0.fault == .starterStuck })
    }

    @Test func `each say what the box does meanwhile and what somebody can do`() {
        for fault in Fault.allCases {
            #expect(!fault.consequence.isEmpty && !fault.remedy.isEmpty)
            #expect(fault.rawValue.split(separator: ".").count == 2)
        }
    }
}
