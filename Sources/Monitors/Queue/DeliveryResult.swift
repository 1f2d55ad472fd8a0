package import HTTPExchange

/// How one attempt to deliver ended.
package enum DeliveryResult: Hashable, Sendable {
    /// The monitor took it; with the status, if it is an HTTP monitor.
    case delivered(status: Int?)
    /// The monitor did not take it, or it is unknown; it is tried again as the schedule says.
    case failed(status: Int?, reason: String, retryAfter: Duration? = nil)
    /// The monitor wants no more (410).
    case gone
    /// It must not be sent to that address; no further attempt can change that.
    case refused(String)
    /// This side gave up, which says nothing about the monitor.
    case cancelled

    /// The result of an exchange: only 2xx is success, and a redirect is a failure.
    package init(_ result: Result<IncomingResponse, TransportError>) {
        switch result {
        case .failure(let error):
            switch error.code {
            case .cancelled: self = .cancelled
            case .refused: self = .refused(error.message)
            default: self = .failed(status: nil, reason: error.message)
            }
        case .success(let response):
            let status = response.status
            switch status {
            case 200..<300: self = .delivered(status: status)
            case 410: self = .gone
            case 300..<400: self = .failed(status: status, reason: "HTTP \(status): redirects are not followed")
            default:
                let retryAfter = RetryAfter.read(response.headers)
                self = .failed(status: status, reason: "HTTP \(status)", retryAfter: retryAfter)
            }
        }
    }

    /// Whether the monitor asked for fewer requests, or is overloaded.
    var isThrottling: Bool {
        if case .failed(.some(let status), _, _) = self { [429, 502, 503, 504].contains(status) } else { false }
    }

    /// Whether nothing was sent, since the address is not allowed.
    var isRefusal: Bool { if case .refused = self { true } else { false } }

    var isUnanswered: Bool { if case .failed(nil, _, _) = self { true } else { false } }

    /// How the circuit breaker counts it.
    var ending: CircuitBreaker.RequestEnding {
        switch self {
        case .delivered, .gone: .answered
        case .failed(.some(let status), _, _): status >= 500 || status == 408 ? .failed : .answered
        case .failed(nil, _, _): .failed
        case .refused, .cancelled: .cancelled
        }
    }
}
