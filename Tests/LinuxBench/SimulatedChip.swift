internal import Glibc

/// A chip of the kernel's gpio-sim, seen from the side of the wires.
///
/// It lives in configfs; its lines are read and pulled through sysfs, as a car would.
public final class SimulatedChip {
    /// Why there is no chip.
    public struct Failure: Error, CustomStringConvertible {
        /// What was tried and what to do.
        public let description: String
    }

    private static let root = "/sys/kernel/config/gpio-sim"

    /// Whether this kernel has gpio-sim, with configfs mounted, and lets us use it.
    public static var isOffered: Bool { unsafe access(root, W_OK) == 0 }

    /// The label of the chip.
    public let label: String
    private let folder: String
    private let lineCount: Int
    private let named: [Int]
    private var values: [Int32] = []
    private var wires = ""

    /// Makes a chip of `lines` lines with this label; some may have names. A second chip of the
    /// same label needs a `folder` of its own.
    ///
    /// - Throws: ``Failure``.
    public init(
        label: String, lines: Int, names: [(Int, String)] = [], folder: String? = nil
    ) throws(Failure) {
        self.label = label
        lineCount = lines
        self.folder = "\(Self.root)/\(folder ?? label)"
        named = names.map(\.0)
        let folder = self.folder
        guard unsafe mkdir(folder, 0o755) == 0, unsafe mkdir("\(folder)/bank0", 0o755) == 0,
            KernelFile.write("\(lines)", to: "\(folder)/bank0/num_lines"),
            KernelFile.write(label, to: "\(folder)/bank0/label")
        else { throw Failure(description: "no chip in \(folder): load gpio-sim, be root") }
        for (line, name) in names {
            unsafe mkdir("\(folder)/bank0/line\(line)", 0o755)
            KernelFile.write(name, to: "\(folder)/bank0/line\(line)/name")
        }
        try appear()
    }

    deinit {
        vanish()
        for line in named { unsafe rmdir("\(folder)/bank0/line\(line)") }
        unsafe rmdir("\(folder)/bank0")
        unsafe rmdir(folder)
    }

    /// The chip is there.
    ///
    /// - Throws: ``Failure``.
    public func appear() throws(Failure) {
        guard KernelFile.write("1", to: "\(folder)/live"),
            let device = KernelFile.read("\(folder)/dev_name"),
            let chip = KernelFile.read("\(folder)/bank0/chip_name")
        else { throw Failure(description: "\(folder) does not come alive") }
        wires = "/sys/devices/platform/\(device)/\(chip)"
        values = (0..<lineCount).map { line in
            unsafe open("\(wires)/sim_gpio\(line)/value", O_RDONLY | O_CLOEXEC)
        }
    }

    /// The chip is torn out, whoever uses it.
    public func vanish() {
        for descriptor in values where descriptor >= 0 { _ = close(descriptor) }
        values = []
        KernelFile.write("0", to: "\(folder)/live")
    }

    /// Whether the wire at `line` is high; `nil` when there is no chip.
    public func isHigh(_ line: Int) -> Bool? {
        guard values.indices.contains(line) else { return nil }
        return KernelFile.read(values[line]).map { $0 == "1" }
    }

    /// Pulls the wire at `line` up or down.
    public func pull(_ line: Int, up: Bool) {
        KernelFile.write(up ? "pull-up" : "pull-down", to: "\(wires)/sim_gpio\(line)/pull")
    }
}
