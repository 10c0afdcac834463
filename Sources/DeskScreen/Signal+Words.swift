public import AccessCode
public import Box
public import Units

extension Signal {
    /// What the signal says, in at most 52 characters.
    public func words(_ language: Language) -> String {
        switch language {
        case .english: english
        case .french: french
        }
    }

    private var english: String {
        switch self {
        case .digit: "A digit"
        case .cleared: "Cleared: start again"
        case .opened: "Opened: welcome, the rental begins"
        case .reopened: "Opened again: the rental goes on"
        case .extended: "Extended: the rental ends later"
        case .locked: "Locked: the rental goes on"
        case .ended(let receipt):
            receipt.isEmpty
                ? "Ended, without a receipt" : "Ended: receipt \(CodeText(digits: receipt))"
        case .owner: "Opened for the owner"
        case .accepted: "Accepted: a code of the fleet"
        case .refused(let refusal): refusal.words(.english)
        case .malformed: "No code has this form"
        case .wait(let minutes): "Too many tries: wait \(minutes) min"
        case .stopped: "Too many tries: the owner must come"
        case .closeDoors: "Close the doors first"
        case .ignitionOn: "Switch the ignition off first"
        case .moving: "Stop the car first"
        case .codeFirst: "The car is locked: type the code first, then END"
        case .nothingActive: "There is no rental to end or lock"
        case .storageFull: "The log is full: no new rentals"
        case .storageFailed: "It could not be written down: try again"
        case .keysFailed: "The keys do not answer: try again"
        case .starterFault: "The starter inhibit does not do as told"
        }
    }

    private var french: String {
        switch self {
        case .digit: "Un chiffre"
        case .cleared: "Effacé : recommencez"
        case .opened: "Ouvert : bienvenue, la location commence"
        case .reopened: "Rouvert : la location continue"
        case .extended: "Prolongée : la location finit plus tard"
        case .locked: "Verrouillé : la location continue"
        case .ended(let receipt):
            receipt.isEmpty ? "Terminée, sans reçu" : "Terminée : reçu \(CodeText(digits: receipt))"
        case .owner: "Ouvert pour le propriétaire"
        case .accepted: "Accepté : un code de la flotte"
        case .refused(let refusal): refusal.words(.french)
        case .malformed: "Aucun code n'a cette forme"
        case .wait(let minutes): "Trop d'essais : attendez \(minutes) min"
        case .stopped: "Trop d'essais : appelez le propriétaire"
        case .closeDoors: "Fermez d'abord les portes"
        case .ignitionOn: "Coupez d'abord le contact"
        case .moving: "Arrêtez d'abord la voiture"
        case .codeFirst: "Voiture verrouillée : le code d'abord, puis END"
        case .nothingActive: "Aucune location à terminer ou à verrouiller"
        case .storageFull: "Le journal est plein : plus de nouvelle location"
        case .storageFailed: "Rien n'a pu être écrit : réessayez"
        case .keysFailed: "Les clés ne répondent pas : réessayez"
        case .starterFault: "L'antidémarrage n'obéit pas"
        }
    }
}

extension CodeRefusal {
    /// Why the code does nothing, in at most 52 characters.
    public func words(_ language: Language) -> String {
        switch language {
        case .english: english
        case .french: french
        }
    }

    private var english: String {
        switch self {
        case .tooEarly: "Too early: the rental begins later"
        case .expired: "Too late: the rental is over"
        case .closed: "Used up: this rental was ended"
        case .superseded: "A newer code took its place"
        case .revoked: "Revoked by the owner or the fleet"
        case .wrong: "Wrong code"
        case .noRental: "There is no rental to extend"
        case .stale: "Too old a code: used, or behind the clock"
        case .clockLost: "The box does not know the time"
        case .moving: "Not while the car moves"
        }
    }

    private var french: String {
        switch self {
        case .tooEarly: "Trop tôt : la location commence plus tard"
        case .expired: "Trop tard : la location est finie"
        case .closed: "Déjà rendue : cette location est terminée"
        case .superseded: "Un code plus récent l'a remplacé"
        case .revoked: "Révoqué par le propriétaire ou la flotte"
        case .wrong: "Code faux"
        case .noRental: "Aucune location à prolonger"
        case .stale: "Code trop ancien : servi, ou derrière l'horloge"
        case .clockLost: "Le boîtier ne connaît pas l'heure"
        case .moving: "Pas en roulant"
        }
    }
}
