internal import Glibc
public import Units

/// A small file of the kernel: one value, read or written whole.
public enum KernelFile {
    /// What stands in `path`, without the line feed at its end; `nil` when it cannot be read.
    public static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        return read(descriptor)
    }

    /// What stands in the file that is open as `descriptor`.
    public static func read(_ descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        guard count >= 0 else { return nil }
        let text = bytes.prefix(count)
        return String(decoding: text.last == 10 ? text.dropLast() : text, as: UTF8.self)
    }

    /// Writes `text` to `path`; `false` when the kernel refuses it.
    @discardableResult
    public static func write(_ text: String, to path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        let bytes = Array(text.utf8)
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count) == buffer.count
        }
    }

    /// The names in the folder `path`, sorted.
    public static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var found: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found.sorted()
    }
}

/// CLOCK_BOOTTIME, as the box has it.
public func bootTime() -> BootTime {
    BootTime(milliseconds: bootMicroseconds() / 1000)
}

/// CLOCK_BOOTTIME in microseconds, for what is measured.
public func bootMicroseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}
