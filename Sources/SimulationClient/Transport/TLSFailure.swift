/// Why a TLS handshake failed, in words.
package enum TLSFailure {
    /// The words of an error of the TLS library, without its codes and the places in its source.
    ///
    /// - Returns: such as `certificate verify failed`; `nil` where the error is of another kind.
    package static func reason(of error: any Error) -> String? {
        let mark = "OPENSSL_internal:"
        let words = "\(error)".split(separator: mark).dropFirst().compactMap { $0.split(separator: " ").first }
        return words.first.map { $0.split(separator: "_").joined(separator: " ").lowercased() }
    }

    /// What an error is for whoever reads of a request that was not sent; `nil` where it is of another kind.
    package static func text(of error: any Error) -> String? {
        reason(of: error).map { "the TLS handshake failed: \($0)" }
    }
}
