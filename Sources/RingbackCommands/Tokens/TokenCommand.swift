import ArgumentParser
import AuditLog
import ControlServer
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport
import RunStore

/// `ringback token`: who may use the service, and for what.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke tokens of the service.",
        discussion: """
            A token lets a person or a program use "ringback serve" of the same home. A
            viewer reads; an operator also starts and cancels runs and replays deliveries;
            an admin also manages tokens and removes old runs. The home keeps the SHA-256
            of a token only. RINGBACK_API_TOKEN of the service is an admin's.

            Examples:
              ringback token create --name ci --role operator
              ringback token list
              ringback token revoke ci
            """,
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self],
        defaultSubcommand: TokenList.self
    )

    /// Writes the audit entry of a change by this user.
    static func record(_ result: String, in home: Home) -> @Sendable (_ payload: JSONValue) async throws -> Void {
        { payload in
            try await BlockingWork.run {
                let actor = try AuditActor.person(ThisProcess.user).text(in: home, program: "ringback \(Run.version)")
                let log = AuditLog(home)
                try log.append(AuditEntry(.token, runID: nil, actor: actor, payload: payload, result: result))
                try log.checkpoint()
            }
        }
    }
}

extension Role: ExpressibleByArgument {}

/// `ringback token create`: makes a token and shows it once.
struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token, and print it once.",
        discussion: """
            Standard output has the token and nothing else. It cannot be shown again: the
            home keeps its SHA-256. A service that runs takes it at once.

            Examples:
              ringback token create --name ci --role operator
              RINGBACK_API_TOKEN=$(ringback token create --name ada --role viewer) \\
                ringback run scenario.yaml --server https://ci.example/ringback
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Option(help: .value("name", "What the audit log calls it: a-z, A-Z, 0-9 and . _ - @."))
    var name: String

    @Option(help: "What it may do.")
    var role: Role

    func validate() throws {
        if let problem = StoredToken.problem(ofName: name) { throw ValidationError("--name: \(problem)") }
    }

    func run() async throws {
        let (name, role) = (name, role)
        let made = try await CommandFailure.catching({ .usage("the token cannot be made: \($0)") }) {
            let home = try Home(path: common.homePath)
            return try await RunStore.with(home) { store in
                do {
                    return try await TokenDesk(store).create(
                        name,
                        role,
                        by: ThisProcess.user,
                        record: TokenCommand.record("created", in: home)
                    )
                } catch is TokenDesk.NameTakenError {
                    throw CommandFailure.usage(
                        "a token \(name) is in use; \"ringback token revoke \(name)\" ends it, or choose another name"
                    )
                }
            }
        }
        if common.json { return Console.output(made.json) }
        Console.output(made.text)
        if !common.quiet {
            Console.error("the token \(name) (\(role.rawValue)) is shown this once; keep it where secrets are kept")
        }
    }
}

/// `ringback token list`: the tokens that are in use.
struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tokens that are in use. Changes nothing.",
        discussion: """
            Examples:
              ringback token list
              ringback token list --json | jq -r '.items[] | select(.role == "admin") | .name'
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let tokens = try await StoredHome.reading(common.homePath, "the tokens cannot be listed") {
            try await $0.tokens()
        }
        if common.json { return Console.output(["items": .array(tokens.map(\.json))]) }
        guard !tokens.isEmpty else {
            return Console.output("there is no token; \"ringback token create\" makes one")
        }
        let rows = tokens.map { token in
            [token.name, token.role.rawValue, Timestamp(milliseconds: token.createdAt).description, token.createdBy]
        }
        Console.output(TextColumns.table([["NAME", "ROLE", "MADE", "BY"]] + rows))
    }
}

/// `ringback token revoke`: ends a token.
struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a token; a service that runs refuses it within 10 s.",
        discussion: """
            The name is free again afterwards. Runs that the token has started go on.

            Example:
              ringback token revoke ci
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Argument(help: .value("name", "The name of the token."))
    var name: String

    func run() async throws {
        let name = name
        let revoked = try await StoredHome.with(common.homePath, "the token cannot be revoked") { home, store in
            let token = try await TokenDesk(store).revoke(name, record: TokenCommand.record("revoked", in: home))
            guard let token else {
                throw CommandFailure.usage("no token \(name) is in use; \"ringback token list\" shows those that are")
            }
            return token
        }
        if common.json { return Console.output(revoked.json) }
        if !common.quiet { Console.output("the token \(name) is revoked; a service that runs refuses it within 10 s") }
    }
}
