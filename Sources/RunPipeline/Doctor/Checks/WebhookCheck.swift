import Addresses
import SimulationAPI

/// How a test event went from the address in a payload to the receiver.
struct WebhookFacts: Hashable, Sendable {
    /// What became of it.
    enum Outcome: Hashable, Sendable {
        /// The receiver could not listen; the reason in words.
        case notListening(String)
        /// No answer came; the reason in words.
        case unreachable(String)
        /// It was answered with this status, and did or did not arrive.
        case answered(status: Int, hasArrived: Bool)
    }

    /// Where the receiver listens.
    var listen: String
    /// The address that a payload would carry.
    var url: String
    /// Whether the event was signed.
    var isSigned: Bool
    /// Whether the target runs on this machine, and so reaches its loopback addresses.
    var isTargetLocal: Bool
    var outcome: Outcome
}

extension Finding {
    /// Judges the round trip of a webhook.
    static func webhook(_ facts: WebhookFacts) -> Finding {
        let name = "webhook"
        switch facts.outcome {
        case .notListening(let reason):
            return .failure(
                name,
                .local,
                "the receiver cannot listen on \(facts.listen): \(reason)",
                "Choose another address with --webhook-listen; port 0 picks one."
            )
        case .unreachable(let reason):
            return .failure(
                name,
                .local,
                "no answer from \(facts.url): \(reason)",
                "Check --webhook-url, and that what listens there passes requests on to \(facts.listen)."
            )
        case .answered(let status, let hasArrived) where status != 200:
            let refusal = hasArrived ? "the event arrived, but" : "the event did not arrive:"
            return .failure(
                name,
                .local,
                "\(refusal) \(facts.url) answered \(status)",
                status == 401
                    ? "The signature did not survive: pass body and the webhook-… headers on unchanged, to this receiver."
                    : "Check that \(facts.url) passes POST requests on to \(facts.listen)\(Endpoint.webhook)."
            )
        case .answered(_, hasArrived: false):
            return .failure(
                name,
                .local,
                "\(facts.url) answered 200, but the event did not arrive: something else listens there",
                "Make it pass requests on to \(facts.listen)\(Endpoint.webhook)."
            )
        case .answered: return arrived(name, facts)
        }
    }

    private static func arrived(_ name: String, _ facts: WebhookFacts) -> Finding {
        let trip = "a\(facts.isSigned ? " signed" : "n unsigned") event went through \(facts.url) to \(facts.listen)"
        if !facts.isTargetLocal, let url = HTTPURL(facts.url), url.isLoopback {
            return .warning(
                name,
                "\(trip), but the target cannot reach a loopback address of this machine: no event of a run would come",
                "Put a proxy in front that the target reaches, and name it with --webhook-url https://…"
            )
        }
        guard facts.isSigned else {
            return .warning(
                name,
                "\(trip); without RINGBACK_WEBHOOK_SECRET unsigned events are taken, on loopback addresses only",
                "Set RINGBACK_WEBHOOK_SECRET (whsec_…) to the key that the target signs with."
            )
        }
        return .ok(name, trip)
    }
}
