internal import Glibc

/// The one owner of a growing run of bytes. It copies with the C library, so that a disk is quick
/// also where the compiler does not optimize.
@safe
struct ByteStore: ~Copyable {
    /// How many bytes there are.
    private(set) var count = 0
    private var room = 0
    private var base: UnsafeMutableRawPointer?

    init() {
        unsafe base = nil
    }

    deinit {
        unsafe free(base)
    }

    /// All of it, until it changes.
    var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Makes it `count` bytes long; what is new is zero.
    mutating func resize(to newCount: Int) {
        precondition(newCount >= 0, "a length is not negative")
        makeRoom(for: newCount)
        if newCount > count, let base = unsafe base {
            _ = unsafe memset(base + count, 0, newCount - count)
        }
        count = newCount
    }

    /// Puts `source` at `offset`, behind zeros where it was shorter.
    mutating func put(_ source: UnsafeRawBufferPointer, at offset: Int) {
        if offset > count { resize(to: offset) }
        let end = offset + source.count
        makeRoom(for: end)
        guard let base = unsafe base, let from = source.baseAddress else { return }
        _ = unsafe memcpy(base + offset, from, source.count)
        count = max(count, end)
    }

    private mutating func makeRoom(for newCount: Int) {
        guard newCount > room else { return }
        let newRoom = max(newCount, 2 * room, 4096)
        guard let grown = unsafe realloc(base, newRoom) else {
            preconditionFailure("a simulated disk needs memory for what is written to it")
        }
        unsafe base = grown
        room = newRoom
    }

    /// Copies `count` bytes from `offset` to `target`.
    func copy(from offset: Int, to target: UnsafeMutableRawPointer, count: Int) {
        precondition(offset >= 0 && offset + count <= self.count, "only what is there is read")
        guard let base = unsafe base else { return }
        _ = unsafe memcpy(target, base + offset, count)
    }

    /// Forgets all bytes; a room beyond `most` bytes is given back.
    mutating func removeAll(keepingRoomUpTo most: Int) {
        count = 0
        guard room > most else { return }
        unsafe free(base)
        unsafe base = nil
        room = 0
    }
}
