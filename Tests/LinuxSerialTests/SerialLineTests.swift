import LinuxIO
import LinuxSerial
import Testing
import Units

@Suite struct `A serial line` {
    private static let start = BootTime(milliseconds: 5000)

    private static func received(_ events: [SerialLine.Event]) -> [UInt8] {
        events.flatMap { event in
            if case .received(let bytes) = event { return bytes }
            return []
        }
    }

    @Test func `bytes go both ways as they are`() throws {
        let terminal = try Terminal()
        var line = SerialLine(path: terminal.path)
        #expect(line.handle(at: Self.start) == [.opened])
        #expect(line.isOpen && line.nextDeadline == nil && line.failure == nil)
        terminal.type("a\r\n\u{3}\u{4}\u{11}")
        guard let source = line.source else { throw Terminal.Broken() }
        #expect(PollSource.wait(for: [source], milliseconds: 20_000) == [.readable])
        #expect(Self.received(line.handle(at: Self.start)) == [97, 13, 10, 3, 4, 17])
        #expect(line.write([0, 10, 13, 255]) == true)
        #expect(line.handle(at: Self.start) == [])
        #expect(terminal.taken() == [0, 10, 13, 255])
    }

    @Test func `the settings are given back`() throws {
        let terminal = try Terminal()
        let before = terminal.settings
        do {
            var line = SerialLine(path: terminal.path, speed: .b9600)
            _ = line.handle(at: Self.start)
            #expect(terminal.settings != before)
        }
        #expect(terminal.settings == before)
    }

    @Test func `what a line does not take waits, up to the bound`() throws {
        let terminal = try Terminal()
        var line = SerialLine(path: terminal.path, queueLimit: 30_000)
        _ = line.handle(at: Self.start)
        let sent = (0..<30_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        #expect(line.write(sent) == true)
        #expect(line.write([1]) == false, "the queue is full")
        _ = line.handle(at: Self.start)
        #expect(line.waiting > 0, "a terminal holds less than that")
        #expect(line.source?.events == [.readable, .writable])
        var taken: [UInt8] = []
        while taken.count < sent.count {
            let more = terminal.taken()
            guard !more.isEmpty || line.waiting > 0 else { break }
            taken += more
            _ = line.handle(at: Self.start)
        }
        #expect(taken == sent)
        #expect(line.source?.events == .readable)
        #expect(line.write([1]) == true)
    }

    @Test func `a line that hangs up is opened again when it is back`() throws {
        let terminal = try Terminal()
        var line = SerialLine(path: terminal.path)
        _ = line.handle(at: Self.start)
        #expect(line.write([1, 2, 3]) == true)
        terminal.hangUp()
        let events = line.handle(at: Self.start)
        #expect(events.count == 1)
        guard case .hungUp = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(!line.isOpen && line.source == nil && line.waiting == 0)
        #expect(line.write([1]) == false, "nothing waits for a line that is gone")
        #expect(line.nextDeadline == Self.start + SerialLine.firstWait)
        #expect(line.handle(at: Self.start + Milliseconds(249)) == [])
        #expect(line.failure == nil, "it was not tried yet")
        // The kernel gives its number to the next one.
        let next = try Terminal()
        if next.path == line.path {
            #expect(line.handle(at: Self.start + Milliseconds(250)) == [.opened])
        }
    }

    @Test func `a line that is not there is tried after waits that grow to ten seconds`() {
        var line = SerialLine(path: "/dev/cityzenbox-no-such-line")
        var now = Self.start
        var waits: [Int64] = []
        for _ in 0..<8 {
            #expect(line.handle(at: now) == [])
            let next = line.nextDeadline ?? now
            waits.append((next - now).count)
            now = next
        }
        #expect(waits == [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
        #expect(line.failure?.code == 2)
    }

    @Test func `a file that is no line is refused with a reason`() {
        var line = SerialLine(path: "/dev/null")
        #expect(line.handle(at: Self.start) == [])
        #expect(line.failure?.operation == "use as a serial line")
    }
}

@Suite struct `Bytes that wait` {
    @Test(arguments: [(9, true), (10, true), (11, false)])
    func `there is room up to the bound`(count: Int, fits: Bool) {
        var queue = OutgoingQueue(limit: 10)
        #expect(queue.append([UInt8](repeating: 1, count: count)) == fits)
        #expect(queue.count == (fits ? count : 0))
    }

    @Test func `the oldest go first, also in a queue that is never empty`() {
        var queue = OutgoingQueue(limit: 10)
        var next: UInt8 = 0
        var expected: UInt8 = 0
        for round in 0..<1000 {
            while queue.append([next]) { next &+= 1 }
            #expect(queue.count == 10)
            let taken = round % 9 + 1
            for byte in queue.waiting.prefix(taken) {
                #expect(byte == expected)
                expected &+= 1
            }
            queue.remove(taken)
        }
    }

    @Test func `a queue that is cleared is empty`() {
        var queue = OutgoingQueue(limit: 10)
        #expect(queue.append([1, 2]) && !queue.isEmpty)
        queue.clear()
        #expect(queue.isEmpty && queue.waiting.isEmpty)
    }
}
