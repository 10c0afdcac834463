internal import CAN
internal import CLinux
internal import Diagnostics
internal import Glibc
public import LinuxIO

/// A raw CAN socket of one interface (SocketCAN, `CAN_RAW`).
///
/// One socket for each interface: each bus has its own filters, its own count of lost frames and
/// its own end, and a flood on one takes no room from another. It receives classic frames and
/// those of CAN FD, time stamps of the kernel and the controller, error frames and the count of
/// frames that were lost. Reading takes up to 32 frames with one call and allocates nothing.
///
/// Kernel ISO-TP sockets (`CAN_ISOTP`) are no part of it: transfers are a state machine of the
/// diagnostics layer, which also runs without a kernel.
@safe public struct CANSocket: ~Copyable {
    /// How a look at the socket ended.
    public enum Ending: Hashable, Sendable {
        /// Nothing is left.
        case empty
        /// The limit of one look was reached; there may be more.
        case more
        /// The interface is down, gone, or broken, with this reason (errno).
        case failed(Int32)
    }

    /// What the kernel stamps frames with.
    public enum Stamps: Int32, Hashable, Sendable {
        /// Nothing: a frame came when it was read.
        case none
        /// Its own clock.
        case kernel
        /// Its own clock and the controller's, where that has one.
        case kernelAndController
    }

    /// The number of the interface.
    public let interface: Int32
    /// What frames are stamped with.
    public let stamps: Stamps
    private let descriptor: Descriptor
    private let batch: OpaquePointer
    private var clock: FrameClock
    private var losses = LossCounter()

    /// Bytes of the kernel for frames that were not yet taken: at 4,000 frames a second enough for
    /// more than a second.
    static let room: Int32 = 4 << 20
    /// Calls of the kernel in one look, each for 32 frames, so that one bus does not starve the
    /// rest of the loop.
    static let callsMaximum = 16

    /// Opens a socket on the interface with the number `interface`, called `name`.
    ///
    /// Without filters it receives no frames, and error frames only. With `hearsItself` it also
    /// receives what it sent.
    ///
    /// - Throws: ``SystemCallFailure``.
    public init(
        interface: Int32, name: String, filters: [CANFilter], hearsItself: Bool = false,
        at moment: KernelMoment
    ) throws(SystemCallFailure) {
        let opened = try Self.opened(name, filters, hearsItself: hearsItself)
        let stamps = Stamps(rawValue: clinux_can_set_stamps(opened.number)) ?? .none
        // Without it losses go unnoticed, which is no reason to hear nothing at all.
        _ = clinux_can_set_drop_counter(opened.number)
        _ = clinux_can_set_room(opened.number, Self.room)
        try Self.check(
            clinux_can_bind(opened.number, interface), "bind a CAN socket to", name,
            "turn the interface on, or wait until it is back")
        guard let batch = unsafe clinux_can_batch_make() else {
            preconditionFailure("There is no memory for 32 frames.")
        }
        self.interface = interface
        self.stamps = stamps
        descriptor = opened
        unsafe self.batch = batch
        clock = FrameClock(at: moment)
    }

    deinit { unsafe clinux_can_batch_free(batch) }

    /// Receives `filters` from now on.
    ///
    /// - Throws: ``SystemCallFailure``; `name` is the interface in its message.
    borrowing func receive(only filters: [CANFilter], name: String) throws(SystemCallFailure) {
        try Self.setFilters(filters, of: descriptor.number, name)
    }

    /// To wait on.
    public var source: PollSource {
        PollSource(descriptor: descriptor.number, events: .readable)
    }

    /// How many frames were lost since the socket was made.
    public var lost: Int64 { losses.total }

    /// Takes the frames that came, in their order, without waiting.
    ///
    /// `moment` is now, by both clocks.
    public mutating func receive(
        at moment: KernelMoment, _ take: (ReceivedFrame) -> Void
    ) -> Ending {
        for _ in 0..<Self.callsMaximum {
            let count = unsafe clinux_can_receive(descriptor.number, batch)
            if count == -EAGAIN {
                clock.becameEmpty(at: moment)
                return .empty
            }
            guard count >= 0 else { return .failed(-count) }
            for index in 0..<Int(count) { take(frame(index, readAt: moment)) }
            // A short batch is the end of the queue, or close to it: what came since is not older.
            if count < CLINUX_CAN_BATCH {
                clock.becameEmpty(at: moment)
                return .empty
            }
        }
        return .more
    }

    /// Sends one frame, or does not: there is no queue of ours, for what cannot be sent now is
    /// not worth sending later.
    borrowing func send(_ permitted: PermittedFrame) -> Transfer {
        let frame = permitted.frame
        precondition(frame.kind == .data, "Only data is ever permitted.")
        let result = clinux_can_send(
            descriptor.number, frame.id.word, UInt8(frame.length), frame.payload)
        return Transfer(result)
    }

    private mutating func frame(_ index: Int, readAt moment: KernelMoment) -> ReceivedFrame {
        let slot = unsafe clinux_can_batch_frames(batch)[index]
        let words = slot.words
        let stamp = slot.software_stamp
        return ReceivedFrame(
            frame: BusFrame(
                linux: slot.id, length: slot.length, flags: slot.flags,
                isFlexible: slot.is_flexible != 0,
                words: [
                    words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7,
                ]),
            origin: ReceivedFrame.Origin(rawValue: slot.origin) ?? .bus,
            at: clock.place(stamp == 0 ? nil : stamp, readAt: moment),
            lostBefore: slot.has_drops != 0 ? losses.advance(to: slot.drops) : 0,
            controllerNanoseconds: slot.hardware_stamp == 0 ? nil : slot.hardware_stamp)
    }

    /// A socket with all but its address. It is bound last: a socket that is bound to nothing
    /// would hear every bus.
    private static func opened(
        _ name: String, _ filters: [CANFilter], hearsItself: Bool
    ) throws(SystemCallFailure) -> Descriptor {
        let number = clinux_can_socket()
        try check(number, "open a CAN socket for", name, "load the kernel module can_raw")
        let descriptor = Descriptor(owning: number)
        try check(
            clinux_can_set_flexible(number), "ask for CAN FD on", name, "use a kernel with CAN FD")
        try check(
            clinux_can_set_errors(number, BusEvent.wantedClasses), "ask for error frames of",
            name, "use a kernel with CAN error frames")
        try check(
            clinux_can_set_own_frames(number, hearsItself ? 1 : 0), "ask for own frames on",
            name, "use a kernel of 6.1 or later")
        try setFilters(filters, of: number, name)
        return descriptor
    }

    private static func setFilters(
        _ filters: [CANFilter], of number: Int32, _ name: String
    ) throws(SystemCallFailure) {
        let words = filters.map { can_filter(can_id: $0.word, can_mask: $0.mask) }
        let result = unsafe words.withUnsafeBufferPointer { buffer in
            unsafe clinux_can_set_filters(number, buffer.baseAddress, UInt32(buffer.count))
        }
        try check(result, "set \(filters.count) filters on", name, "use at most 512 filters")
    }

    private static func check(
        _ result: Int32, _ operation: String, _ name: String, _ remedy: String
    ) throws(SystemCallFailure) {
        guard result < 0 else { return }
        throw SystemCallFailure(operation, on: name, code: -result, remedy: remedy)
    }
}
