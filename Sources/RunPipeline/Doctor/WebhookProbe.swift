import Addresses
import ExactJSON
import HTTPExchange
import HTTPService
import SimulationAPI
import SimulationClient
import Webhooks

/// Starts the receiver where a run would, and sends it one test event through the address that a payload would carry.
struct WebhookProbe: Sendable {
    let setup: DoctorSetup
    let listen: ListenAddress
    let secrets: WebhookSecrets
    let transport: HTTPTransport
    let isTargetLocal: Bool

    /// The simulation id of a test event, which says what it is.
    static let simulationID = "ringback-doctor"

    func finding() async -> Finding {
        let host: BoundHost
        do { host = try BoundHost(resolving: listen.host) } catch { return notListening(error) }
        guard !secrets.isEmpty || host.isLoopback else {
            return .failure(
                .configuration,
                "the receiver would take unsigned events on \(host), and a run refuses that"
            ).advising("Set RINGBACK_WEBHOOK_SECRET, or listen on a loopback address.")
        }
        let (arrivals, arrived) = AsyncStream<String>.makeStream()
        // A receiver that knows other schemes only gets a temporary key for the test event.
        let secrets = secrets.isEmpty ? secrets : secrets.withSigning
        let receiver = WebhookReceiver(secrets: secrets, now: { WallClock.now }) { received, done in
            arrived.yield(received.webhookID)
            done(.success(()))
        }
        let server = HTTPServer.Configuration(host: host, port: listen.port, logger: .silent)
        do {
            return try await receiver.listen(server) { port in
                let url = setup.webhookURL ?? listen.webhookURL(port: port)
                if let problem = WebhookURL.problem(of: url) {
                    return .failure(.configuration, "a payload cannot carry \(url): \(problem)")
                        .advising("Name an address with --webhook-url that the target reaches.")
                }
                let place = ListenAddress(host: listen.host, port: port).authority
                return .webhook(await facts(place, url, secrets.signing, arrivals))
            }
        } catch {
            return notListening(error)
        }
    }

    private func notListening(_ error: any Error) -> Finding {
        let reason = (error as? HTTPServer.BindError)?.reason ?? "\(error)"
        return .webhook(facts(listen.authority, setup.webhookURL ?? "", .notListening(reason)))
    }

    private func facts(
        _ place: String,
        _ url: String,
        _ secret: WebhookSecret?,
        _ arrivals: AsyncStream<String>
    ) async -> WebhookFacts {
        let id = "msg_doctor_\(ClientEnvironment.randomRequestID())"
        let request = request(id, url, secret)
        let timeline = Timeline()
        let deadline = timeline.after(setup.timeout)
        do {
            let response = try await transport.send(request)
            // A proxy may answer before it passes the event on.
            let isAccepted = (200...299).contains(response.status)
            let end = isAccepted ? deadline : timeline.now
            let hasArrived = await Self.sees(id, in: arrivals, until: end, of: timeline)
            let status = isAccepted ? 200 : response.status
            return facts(place, url, .answered(status: status, hasArrived: hasArrived))
        } catch {
            return facts(place, url, .unreachable(PrintableText.line(error.message, limit: 300)))
        }
    }

    private func facts(_ place: String, _ url: String, _ outcome: WebhookFacts.Arrival) -> WebhookFacts {
        WebhookFacts(
            listen: place,
            url: url,
            isSigned: !secrets.isEmpty,
            isTargetLocal: isTargetLocal,
            outcome: outcome
        )
    }

    private func request(_ id: String, _ url: String, _ secret: WebhookSecret?) -> OutgoingRequest {
        let now = WallClock.now
        let event = SimulationEvent(
            simulationID: Self.simulationID,
            callID: "test-event",
            state: .dialing,
            timestamp: now,
            outcome: nil,
            durationMs: 0
        )
        let body = event.json.bytes
        let sender = "ringback/\(Run.version)"
        return OutgoingRequest(
            method: .post,
            url: url,
            headers: HeaderFields(
                SignedDelivery.fields(id: id, body: body, at: secret == nil ? nil : now, secret: secret, sender: sender)
            ),
            body: body,
            timeout: setup.timeout,
            maxResponseBytes: 64 * 1024
        )
    }

    /// Whether an event of this id comes before the time is up.
    private static func sees(
        _ id: String,
        in arrivals: AsyncStream<String>,
        until deadline: Timeline.Instant,
        of timeline: Timeline
    ) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await arrivals.contains(id) }
            group.addTask {
                try? await timeline.sleep(until: deadline)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

/// Whether a test event went from the address in a payload to the receiver.
struct WebhookFacts: Hashable, Sendable {
    enum Arrival: Hashable, Sendable {
        /// The receiver could not listen; the reason in words.
        case notListening(String)
        /// No answer came; the reason in words.
        case unreachable(String)
        /// It was answered with this status, and did or did not arrive.
        case answered(status: Int, hasArrived: Bool)
    }

    var listen: String
    var url: String
    var isSigned: Bool
    /// Whether the target runs on this machine, and so reaches its loopback addresses.
    var isTargetLocal: Bool
    var outcome: Arrival
}

extension Finding {
    static func webhook(_ facts: WebhookFacts) -> Finding {
        switch facts.outcome {
        case .notListening(let reason):
            return .failure(.local, "the receiver cannot listen on \(facts.listen): \(reason)")
                .advising("Choose another address with --webhook-listen; port 0 picks one.")
        case .unreachable(let reason):
            return .failure(.local, "no answer from \(facts.url): \(reason)")
                .advising("Check --webhook-url, and that what listens there passes requests on to \(facts.listen).")
        case .answered(let status, let hasArrived) where status != 200:
            let refusal = hasArrived ? "the event arrived, but" : "the event did not arrive:"
            return .failure(.local, "\(refusal) \(facts.url) answered \(status)")
                .advising(
                    status == 401
                        ? "The signature did not survive: pass body and the webhook-… headers on unchanged, to this receiver."
                        : "Check that \(facts.url) passes POST requests on to \(facts.listen)\(Endpoint.webhook)."
                )
        case .answered(_, hasArrived: false):
            return .failure(
                .local,
                "\(facts.url) answered 200, but the event did not arrive: something else listens there"
            ).advising("Make it pass requests on to \(facts.listen)\(Endpoint.webhook).")
        case .answered: return arrived(facts)
        }
    }

    private static func arrived(_ facts: WebhookFacts) -> Finding {
        let trip = "a\(facts.isSigned ? " signed" : "n unsigned") event went through \(facts.url) to \(facts.listen)"
        if !facts.isTargetLocal, let url = HTTPURL(facts.url), url.isLoopback {
            return .warning(
                "\(trip), but the target cannot reach a loopback address of this machine: no event of a run would come"
            ).advising("Put a proxy in front that the target reaches, and name it with --webhook-url https://…")
        }
        guard facts.isSigned else {
            return .warning(
                "\(trip); without RINGBACK_WEBHOOK_SECRET unsigned events are taken, on loopback addresses only"
            ).advising("Set RINGBACK_WEBHOOK_SECRET (whsec_…) to the key that the target signs with.")
        }
        return .ok(trip)
    }
}
