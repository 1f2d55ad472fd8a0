/// The keys of a receiver: one must have signed a delivery; without keys, unsigned deliveries are accepted.
///
/// A list is separated by spaces, commas or line ends: `whsec_…` for Standard Webhooks, `github:TEXT` for GitHub's
/// `X-Hub-Signature-256`, `stripe:TEXT` for `Stripe-Signature`. Several keys of a kind serve rotation: put the new key
/// first, which signs from then on, and remove the old one when no sender uses it any more.
package struct WebhookSecrets: Sendable {
    /// Keys of Standard Webhooks, the newest first.
    package var standard: [WebhookSecret] = []
    package var gitHub: [WebhookSecret] = []
    package var stripe: [WebhookSecret] = []

    /// A list cannot be read.
    package struct InvalidListError: Error, CustomStringConvertible {
        /// The number of the invalid entry, from 1; never the entry itself.
        package var entry: Int
        package var count: Int
        /// What is known of the entry.
        package var kind = EntryKind.unknown

        package enum EntryKind: Sendable {
            case unknown
            /// It begins as a key of Standard Webhooks, which a secret of Stripe does as well.
            case standard
            /// It is `v1`, the name of a way of signing, before a key.
            case schemeName
        }

        /// The variable, and what an entry looks like.
        package var description: String {
            let variable = WebhookSecrets.variable
            if kind == .schemeName {
                return
                    "\(variable) has v1, in front of a key; it names the way of signing, so leave it out: the key begins with whsec_"
            }
            let form = "must be whsec_ followed by Base64 of 24 to 64 random bytes"
            let stripe = kind == .standard ? "; a secret of Stripe is written stripe:whsec_…" : ""
            let key = count == 1 ? "" : " key \(entry) of \(count) is invalid: it"
            return "\(variable)\(key) \(form), or github:TEXT, or stripe:TEXT\(stripe)"
        }
    }

    package init(standard: [WebhookSecret] = [], gitHub: [WebhookSecret] = [], stripe: [WebhookSecret] = []) {
        (self.standard, self.gitHub, self.stripe) = (standard, gitHub, stripe)
    }

    /// The environment variable that holds the keys of a receiver.
    package static let variable = "RINGBACK_WEBHOOK_SECRET"

    /// Reads the value of ``variable``; `nil` gives no keys.
    ///
    /// Keys may also stand on lines of their own.
    ///
    /// - Throws: ``InvalidListError`` if an entry is not a key, or the list is empty.
    package init(_ text: String?) throws(InvalidListError) {
        self.init()
        guard let text else { return }
        let entries = text.split { $0.isWhitespace || $0 == "," }
        guard !entries.isEmpty else { throw InvalidListError(entry: 1, count: 1) }
        for (index, entry) in entries.enumerated() {
            if let secret = Self.shared(entry, "github:") {
                gitHub.append(secret)
            } else if let secret = Self.shared(entry, "stripe:") {
                stripe.append(secret)
            } else if let secret = try? WebhookSecret(String(entry)) {
                standard.append(secret)
            } else {
                let isSchemeName = entry == "v1" && entries.dropFirst(index + 1).first?.hasPrefix("whsec_") == true
                let kind: InvalidListError.EntryKind =
                    isSchemeName ? .schemeName : entry.hasPrefix("whsec_") ? .standard : .unknown
                throw InvalidListError(entry: index + 1, count: entries.count, kind: kind)
            }
        }
    }

    /// Whether unsigned deliveries are accepted.
    package var isEmpty: Bool { standard.isEmpty && gitHub.isEmpty && stripe.isEmpty }

    /// The key that signs outgoing deliveries.
    package var signing: WebhookSecret? { standard.first }

    /// The same keys, with a random one to sign with if the list is empty.
    package var withSigning: WebhookSecrets {
        var secrets = self
        if secrets.standard.isEmpty { secrets.standard = [.random()] }
        return secrets
    }

    /// A key that is used as it is written, after its prefix.
    private static func shared(_ entry: Substring, _ prefix: String) -> WebhookSecret? {
        guard entry.hasPrefix(prefix), entry.utf8.count > prefix.utf8.count else { return nil }
        return WebhookSecret(bytes: Array(entry.utf8.dropFirst(prefix.utf8.count)))
    }
}
