/// Where requests may go without TLS: to this machine, and to the hosts that the user names.
///
/// This is the rule for an address as it is written, in settings and in files. What a name stands for is judged when it
/// is dialled: a request without TLS to a host that the user did not name leaves on a loopback connection only.
package enum ClearText {
    /// The variable that names the hosts.
    package static let variable = "CXONE_ALLOW_HTTP"

    /// The exact names of the hosts, in lower case.
    ///
    /// The rule is asked deep inside of readers and senders, and the answer is the same for a whole command, so the
    /// command sets it for its task.
    @TaskLocal package static var hosts: Set<String> = []

    /// The names in the value of the variable, separated by commas or blanks.
    package static func hosts(in text: String) -> Set<String> {
        Set(text.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init))
    }

    /// Why a URL may not be used, as the end of a sentence; nil if it may.
    package static func refusal(of url: HTTPURL) -> String? {
        guard url.scheme == "http", !url.isLoopback, !hosts.contains(url.host) else { return nil }
        return "uses http to \(PrintableText.clipped(url.host)), which is not a loopback host; \(advice)"
    }

    package static let advice = "use https, or name the host in \(variable)"
}
