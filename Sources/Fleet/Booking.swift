public import Units

/// One request for the car and what became of it.
public struct Booking: Hashable, Sendable {
    /// Where a booking stands.
    public enum State: String, CaseIterable, Sendable {
        /// Asked for; the owner has not agreed, and no code exists.
        case proposed
        /// Agreed; its code was disclosed.
        case issued
        /// Called off; a code that was disclosed stays disclosed.
        case cancelled
        /// Over: the car is back.
        case returned
    }

    /// Its number in the car's book, from 1.
    public let number: Int
    /// The driver, as the fleet calls them; never sent to the box.
    public let driver: String?
    /// The language of the driver's text messages.
    public let language: Language
    /// From when to when people agreed, without rounding; extensions move its end.
    public internal(set) var window: Range<WallTime>
    /// The code's rental; `nil` until it is issued.
    public internal(set) var rental: RentalID?
    /// The rental's duration with every extension code that was disclosed.
    public internal(set) var duration: DurationIndex
    /// The rental's duration as far as the box is known to have accepted extensions.
    public internal(set) var acceptedDuration: DurationIndex
    /// How many extension codes were disclosed: the counter of the last.
    public internal(set) var extensions: UInt16 = 0
    /// The counter of the last extension that the box is known to have accepted.
    public internal(set) var acceptedExtensions: UInt16 = 0
    /// Whether the box is known to have accepted the code.
    public internal(set) var isRedeemed = false
    /// When the car came back, for a returned booking.
    public internal(set) var returnedAt: WallTime?
    /// Where it stands.
    public internal(set) var state: State

    /// A booking as a database kept it.
    public init(
        number: Int, driver: String?, language: Language = .english, window: Range<WallTime>,
        rental: RentalID?, duration: DurationIndex, acceptedDuration: DurationIndex,
        extensions: UInt16 = 0, acceptedExtensions: UInt16 = 0, isRedeemed: Bool = false,
        returnedAt: WallTime? = nil, state: State
    ) {
        self.number = number
        self.driver = driver
        self.language = language
        self.window = window
        self.rental = rental
        self.duration = duration
        self.acceptedDuration = acceptedDuration
        self.extensions = extensions
        self.acceptedExtensions = acceptedExtensions
        self.isRedeemed = isRedeemed
        self.returnedAt = returnedAt
        self.state = state
    }

    /// The time that no other booking may overlap: the agreed window, up to the return; `nil` when
    /// it was called off.
    public var occupied: Range<WallTime>? {
        switch state {
        case .proposed, .issued: window
        case .cancelled: nil
        case .returned:
            window
                .lowerBound..<max(
                    window.lowerBound, min(window.upperBound, returnedAt ?? window.upperBound))
        }
    }

    /// The longest window in which its code may have been accepted; `nil` where none was disclosed.
    var disclosedWindow: Range<WallTime>? {
        rental.map { $0.start.start..<($0.start.start + duration.length) }
    }

    /// The window that its code certainly closed to older ones; `nil` unless the box took the code.
    var redeemedWindow: Range<WallTime>? {
        guard isRedeemed, let rental else { return nil }
        return rental.start.start..<(rental.start.start + acceptedDuration.length)
    }
}

/// An extension to be sent to the driver: what `CodeIssuer.extend` is called with.
public struct IssuedExtension: Hashable, Sendable {
    /// The rental, as it was first disclosed.
    public let rental: RentalID
    /// Its whole duration from now on, counted from its start.
    public let duration: DurationIndex
    /// The extension's counter.
    public let counter: UInt16
    /// The new end that was agreed.
    public let until: WallTime
}

/// Why a wish about a booking is refused.
public enum BookingRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The book has no booking of this number.
    case unknown(Int)
    /// The book never disclosed a code for this rental.
    case unknownRental(RentalID)
    /// The window is empty, ends before it starts or starts before 2012.
    case noWindow
    /// The window is longer than a code can say: 31 days from the grid's start.
    case tooLong
    /// The window is over, or began so long ago that the box takes no code for it any more.
    case past
    /// The car is taken by this booking.
    case taken(by: Int, Range<WallTime>)
    /// So many codes were disclosed for that time that the box might not find another.
    case tooManyCodes(generation: UInt16, lowest: UInt16)
    /// REVOKE closed every code that starts so early.
    case revoked(through: Slot)
    /// The booking stands where this cannot be done.
    case state(Booking.State)
    /// The driver has opened the car with it: it can only be returned.
    case redeemed
    /// An extension moves the end by more than 7 days beyond what the box accepted.
    case extensionTooLong
    /// Two extension codes are out that the box is not known to have accepted.
    case tooManyExtensions
    /// The box takes extensions until 2 hours after the end.
    case extensionTooLate

    /// One line for people: why not, and the way out.
    public var description: String {
        switch self {
        case .unknown(let number): "there is no booking \(number); look it up in the list"
        case .unknownRental(let rental):
            "no code was disclosed for \(rental); look whether the record is of this box"
        case .noWindow: "the window is empty or before 2012; give a start and a later end"
        case .tooLong: "a rental lasts at most 31 days; book the rest as a second rental"
        case .past: "the window is over, or began 7 days ago or earlier; give a later one"
        case .taken(let number, let window):
            "booking \(number) has the car from \(window.lowerBound.iso) to "
                + "\(window.upperBound.iso); choose another time or cancel it"
        case .tooManyCodes(let generation, let lowest):
            "the code would be generation \(generation), and the box may search no further than "
                + "\(Int(lowest) + 3); choose a window that overlaps fewer cancelled ones, or pull "
                + "the box's log and note what was redeemed"
        case .revoked(let slot):
            "a revocation closes every code that starts until \(slot.start.iso); book later"
        case .state(let state): "the booking is \(state.rawValue); that cannot be done any more"
        case .redeemed: "the driver has opened the car with it; end the rental at the car"
        case .extensionTooLong: "one extension adds at most 7 days; extend again once it was typed"
        case .tooManyExtensions:
            "two extension codes are out and not known to be typed; resend the last one, or pull "
                + "the box's log"
        case .extensionTooLate:
            "the rental ended over 2 hours ago, so the box takes no extension; book anew"
        }
    }
}
