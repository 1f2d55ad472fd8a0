import Addresses
import ArgumentParser
import RunReport
import ScenarioFile

/// `--server`, of the commands whose work a service can do.
struct ServerOptions: ParsableArguments {
    @Option(
        help: .value(
            "url",
            "Let the service at this address do it, follow it there, and exit with its code.",
            "RINGBACK_API_TOKEN is the token; Ctrl-C cancels"
        )
    )
    var server: String?

    /// The service and its token; nil without `--server`.
    func service() throws -> ControlClient.Service? {
        guard let server else { return nil }
        guard let url = HTTPURL(server), !url.hasUserInformation, !url.rest.contains("?"), !url.rest.contains("#")
        else {
            throw CommandFailure.usage("--server \(server): write the address as http://HOST:PORT or https://HOST")
        }
        if let refusal = ClearText.refusal(of: url) { throw CommandFailure.usage("--server \(refusal)") }
        guard let token = try Environment.secret("RINGBACK_API_TOKEN") else {
            throw CommandFailure.usage(
                "--server needs RINGBACK_API_TOKEN (or RINGBACK_API_TOKEN_FILE), a token of the service; "
                    + "\"ringback token create\" makes one there"
            )
        }
        var path = url.rest
        while path.hasSuffix("/") { path.removeLast() }
        return ControlClient.Service(base: url.origin + path, token: token)
    }

    /// Fails if an option was given that has no meaning for a service.
    static func refuse(_ options: [(name: String, isGiven: Bool)]) throws {
        let given = options.filter(\.isGiven).map(\.name)
        guard !given.isEmpty else { return }
        throw CommandFailure.usage(
            "\(given.joined(separator: ", ")) and --server: the service decides that; leave \(given.count == 1 ? "it" : "them") out"
        )
    }
}

/// `--timeout` beside `--server`, of the commands that have no time limit of their own.
struct PatienceOptions: ParsableArguments {
    @Option(help: .value("duration", "With --server: how long a silent service is asked again.", "Default: 5m"))
    var timeout: DurationArgument?

    /// The patience, if the command goes to a service.
    func patience(_ server: ServerOptions) throws -> Duration {
        if let timeout, timeout.duration <= .zero { throw CommandFailure.usage("--timeout must be longer than 0") }
        if timeout != nil, server.server == nil {
            throw CommandFailure.usage("--timeout belongs to --server; without it the work ends by itself")
        }
        return timeout?.duration ?? .seconds(300)
    }
}

/// What is submitted to a service, out of a scenario file and the options of a command.
enum ServerOrder {
    /// Loads the scenario, so that its problems are shown with their places in the file.
    static func make(
        _ path: String,
        _ fields: OverrideOptions,
        _ common: CommonOptions,
        _ comparison: BaselineOptions?,
        _ more: [(name: String, value: String)]
    ) throws -> ServerRun.Order {
        let loaded: LoadedScenario
        do throws(ScenarioError) { loaded = try ScenarioLoading.load(path, fields) } catch {
            throw ScenarioLoading.failure(error, of: path, common)
        }
        if !common.quiet { for warning in loaded.warnings { Console.error("\(warning)") } }
        var query = [(name: "seed", value: "\(common.seed)")] + more
        if let comparison, let baseline = comparison.baseline {
            query.append(("baseline", baseline))
            if let gate = comparison.failOnRegression { query.append(("failOnRegression", gate.text)) }
        }
        return ServerRun.Order(scenario: loaded.scenario.source, query: query)
    }
}
