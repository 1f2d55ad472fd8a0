import Addresses
import ExactJSON
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

    /// What a test event's simulation is called, so that whoever sees it knows what it is.
    static let simulationID = "ringback-doctor"

    func finding() async -> Finding {
        guard !secrets.isEmpty || HTTPURL.isLoopback(host: listen.host) else {
            return .failure(
                "webhook",
                .configuration,
                "the receiver would take unsigned events on \(listen.host), and a run refuses that",
                "Set RINGBACK_WEBHOOK_SECRET, or listen on a loopback address."
            )
        }
        let (arrivals, arrived) = AsyncStream<String>.makeStream()
        // A receiver for other ways of signing alone takes the test event under a key of the moment.
        let secrets = secrets.isEmpty ? secrets : secrets.withSigning
        let receiver = WebhookReceiver(secrets: secrets, now: { WallClock.now }) { received, done in
            arrived.yield(received.webhookID)
            done(.success(()))
        }
        let server = HTTPServer.Configuration(host: listen.host, port: listen.port, logger: .silent)
        do {
            return try await receiver.listen(server) { port in
                let url = setup.webhookURL ?? listen.webhookURL(port: port)
                if let problem = WebhookURL.problem(of: url) {
                    return .failure(
                        "webhook",
                        .configuration,
                        "a payload cannot carry \(url): \(problem)",
                        "Name an address with --webhook-url that the target reaches."
                    )
                }
                let place = ListenAddress(host: listen.host, port: port).authority
                return .webhook(await facts(place, url, secrets.signing, arrivals))
            }
        } catch {
            let reason = (error as? HTTPServer.BindError)?.reason ?? "\(error)"
            return .webhook(facts(listen.authority, setup.webhookURL ?? "", .notListening(reason)))
        }
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
            return facts(place, url, .unreachable("\(RemoteText(error.message))"))
        }
    }

    private func facts(_ place: String, _ url: String, _ outcome: WebhookFacts.Outcome) -> WebhookFacts {
        WebhookFacts(
            listen: place,
            url: url,
            isSigned: !secrets.isEmpty,
            isTargetLocal: isTargetLocal,
            outcome: outcome
        )
    }

    private func request(_ id: String, _ url: String, _ secret: WebhookSecret?) -> HTTPExchange.Request {
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
        var request = HTTPExchange.Request(
            method: .post,
            url: url,
            headers: ["Content-Type": "application/json", "User-Agent": "ringback/\(Run.version)", "webhook-id": id],
            body: body,
            timeout: setup.timeout,
            maxResponseBytes: 64 * 1024
        )
        if let secret {
            let seconds = now.milliseconds / 1000
            request.headers.append("webhook-timestamp", "\(seconds)")
            request.headers.append("webhook-signature", secret.signature(id: id, timestamp: seconds, body: body))
        }
        return request
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
