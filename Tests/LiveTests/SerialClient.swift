import Glibc

/// Somebody with a cable: the other end of the box's serial line.
final class SerialClient {
    private let descriptor: Int32
    private(set) var text = ""

    init(_ path: String) throws {
        descriptor = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw PseudoTerminal.Broken(description: "\(path) cannot be opened, errno \(errno)")
        }
    }

    deinit { close(descriptor) }

    func type(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBufferPointer {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 { rest = rest.dropFirst(count) } else { _ = read(10) }
        }
    }

    func type(_ line: String) { type(Array("\(line)\r".utf8)) }

    /// Reads until `expected` has come; what came up to then, and forgets it.
    @discardableResult
    func wait(for expected: String) throws -> String {
        for _ in 0..<600 {
            if let range = text.firstRange(of: expected) {
                let before = String(text[..<range.upperBound])
                text = String(text[range.upperBound...])
                return before
            }
            _ = read(100)
        }
        throw PseudoTerminal.Broken(description: "never came: \(expected), but \(text)")
    }

    private func read(_ milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&polled, 1, milliseconds) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) }
        return count > 0
    }
}
