import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// Command lines that are refused: exit code 2, a reason on standard error, and nothing was sent.
@Suite(.timeLimit(.minutes(5)))
struct RefusalTests {
    /// A command line and the reason that it gets.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        /// Variables besides those of a working target; nil takes one away.
        var environment: [String: String?] = [:]
        /// Added to the end of the scenario.
        var scenario = ""
        /// What standard error must contain.
        var says: [String]

        init(
            _ name: String,
            _ arguments: [String],
            scenario: String = "",
            environment: [String: String?] = [:],
            says: String...
        ) {
            testDescription = name
            (self.arguments, self.scenario, self.environment, self.says) = (arguments, scenario, environment, says)
        }
    }

    private static let run = ["run", "FOLDER/scenario.yaml"]
    private static let remote = run + Workspace.remote

    private static func tls(_ certificate: String, _ key: String) -> [String] {
        ["--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key]
    }

    static let runs = [
        Case("an unknown command", ["dial"], says: "dial"), Case("run without a scenario", ["run"], says: "scenario"),
        Case("an unknown option", run + ["--fast"], says: "--fast"),
        Case(
            "a duration in years",
            run + ["--timeout", "1y"],
            says: "'1y' is invalid",
            "a duration is 250ms, 2s, 5m, 1h30m"
        ),
        Case("no speed", run + ["--speed", "0"], says: "'0' is invalid", "the speed is max, or a number above 0"),
        Case(
            "no address",
            run + ["--webhook-listen", "foo"],
            says: "'foo' is invalid",
            "an address is HOST:PORT, such as"
        ),
        Case(
            "a month in place of a day",
            ["audit", "export", "--from", "May"],
            says: "a time is a day such as 2026-11-01"
        ),
        Case(
            "an override without its part",
            run + ["--set", "maxCalls=3"],
            says: "did you mean \"simulation.maxCalls\"?"
        ),
        Case(
            "a missing file",
            ["run", "FOLDER/nowhere.yaml"] + Workspace.remote,
            says: "FOLDER/nowhere.yaml:1:1: error:",
            "[file.unreadable]"
        ),
        Case(
            "missing credentials",
            remote,
            environment: ["CXONE_BASE_URL": nil, "CXONE_CLIENT_ID": nil, "CXONE_CLIENT_SECRET": nil],
            says: "CXONE_ORG_ID  the organisation",
            "CXONE_CLIENT_ID  the OAuth client",
            "CXONE_CLIENT_SECRET  the client's secret"
        ),
        Case(
            "a missing secret file",
            remote,
            environment: ["CXONE_CLIENT_SECRET": nil, "CXONE_CLIENT_SECRET_FILE": "gone"],
            says: "CXONE_CLIENT_SECRET_FILE",
            "gone"
        ),
        Case(
            "http beyond loopback",
            remote,
            environment: ["CXONE_BASE_URL": "http://192.0.2.1"],
            says: "CXONE_BASE_URL",
            "loopback",
            "https"
        ),
        Case(
            "an unknown way to authenticate",
            remote,
            environment: ["CXONE_CLIENT_AUTH": "digest"],
            says: "CXONE_CLIENT_AUTH",
            "basic-raw"
        ),
        Case(
            "a bad organisation",
            remote,
            environment: ["CXONE_BASE_URL": nil, "CXONE_ORG_ID": "evil.example/"],
            says: "CXONE_ORG_ID"
        ),
        Case("an override without a value", remote + ["--set", "simulation.maxCalls"], says: "simulation.maxCalls"),
        Case(
            "an override that breaks a rule",
            remote + ["--set", "simulation.maxCalls=0"],
            says: "--set",
            "[max_calls.range]"
        ),
        Case(
            "an override of an unknown field",
            remote + ["--set", "simulation.maxCall=3"],
            says: "did you mean",
            "[field.unknown]"
        ),
        Case(
            "a webhook address without TLS",
            remote + ["--webhook-url", "http://example.com/"],
            says: "--webhook-url"
        ),
        Case(
            "an unknown profile",
            remote + ["--profile", "sandbax"],
            says: "--profile",
            "did you mean sandbox?",
            "[profile.unknown]"
        ),
        Case(
            "a missing profile file",
            remote + ["--profile", "mine.yaml"],
            says: "mine.yaml:1:1: error: ",
            "[file.unreadable]"
        ),
        Case(
            "a profile with two problems",
            remote + ["--profile", "FOLDER/acme.yaml"],
            says: "acme.yaml:3:1: error: ",
            "did you mean \"honours\"? [field.unknown]",
            "acme.yaml:4:13: error: "
        ),
        Case("no attempts", remote + ["--max-attempts", "0"], says: "--max-attempts"),
        Case("no time", remote + ["--timeout", "0"], says: "--timeout"),
        Case("a duration that cannot be read", run + ["--timeout", "soon"], says: "--timeout", "soon"),
        Case("resuming an unknown run", ["run", "--resume", "01M8NOSUCHRUN"], says: "there is no run"),
        Case("resuming with a scenario", run + ["--resume", "x"], says: "--resume takes no scenario"),
        Case(
            "resuming with an override",
            ["run", "--resume", "x", "--set", "name=y"],
            says: "belong to a new run"
        ),
        Case("two documents on standard output", run + ["--anchor", "-", "--json"], says: "--anchor - cannot be used"),
    ]

    static let others = [
        Case(
            "two clients of one id",
            ["sandbox", "--client", "ci:a", "--client", "ci:b"],
            says: "--client: two clients have the id ci"
        ),
        Case("a client without a secret", ["sandbox", "--client", "ci"], says: "--client", "ID:SECRET"),
        Case("a certificate without a key", ["sandbox", "--tls-certificate", "a.pem"], says: "--tls-key"),
        Case(
            "a certificate that is missing",
            ["sandbox"] + tls("gone.pem", "FOLDER/scenario.yaml"),
            says: "ringback: --tls-certificate: cannot open gone.pem: No such file or directory\n"
        ),
        Case(
            "a file that is no certificate",
            ["sandbox"] + tls("FOLDER/scenario.yaml", "FOLDER/scenario.yaml"),
            says: "ringback: --tls-certificate: FOLDER/scenario.yaml holds no certificate in PEM\n"
        ),
        Case(
            "an address of another machine",
            ["sandbox", "--listen", "192.0.2.7:0"],
            says:
                "ringback: cannot listen on 192.0.2.7:0: Cannot assign requested address; choose another with --listen\n"
        ),
        Case(
            "a receiver at a name without an address",
            run + ["--webhook-listen", "ringback.invalid:0"],
            says:
                "ringback: the receiver cannot listen on ringback.invalid:0: the name has no address here; "
                + "choose another with --webhook-listen\n"
        ),
        Case(
            "a receiver that no target reaches without TLS",
            run + ["--webhook-listen", "0.0.0.0:0"],
            environment: ["RINGBACK_WEBHOOK_SECRET": "whsec_" + key],
            says:
                "ringback: events would come by http to 0.0.0.0, which is not a loopback address; name the address that "
                + "the target reaches with --webhook-url, or the host in CXONE_ALLOW_HTTP\n"
        ),
        Case("a rate that is not a number", ["sandbox", "--rate-limit", "often"], says: "--rate-limit"),
        Case("init over a file", ["init", "FOLDER"], says: "scenario.yaml exists already; --force replaces it"),
        Case("an unknown state of the inbox", ["inbox", "list", "--state", "lost"], says: "--state"),
        Case("a page of 0 webhooks", ["inbox", "list", "--limit", "0"], says: "--limit"),
        Case("webhooks of a run and of the service", ["inbox", "list", "--run", "a", "--serve"], says: "--serve"),
        Case("replay of nothing", ["inbox", "replay"], says: "--all"),
        Case("replay of one and of all", ["inbox", "replay", "a", "--all"], says: "--all"),
        Case("show without an id", ["inbox", "show"], says: "webhook-id"),
        Case("an inbox without a home", ["inbox", "list"], says: "nothing has been received in"),
        Case("deliveries without a home", ["deliveries", "list"], says: "there is no database in"),
        Case("a replay that selects nothing", ["deliveries", "replay"], says: "choose what to replay"),
        Case(
            "dead deliveries, chosen twice",
            ["deliveries", "replay", "--all-dead", "--state", "dead"],
            says: "--all-dead means --state dead"
        ),
        Case("delivered ones again", ["deliveries", "replay", "--state", "delivered"], says: "--force"),
        Case("a proof of nothing", ["audit", "prove"], says: "--since"),
        Case("an unknown type of entry", ["audit", "show", "--type", "nonsense"], says: "there is no type nonsense"),
        Case("a day that cannot be read", ["audit", "report", "--from", "x"], says: "--from"),
        Case(
            "a period that ends before it begins",
            ["audit", "report", "--from", "2026-11-02", "--to", "2026-11-01"],
            says: "--to must be later"
        ),
        Case("forgetting without a log", ["audit", "forget", "alice"], says: "there is no audit log in"),
        Case("a log that is missing", ["audit", "show", "FOLDER/none"], says: "No such file"),
    ]

    /// What is invisible or looks like another character is shown by its code.
    static let quotes = [
        Case(
            "a no-break space in a duration",
            run + ["--timeout", "5\u{A0}m"],
            says: #"The value '5\u{a0}m' is invalid"#
        ),
        Case(
            "a look-alike",
            run + ["--profile", "s\u{430}ndbox"],
            says: #"--profile s\u{430}ndbox: unknown profile, did you mean sandbox?"#
        ),
        Case(
            "a look-alike in a monitor's name",
            run + ["--anchor", "monitor:q\u{430}"],
            says: #"the scenario has no monitor q\u{430} for the checkpoint"#
        ),
        Case("nothing to see", run + ["--set=simulation.maxCalls=\u{200B}"], says: #"not "\u{200b}""#),
        Case("an option with a look-alike", run + ["--targ\u{430}t", "cxone"], says: #"'--targ\u{430}t'"#),
    ]

    private static let center = """
        contactCenter:
          agents: 5
          ringing: {default: {exponential: {mean: 10s}}, noAnswer: {constant: 20s}}
          talk: {exponential: {mean: 60s}}
          patience: {constant: 2s}
        """

    private static func simulate(_ name: String, _ options: [String], says: String) -> Case {
        Case(name, ["simulate", "FOLDER/scenario.yaml"] + options, scenario: center, says: says)
    }

    static let simulations = [
        Case("no contact centre", ["simulate", "FOLDER/scenario.yaml"], says: "contactCenter is missing"),
        simulate("no replications", ["--replications", "0"], says: "--replications must be in"),
        simulate("no threads", ["--threads", "0"], says: "--threads must be in"),
        simulate("two documents", ["--trace", "-", "--json"], says: "both need standard output"),
        simulate("an unknown policy", ["--compare", "powr=2"], says: "--compare powr=2"),
        simulate("one pair", ["--compare", "power=2", "--replications", "1"], says: "at least 2 replications"),
        simulate("no agents", ["--set", "contactCenter.agents=0"], says: "agents is 0"),
        simulate("a negative mean", ["--set", "contactCenter.talk={exponential: {mean: -3s}}"], says: "mean"),
        simulate(
            "more lines than there are",
            ["--set", "contactCenter.lines=3", "--set", "pacing={fixedLines: {lines: 4}}"],
            says: "fixedLines keeps 4"
        ),
        simulate("a warm-up of the whole shift", ["--set", "run={shift: 1h, warmUp: 1h}"], says: "warmUp must be"),
        simulate("a metric of runs", ["--set", "thresholds={serviceLevel: '>= 3%'}"], says: "serviceLevel"),
    ]

    private static let keys = ["RINGBACK_API_TOKEN": "t0ken", "RINGBACK_WEBHOOK_SECRET": "whsec_" + key]
    private static let key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let open = ["serve", "--listen", "0.0.0.0:0"]

    static let services = [
        Case("an open service without a token", open, says: "RINGBACK_API_TOKEN"),
        Case(
            "an open service without a webhook key",
            open,
            environment: ["RINGBACK_API_TOKEN": "t"],
            says: "RINGBACK_WEBHOOK_SECRET"
        ),
        Case("an open service without TLS", open, environment: keys, says: "--behind-proxy"),
        Case("a service with half of TLS", ["serve", "--tls-certificate", "x.pem"], says: "come together"),
        Case("missing monitors", ["serve", "--monitors", "FOLDER/missing.yaml"], says: "missing.yaml"),
        Case("a monitor of each run", ["serve", "--monitors", "FOLDER/slack.yaml"], says: "kind slack"),
        Case("a monitor with a private address", ["serve", "--monitors", "FOLDER/bad.yaml"], says: "bad.yaml:1:"),
        Case("a monitor without its key", ["serve", "--monitors", "FOLDER/keyed.yaml"], says: "QA_KEY is not set"),
        Case(
            "a bad webhook key",
            ["serve"],
            environment: ["RINGBACK_WEBHOOK_SECRET": "whsec_x"],
            says: "RINGBACK_WEBHOOK_SECRET",
            "whsec_"
        ),
    ]

    @Test(arguments: runs + others + quotes + simulations + services) func isRefusedWithAReason(_ test: Case)
        async throws
    {
        try await Workspace.inMemory { workspace in
            try workspace.scenario(extra: test.scenario)
            for (name, text) in [
                ("acme.yaml", "version: 1\nname: acme\nhonour: {}\nclientAuth: digest\n"),
                ("slack.yaml", "[{name: team, kind: slack, url: \"https://team.example/\"}]"),
                ("bad.yaml", "[{name: qa, url: \"http://10.0.0.1/\"}]"),
                ("keyed.yaml", "[{name: qa, url: \"https://qa.example/\", secretEnv: QA_KEY}]"),
            ] { try text.write(toFile: "\(workspace.folder)/\(name)", atomically: true, encoding: .utf8) }
            try await FakeAPI.with { api in
                var variables: [String: String?] = Workspace.credentials(api.origin)
                variables.merge(test.environment) { $1 }
                let ended = await workspace.command(test.arguments, environment: variables.compactMapValues { $0 })
                #expect(ended.exitCode == 2, "\(ended.stderr)")
                for text in test.says { #expect(ended.stderr.contains(text), "\(text) in \(ended.stderr)") }
                #expect(ended.stderr.flaws == [], "\(ended.stderr)")
                #expect(ended.stdout.isEmpty || test.arguments.contains("--json"), "\(ended.stdout)")
                #expect(api.requests.isEmpty)
            }
            let isRun = test.arguments.first == "run"
            #expect(isRun || !FileManager.default.fileExists(atPath: workspace.home), "the home was created")
        }
    }

    @Test func everyProblemOfAScenarioIsShown() async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario(
                probabilities: ["0.5", "0.5", "0.5", "2"],
                extra: "colour: red\nlimits: {maxConcurrent: 2}"
            )
            let ended = await workspace.command(Self.run + ["--out", "FOLDER/out"])
            #expect(ended.exitCode == 2)
            let lines = ended.stderr.split(separator: "\n").map(String.init)
            for (place, code) in [
                "11:24: error: ": "[probability.range]", "12:": "[concurrency.range]",
                "16:1: error: ": "[field.unknown]",
            ] {
                #expect(
                    lines.contains { $0.hasPrefix("FOLDER/scenario.yaml:\(place)") && $0.hasSuffix(code) },
                    "\(lines)"
                )
            }
            #expect(try workspace.result()["diagnostics"]?.elements?.count == lines.count)
        }
    }
}
