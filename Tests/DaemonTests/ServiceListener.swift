import Foundation
import Glibc

/// Listens as the service manager does, and waits for what it is told.
final class ServiceListener {
    private let socket: Int32
    let address: String
    private var told: [String] = []

    struct Silence: Error {
        let awaited: String
        let told: [String]
    }

    init(in folder: String) throws {
        address = folder + "/notify"
        socket = Glibc.socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(address.utf8)
        unsafe withUnsafeMutableBytes(of: &place.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let result = unsafe withUnsafePointer(to: &place) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, socklen_t(3 + bytes.count))
            }
        }
        guard socket >= 0, result == 0 else { throw Silence(awaited: "a socket", told: []) }
    }

    deinit { close(socket) }

    /// Waits until a notice holds `line`: half a minute, so that a slow machine does not matter.
    func wait(for line: String) throws {
        while !told.contains(line) {
            var source = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&source, 1, 30_000) == 1 else {
                throw Silence(awaited: line, told: told)
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(socket, &buffer, buffer.count, 0)
            let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
            told += text.split(separator: "\n").map(String.init)
        }
    }
}
