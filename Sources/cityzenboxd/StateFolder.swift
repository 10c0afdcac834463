import Box
import Glibc
import KeyStore
import LinuxIO
import Records
import Units

/// The folder in which a box keeps what it must remember, and the names of what is in it.
struct StateFolder {
    let path: String

    /// The trip log.
    var log: String { "\(path)/trip.db" }
    /// The time that has certainly passed.
    var floor: String { "\(path)/floor" }
    /// Who the box is.
    var identity: SmallFile { SmallFile("\(path)/box.json") }
    /// Which profile the car is read by, where a technician has said so.
    var pairing: SmallFile { SmallFile("\(path)/car.json") }
    /// The keys, where the configuration names no other place.
    var keys: String { "\(path)/keys" }

    /// Which profile a technician has said the car is read by; `nil` where nobody has, or whoever
    /// asks may not know.
    func loadPairing() -> CarPairing? {
        do throws(SystemCallFailure) { return CarPairing(try pairing.read()) } catch { return nil }
    }

    /// Who the box is.
    ///
    /// - Throws: ``Refusal`` where nobody has said so yet, or what is written is no identity.
    func loadIdentity() throws(Refusal) -> BoxIdentity {
        let bytes: [UInt8]
        do throws(SystemCallFailure) { bytes = try identity.read() } catch {
            // A card that does not read now may read the next time.
            let isThere = ![ENOENT, ENOTDIR, EACCES, EPERM].contains(error.code)
            throw Refusal(
                isThere
                    ? "\(error)"
                    : "\(error); provision the box first: cityzenboxd provision --help",
                status: isThere ? .system : .notConfigured)
        }
        guard let found = BoxIdentity(bytes) else {
            throw Refusal(
                "read \(identity.path): it does not say who the box is; "
                    + "restore it, or provision the box again in a new log epoch",
                status: .notConfigured)
        }
        return found
    }
}

/// Who a box is: written once when it is provisioned, and what its empty log starts from.
struct BoxIdentity: Equatable {
    let box: BoxID
    let logEpoch: UInt32
    let keyEpoch: KeyEpoch
    let hasColdSpare: Bool

    init(box: BoxID, logEpoch: UInt32, keyEpoch: KeyEpoch, hasColdSpare: Bool) {
        self.box = box
        self.logEpoch = logEpoch
        self.keyEpoch = keyEpoch
        self.hasColdSpare = hasColdSpare
    }

    /// The identity that canonical JSON writes; `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        let value: CanonicalJSON
        do throws(JSONParseError) { value = try CanonicalJSON(parsing: bytes) } catch { return nil }
        guard case .object(let members) = value, case .string(let name)? = members["box"],
            let box = BoxID(name), case .integer(let log)? = members["logEpoch"],
            let logEpoch = UInt32(exactly: log), case .integer(let key)? = members["keyEpoch"],
            let keyEpoch = UInt16(exactly: key), case .bool(let spare)? = members["coldSpare"]
        else { return nil }
        self.init(
            box: box, logEpoch: logEpoch, keyEpoch: KeyEpoch(keyEpoch), hasColdSpare: spare)
    }

    /// The canonical JSON.
    var bytes: [UInt8] {
        CanonicalJSON.object([
            "box": .string(box.description), "logEpoch": .integer(Int64(logEpoch)),
            "keyEpoch": .integer(Int64(keyEpoch.number)), "coldSpare": .bool(hasColdSpare),
        ]).bytes
    }

    /// The state of the box before its first record.
    var provisioned: DurableState {
        DurableState(
            box: box, epoch: logEpoch, keyEpoch: keyEpoch, hasColdSpare: hasColdSpare)
    }
}

/// Which profile a technician has said the car is read by: `car.json`.
struct CarPairing: Equatable {
    let profile: String

    init(profile: String) { self.profile = profile }

    /// The pairing that canonical JSON writes; `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        let value: CanonicalJSON
        do throws(JSONParseError) { value = try CanonicalJSON(parsing: bytes) } catch { return nil }
        guard case .object(let members) = value, case .string(let profile)? = members["profile"]
        else { return nil }
        self.init(profile: profile)
    }

    /// The canonical JSON.
    var bytes: [UInt8] { CanonicalJSON.object(["profile": .string(profile)]).bytes }
}
