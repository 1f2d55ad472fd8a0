import ExactJSON
import HTTPExchange
import HTTPService
import HTTPTypes
import Logging
import SimulationAPI
import Synchronization
import Testing

@testable import Sandbox

/// A sandbox without a server: requests go straight in, the test turns the clock, and engines run when it says so.
final class Rig: Sendable {
    let service: SandboxService
    let configuration: SandboxConfiguration
    private let clock: ManualClock
    private let created: Created

    /// A clock that a test moves; sleeping takes real time.
    private final class ManualClock: Clock {
        typealias Instant = Timeline.Instant
        private let offset = Mutex(Duration.zero)
        var now: Instant { Instant(offset: offset.withLock { $0 }) }
        var minimumResolution: Duration { .nanoseconds(1) }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            try await Task.sleep(for: now.duration(to: deadline))
        }
        func advance(_ seconds: Double) { offset.withLock { $0 += .seconds(seconds) } }
    }

    private final class Created: Sendable {
        let records = Mutex<[SimulationRecord]>([])
    }

    init(_ change: (inout SandboxConfiguration) -> Void = { _ in }) {
        var configuration = SandboxConfiguration(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        change(&configuration)
        self.configuration = configuration
        let (clock, created) = (ManualClock(), Created())
        self.clock = clock
        self.created = created
        service = SandboxService(
            configuration,
            faults: FaultInjector(configuration.faults),
            environment: SandboxEnvironment(timeline: Timeline(clock), now: { Self.wall(clock.now) })
        ) { record in
            created.records.withLock { $0.append(record) }
        }
    }

    private static func wall(_ now: Timeline.Instant) -> Timestamp {
        Timestamp(milliseconds: 1_795_358_800_000 + Int64(now.offset / .milliseconds(1)))
    }

    /// The simulations that were handed to the engine.
    var records: [SimulationRecord] { created.records.withLock { $0 } }

    func advance(_ seconds: Double) { clock.advance(seconds) }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = nil,
        headers: HTTPFields = [:],
        body: String = ""
    ) async -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if !body.isEmpty, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return Answer(
            await service.respond(to: ServiceRequest(method, path, headers: headers, body: Array(body.utf8)))
        )
    }

    /// Asks for a token.
    func token(form: String, authorization: String? = nil) async -> Answer {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        if let authorization { headers[.authorization] = authorization }
        return await send(.post, Endpoint.token, headers: headers, body: form)
    }

    /// A token of the default client, or of another.
    func token(_ scope: String = "", id: String = "sandbox", secret: String = "sandbox") async throws -> String {
        let answer = await token(
            form: "grant_type=client_credentials&scope=\(scope)&client_id=\(id)&client_secret=\(secret)"
        )
        return try #require(answer.json["access_token"]?.string)
    }

    func create(_ body: String = Payload.text(), token: String, key: String? = nil) async -> Answer {
        var headers: HTTPFields = [:]
        if let key { headers[.idempotencyKey] = key }
        return await send(.post, Endpoint.simulations, token: token, headers: headers, body: body)
    }

    /// The state of a simulation.
    func state(_ id: String, token: String) async -> String? {
        await send(.get, "\(Endpoint.simulations)/\(id)", token: token).json["state"]?.string
    }

    /// Runs the engine of a simulation to its end.
    func run(_ record: SimulationRecord, sender: WebhookSender? = nil) async {
        await SimulationRunner(
            record: record,
            service: service,
            sender: sender ?? WebhookSender(secret: nil),
            seed: configuration.seed,
            speed: configuration.speed
        ).run()
    }
}

/// An answer of the service.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]
    /// How it goes out.
    var sending: ServiceResponse.Sending
    /// The body as JSON; `null` where it is none.
    var json: JSONValue { (try? JSONReader.read(body)) ?? .null }
    /// The problem's code.
    var code: String? { json["code"]?.string }
    /// The id of a simulation.
    var id: String { json["id"]?.string ?? "" }

    init(_ response: ServiceResponse) {
        status = response.status
        headers = response.headers
        body = response.body
        sending = response.sending
    }
}

/// Payloads of simulations.
enum Payload {
    /// A payload that passes every rule.
    static func text(
        calls: Int = 5,
        concurrency: Int = 2,
        noAnswer: String = "0.25",
        answer: String = "0.40",
        tag: String? = nil,
        url: String? = nil,
        more: String = ""
    ) -> String {
        let tag = tag.map { #","tag":"\#($0)""# } ?? ""
        let url = url.map { #","webhookUrl":"\#($0)""# } ?? ""
        return #"{"campaignId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","virtualAgentMatrix":{"flowId":"f"},"#
            + #""outcomeInjection":{"enabled":true,"dialToneProbability":0,"busySignalProbability":0,"#
            + #""noAnswerProbability":\#(noAnswer),"answerProbability":\#(answer)},"concurrencyLimit":\#(concurrency),"#
            + #""maxCalls":\#(calls),"complianceBypass":true\#(tag)\#(url)\#(more)}"#
    }
}
