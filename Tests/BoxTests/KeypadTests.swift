import Testing
import Units

@testable import Box

@Suite("The keypad")
struct KeypadTests {
    static let start = BootTime(milliseconds: 1_000)

    @Test(arguments: [29_999, 30_000, 30_001] as [Int64])
    func `half a minute of silence forgets what was typed`(_ silence: Int64) {
        var keypad = Keypad()
        #expect(keypad.press(.digit(1), at: Self.start) == .digit)
        #expect(keypad.deadline == Self.start + .seconds(30))
        #expect(keypad.press(.digit(2), at: Self.start + millis(silence)) == .digit)
        #expect(keypad.digits == (silence < 30_000 ? [1, 2] : [2]))
    }

    @Test func `every key begins the silence anew`() {
        var keypad = Keypad()
        for second in 0..<5 as Range<Int64> {
            _ = keypad.press(.digit(7), at: Self.start + .seconds(second * 29))
        }
        #expect(keypad.digits == [7, 7, 7, 7, 7])
        #expect(keypad.deadline == Self.start + .seconds(4 * 29 + 30))
    }

    @Test(arguments: [19, 20, 21, 25])
    func `twenty digits are kept and the rest ignored`(_ count: Int) {
        var keypad = Keypad()
        for index in 0..<count {
            _ = keypad.press(.digit(UInt8(index % 10)), at: Self.start)
        }
        #expect(keypad.digits.count == min(count, 20))
        #expect(keypad.digits == (0..<min(count, 20)).map { UInt8($0 % 10) })
    }

    @Test func `a star forgets and a hash gives what was typed and forgets`() {
        var keypad = Keypad()
        _ = keypad.press(.digit(4), at: Self.start)
        #expect(keypad.press(.clear, at: Self.start) == .cleared)
        #expect(keypad.digits.isEmpty)
        #expect(keypad.deadline == nil)
        _ = keypad.press(.digit(0), at: Self.start)
        _ = keypad.press(.digit(9), at: Self.start)
        #expect(keypad.press(.enter, at: Self.start) == .entered([0, 9]))
        #expect(keypad.press(.enter, at: Self.start) == .entered([]))
    }

    @Test(
        arguments: [
            ("363", "end"), ("5625", "lock"), ("738653", "revoke"), ("36", nil), ("3630", nil),
            ("0363", nil), ("", nil),
        ] as [(String, String?)])
    func `the words of the keypad`(_ digits: String, _ word: String?) {
        let digits = digits.utf8.map { $0 - UInt8(ascii: "0") }
        #expect(KeypadWord(digits).map { "\($0)" } == word)
    }

    @Test func `a key beyond nine is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var keypad = Keypad()
            _ = keypad.press(.digit(10), at: .boot)
        }
    }

    @Test func `nine is a key`() {
        var keypad = Keypad()
        _ = keypad.press(.digit(9), at: Self.start)
        #expect(keypad.digits == [9])
    }
}
