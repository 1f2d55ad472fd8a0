/// The keys of a receiver, of which one must have signed a delivery; none at all means that unsigned ones are taken.
///
/// Written as a list separated by spaces or commas: `whsec_…` for Standard Webhooks, `github:TEXT` for GitHub's
/// `X-Hub-Signature-256`, `stripe:TEXT` for `Stripe-Signature`. Several of a kind serve rotation: put the new one first,
/// which signs from then on, and take the old one away when no sender uses it any more.
package struct WebhookSecrets: Sendable {
    /// Keys of Standard Webhooks, the newest first.
    package var standard: [WebhookSecret]
    /// Keys of GitHub's way of signing.
    package var gitHub: [WebhookSecret]
    /// Keys of Stripe's way of signing.
    package var stripe: [WebhookSecret]

    /// A list that cannot be read.
    package struct FormatError: Error, CustomStringConvertible {
        /// Which entry, counted from 1; never the entry itself.
        package var entry: Int
        /// How many there are.
        package var count: Int
        /// The variable, and what an entry looks like.
        package var description: String {
            let form = "must be whsec_ followed by Base64 of 24 to 64 random bytes"
            return count == 1
                ? "\(WebhookSecrets.variable) \(form)"
                : "\(WebhookSecrets.variable) key \(entry) of \(count) is invalid: it \(form), or github:TEXT, or stripe:TEXT"
        }
    }

    /// Gathers keys.
    package init(standard: [WebhookSecret] = [], gitHub: [WebhookSecret] = [], stripe: [WebhookSecret] = []) {
        self.standard = standard
        self.gitHub = gitHub
        self.stripe = stripe
    }

    /// The environment variable that holds the keys of a receiver.
    package static let variable = "RINGBACK_WEBHOOK_SECRET"

    /// Reads the value of ``variable``; `nil` gives no keys.
    ///
    /// - Throws: ``FormatError`` if an entry is not a key, or the list is empty.
    package init(_ text: String?) throws(FormatError) {
        self.init()
        guard let text else { return }
        let entries = text.split { $0 == " " || $0 == "," }
        guard !entries.isEmpty else { throw FormatError(entry: 1, count: 1) }
        for (index, entry) in entries.enumerated() {
            if let secret = Self.shared(entry, "github:") {
                gitHub.append(secret)
            } else if let secret = Self.shared(entry, "stripe:") {
                stripe.append(secret)
            } else if let secret = try? WebhookSecret(String(entry)) {
                standard.append(secret)
            } else {
                throw FormatError(entry: index + 1, count: entries.count)
            }
        }
    }

    /// Whether unsigned deliveries are taken.
    package var isEmpty: Bool { standard.isEmpty && gitHub.isEmpty && stripe.isEmpty }

    /// The key that signs what is sent from here.
    package var signing: WebhookSecret? { standard.first }

    /// The same with a random key to sign with, where there is none.
    package var withSigning: WebhookSecrets {
        var secrets = self
        if secrets.standard.isEmpty { secrets.standard = [.random()] }
        return secrets
    }

    /// A key that is used as it is written, after the word that says so.
    private static func shared(_ entry: Substring, _ prefix: String) -> WebhookSecret? {
        guard entry.hasPrefix(prefix), entry.utf8.count > prefix.utf8.count else { return nil }
        return WebhookSecret(bytes: Array(entry.utf8.dropFirst(prefix.utf8.count)))
    }
}
