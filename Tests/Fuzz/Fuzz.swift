import FuzzTargets
import Glibc

/// The target that this process runs, by the name in `CITYZENBOX_FUZZ_TARGET`.
private let target: FuzzTarget = {
    let name = unsafe getenv("CITYZENBOX_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
        let known = FuzzTarget.all.map(\.name).joined(separator: ", ")
        let line = Array("fuzz: there is no target '\(name)'; known are \(known)\n".utf8)
        _ = unsafe write(STDERR_FILENO, line, line.count)
        exit(64)
    }
    return target
}()

/// What libFuzzer calls with every input that it tries.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.take(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
