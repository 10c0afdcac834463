import LinuxCAN
import Netlink
import Testing

/// Interfaces as the kernel would describe them.
enum Links {
    /// A controller that is set up as a box wants it.
    static func controller(
        index: Int32 = 4, name: String = "can0", isUp: Bool = true, bitRate: UInt32? = 500_000,
        dataBitRate: UInt32? = nil, modes: CANController.Modes = .listenOnly,
        state: CANController.State? = .errorActive, restart: UInt32 = 0
    ) -> NetworkLink {
        var link = NetworkLink(index: index, name: name)
        link.hardware = NetworkLink.can
        link.kind = "can"
        link.isUp = isUp
        var controller = CANController()
        controller.bitRate = bitRate
        controller.dataBitRate = dataBitRate
        controller.modes = modes
        controller.state = state
        controller.restartMilliseconds = restart
        link.controller = controller
        return link
    }

    /// A virtual interface.
    static func virtual(index: Int32 = 4, name: String = "can0", isUp: Bool = true) -> NetworkLink {
        var link = NetworkLink(index: index, name: name)
        link.hardware = NetworkLink.can
        link.kind = "vcan"
        link.isUp = isUp
        return link
    }
}

@Suite struct `Set-up of an interface` {
    private static let expected = BusExpectation(interface: "can0", bitRate: 500_000)

    @Test func `the expected set-up is no mistake`() {
        #expect(Self.expected.mistake(of: Links.controller()) == nil)
    }

    @Test(arguments: [
        (
            Links.controller(bitRate: 499_999),
            LinkMistake.bitRate(expected: 500_000, found: 499_999)
        ),
        (Links.controller(bitRate: 500_001), .bitRate(expected: 500_000, found: 500_001)),
        (Links.controller(bitRate: nil), .noBitRate(expected: 500_000)),
        (Links.controller(modes: []), .notListenOnly),
        (Links.controller(modes: [.busErrorReporting]), .notListenOnly),
        (Links.controller(modes: [.loopback, .listenOnly]), .loopback),
        (Links.virtual(), .noController), (NetworkLink(index: 4, name: "can0"), .notCAN),
    ])
    func `another set-up is refused`(link: NetworkLink, mistake: LinkMistake) {
        #expect(Self.expected.mistake(of: link) == mistake)
        #expect(mistake.advice("can0").contains("can0"))
    }

    @Test func `only a profile that polls may leave listen-only`() {
        var polling = Self.expected
        polling.role = .polls
        #expect(polling.mistake(of: Links.controller(modes: [])) == nil)
        #expect(polling.mistake(of: Links.controller()) == nil, "silent is never too little")
        #expect(
            polling.mistake(of: Links.controller(bitRate: 125_000, modes: []))
                == .bitRate(expected: 500_000, found: 125_000))
    }

    @Test func `a bench takes virtual interfaces, and controllers no less strictly`() {
        var bench = Self.expected
        bench.isBench = true
        #expect(bench.mistake(of: Links.virtual()) == nil)
        #expect(bench.mistake(of: Links.controller(modes: [])) == .notListenOnly)
        #expect(bench.mistake(of: NetworkLink(index: 4, name: "can0")) == .notCAN)
    }

    @Test func `the data phase of CAN FD is verified where it is expected`() {
        var flexible = Self.expected
        flexible.dataBitRate = 2_000_000
        let modes: CANController.Modes = [.listenOnly, .flexible]
        #expect(
            flexible.mistake(of: Links.controller(dataBitRate: 2_000_000, modes: modes)) == nil)
        #expect(
            flexible.mistake(of: Links.controller(dataBitRate: 4_000_000, modes: modes))
                == .dataBitRate(expected: 2_000_000, found: 4_000_000))
        #expect(
            flexible.mistake(of: Links.controller(dataBitRate: 2_000_000))
                == .dataBitRate(expected: 2_000_000, found: nil))
    }
}
