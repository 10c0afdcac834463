import AccessCode
import COpenSSL
import KeyStore
import TPMKeyStore
import Units

/// The whole search for a code, against the HMACs that it cannot do without.
struct CodeCheckFigure {
    let rounds: Int

    func measure(_ fleet: BenchFleet) throws -> Row {
        let keys = fleet.keys
        let check = try worst()
        let counting = CountingKeys(keys: keys)
        _ = try check.run(with: counting)
        let bare = BareHMAC(perDay: counting.perDay)
        var whole = Sample()
        var floor = Sample()
        for round in 0..<rounds {
            // Whichever comes second finds warmer caches: they take turns.
            if round.isMultiple(of: 2) { floor.time { bare.run() } }
            try whole.time { () throws(CodeKeyFailure) in _ = try check.run(with: keys) }
            if !round.isMultiple(of: 2) { floor.time { bare.run() } }
        }
        let ratio = Double(whole.median) / Double(floor.median)
        let codes = counting.perDay.reduce(0, +)
        return Row(
            figure: "Code check, whole search of \(codes) codes in \(counting.perDay.count) days, "
                + "worst duration",
            measured: Text.time(whole.median),
            against: "\(codes) HMACs and \(counting.perDay.count) day keys in bare OpenSSL: "
                + Text.time(floor.median),
            value: ratio, result: Text.decimal(ratio) + " times", target: .atMost(1.3),
            targetText: "at most 1.3 times")
    }

    /// The same search with the keys of a box in a store: sealed files, and where the environment
    /// names one, a TPM; the first search of a start there, for later ones remember its day keys.
    func measureStores(_ fleet: BenchFleet, in folder: WorkFolder) throws -> [Row] {
        let source = try WorkFolder()
        let plain = CodeKeyFolder(source.path)
        try plain.create(from: fleet.master, for: BenchFleet.box, keyEpoch: KeyEpoch(0))
        var rows = [
            try row(named: "file:", rounds: rounds, plain, in: folder) {
                FileKeyHolder(MachineFacts.here)
            }
        ]
        if let tcti = Machine.environment("CITYZENBOX_BENCH_TCTI") {
            rows.append(
                try row(named: "tpm2:", rounds: 5, plain, in: WorkFolder()) {
                    try TPMKeyHolder(tcti: tcti)
                })
        }
        return rows
    }

    private func row(
        named name: String, rounds: Int, _ plain: CodeKeyFolder, in folder: WorkFolder,
        _ holder: () throws -> any KeyHolder
    ) throws -> Row {
        let check = try worst()
        let medium = try KeyFolder(folder.path)
        let made = try SealedKeyStore(making: medium, holder: holder(), box: BenchFleet.box)
        _ = try made.importKeys(from: plain, keyEpoch: KeyEpoch(0))
        var sample = Sample()
        for _ in 0..<rounds {
            let store = try SealedKeyStore(opening: medium, holder: holder())
            try sample.time { () throws(CodeKeyFailure) in _ = try check.run(with: store) }
        }
        let median = sample.median
        return Row(
            figure: "Code check with `\(name)` keys, first search after a start",
            measured: Text.time(median), value: Double(median) / 1e6, result: Text.time(median),
            target: .atMost(name == "file:" ? 10 : 1000),
            targetText: name == "file:" ? "at most 10 ms" : "at most 1 s")
    }

    /// The largest search there is: every generation that can be, remembered rentals of a busy
    /// week, and the duration that has the most starts.
    private func worst() throws -> CodeCheck {
        let now = BenchFleet.beginning + .days(20)
        var book = CodeBook(box: BenchFleet.box, keyEpoch: KeyEpoch(0), hasColdSpare: true)
        func redeem(_ start: WallTime, _ duration: DurationIndex, _ generation: UInt16) {
            guard let slot = Slot(containing: start) else { return }
            book.redeem(
                RentalID(start: slot, duration: duration, generation: generation),
                keyEpoch: KeyEpoch(0))
        }
        // One that overlaps every start, so that older generations are searched everywhere.
        redeem(now - .days(15), .maximum, 2)
        guard let short = DurationIndex(covering: .hours(4)) else {
            throw Failure("four hours are a duration")
        }
        for index in 0..<21 { redeem(now - .hours(8 * Int64(index + 1)), short, 0) }
        let checks = (0...Int(DurationIndex.maximum.value)).compactMap { index in
            DurationIndex(index).map { duration in
                CodeCheck(
                    entry: .rental(duration, tag: 1), book: book, interval: now...now, floor: now)
            }
        }
        guard let worst = checks.max(by: { $0.candidateCount < $1.candidateCount }) else {
            throw Failure("there are durations")
        }
        return worst
    }
}

/// Counts what a search asks for.
private final class CountingKeys: CodeKeys {
    private let keys: SoftwareCodeKeys
    /// How many codes were asked for under each day key, in order.
    var perDay: [Int] = []

    init(keys: SoftwareCodeKeys) {
        self.keys = keys
    }

    func authenticate(
        _ message: [UInt8], with key: CodeKeyName
    ) throws(CodeKeyFailure) -> Digest256 {
        try keys.authenticate(message, with: key)
    }

    func leadingBits(
        of messages: [UInt8], each length: Int, under dayKey: Digest256
    ) -> [UInt128] {
        precondition(length == BareHMAC.messageLength, "both sides hash messages of one length")
        perDay.append(messages.count / length)
        return keys.leadingBits(of: messages, each: length, under: dayKey)
    }
}

/// As many HMAC-SHA-256 as a search needs, and nothing else: keys and messages lie ready.
@safe private final class BareHMAC {
    static let messageLength = 23
    private static let dayMessageLength = 22

    private let perDay: [Int]
    private let context: OpaquePointer
    private var messages: [UInt8]
    private var tag = [UInt8](repeating: 0, count: 32)
    private var key = [UInt8](repeating: 7, count: 32)

    init(perDay: [Int]) {
        self.perDay = perDay
        messages = (0..<(perDay.max() ?? 0) * Self.messageLength).map {
            UInt8(truncatingIfNeeded: $0)
        }
        guard let mac = unsafe EVP_MAC_fetch(nil, "HMAC", nil),
            let context = unsafe EVP_MAC_CTX_new(mac)
        else { preconditionFailure("OpenSSL 3 always has HMAC") }
        unsafe EVP_MAC_free(mac)
        unsafe self.context = context
        var name = Array("SHA256".utf8CString)
        let set = unsafe name.withUnsafeMutableBufferPointer { name in
            var parameters = unsafe [
                OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_CTX_set_params(context, &parameters)
        }
        precondition(set == 1, "OpenSSL 3 always has SHA-256")
    }

    deinit {
        unsafe EVP_MAC_CTX_free(context)
    }

    func run() {
        unsafe messages.withUnsafeBufferPointer { messages in
            unsafe tag.withUnsafeMutableBufferPointer { tag in
                for count in perDay {
                    setKey()
                    unsafe hash(messages.baseAddress, Self.dayMessageLength, tag.baseAddress)
                    setKey()
                    for index in 0..<count {
                        unsafe hash(
                            messages.baseAddress.map { unsafe $0 + index * Self.messageLength },
                            Self.messageLength, tag.baseAddress)
                    }
                }
            }
        }
    }

    private func setKey() {
        precondition(unsafe EVP_MAC_init(context, key, key.count, nil) == 1, "HMAC takes a key")
    }

    @inline(__always)
    private func hash(
        _ message: UnsafePointer<UInt8>?, _ count: Int, _ tag: UnsafeMutablePointer<UInt8>?
    ) {
        var length = 0
        let done =
            unsafe EVP_MAC_init(context, nil, 0, nil) == 1
            && EVP_MAC_update(context, message, count) == 1
            && EVP_MAC_final(context, tag, &length, 32) == 1
        precondition(done, "HMAC of bytes in memory cannot fail")
    }
}
