import Addresses

/// The rule for addresses that events are sent to.
public enum WebhookURL {
    /// What is wrong with a URL as a webhook's address; nil if it can be used.
    ///
    /// It must be absolute `https`, or `http` as ``ClearText`` allows, name a host, and carry no user information.
    public static func problem(of text: String) -> String? {
        let advice = "webhookUrl must be an absolute https URL, or http on a loopback host; a port is 1 to 65535"
        guard text.utf8.count <= 2048 else { return "webhookUrl is longer than 2048 bytes" }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            return "webhookUrl has characters that no URL has; percent-encode them"
        }
        guard let url = HTTPURL(text) else { return advice }
        if url.hasUserInformation {
            return "webhookUrl must not carry a user name or password; deliveries are signed instead"
        }
        return ClearText.refusal(of: url).map { "webhookUrl \($0)" }
    }
}
