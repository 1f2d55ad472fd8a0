import ExactJSON
import SimulationAPI
import SimulationClient
import Synchronization

/// What answers tell besides their purpose: the other side's clock, and what a token was granted for.
final class ExchangeLog: Sendable {
    private struct State {
        var readings: [ClockReading] = []
        var answers = 0
        var grant: TokenAnswer?
    }

    private let tokenURL: String
    private let state = Mutex(State())

    init(tokenURL: String) { self.tokenURL = tokenURL }

    /// The times that answers were dated, with ours.
    var readings: [ClockReading] { state.withLock { $0.readings } }
    /// How many answers came.
    var answers: Int { state.withLock { $0.answers } }
    /// The last token that was granted.
    var grant: TokenAnswer? { state.withLock { $0.grant } }

    /// The same way to the network, watched.
    func watching(_ transport: HTTPTransport) -> HTTPTransport {
        HTTPTransport { (request) throws(TransportError) in
            let began = WallClock.now
            let response = try await transport.send(request)
            self.saw(request, response, ClockReading.Span(began: began, ended: WallClock.now))
            return response
        }
    }

    private func saw(
        _ request: HTTPExchange.Request,
        _ response: HTTPExchange.Response,
        _ span: ClockReading.Span
    ) {
        let date = response.headers["Date"].flatMap { HTTPDate($0) }
        let isGrant = request.url == tokenURL && response.status == 200
        let grant = isGrant ? (try? JSONReader.read(response.body)).flatMap { TokenAnswer(json: $0) } : nil
        state.withLock { state in
            state.answers += 1
            if let date { state.readings.append(ClockReading(remoteSeconds: date.seconds, span: span)) }
            if let grant { state.grant = grant }
        }
    }
}
