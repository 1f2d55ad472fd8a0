import ExactJSON
import RunStore
import ScenarioFile
import SimulationAPI

/// What is kept of a run before anything is sent, so that it can go on after its process has died.
struct RunIntent: Sendable {
    /// The scenario as it was written, overrides applied.
    var scenario: JSONValue
    /// The body of the create, byte for byte.
    var body: String
    /// Where the receiver listens.
    var listen: ListenAddress
    /// The folder of the run's files.
    var outputDirectory: String
    /// When the create was about to be sent, in milliseconds since 1970; `nil` where it was not.
    var intendedAt: Int64?

    /// The text of the row.
    var text: String {
        JSONValue.object(present: [
            "scenario": scenario, "body": .string(body), "listen": .string(listen.authority),
            "outputDirectory": .string(outputDirectory), "intendedAt": intendedAt.map { .integer($0) },
        ]).text
    }

    init(scenario: JSONValue, body: String, listen: ListenAddress, outputDirectory: String) {
        self.scenario = scenario
        self.body = body
        self.listen = listen
        self.outputDirectory = outputDirectory
    }

    /// Reads the text of a row; `nil` where it is none.
    init?(_ text: String) {
        guard let json = try? JSONReader.read(Array(text.utf8)), let scenario = json["scenario"],
            let body = json["body"]?.string, let listen = json["listen"]?.string.flatMap({ ListenAddress($0) }),
            let directory = json["outputDirectory"]?.string
        else { return nil }
        self.init(scenario: scenario, body: body, listen: listen, outputDirectory: directory)
        intendedAt = json["intendedAt"]?.integer.map { Int64($0) }
    }
}

/// A run whose process died, as far as it had come.
struct Resumption: Sendable {
    /// Its row.
    var row: StoredRun
    /// What was kept of it.
    var intent: RunIntent
    /// The payload of the create.
    var payload: SimulationPayload

    /// For how long a key is relied on, in milliseconds: an hour less than it is kept.
    private static let keyLifetimeMs: Int64 = 23 * 3_600_000

    /// Whether a create may have been sent.
    var mayHaveCreated: Bool { intent.intendedAt != nil }

    /// Whether the key of the create is still known where keys are honoured.
    func isKeyFresh(at now: Timestamp) -> Bool {
        intent.intendedAt.map { now.milliseconds - $0 < Self.keyLifetimeMs } ?? true
    }
}
