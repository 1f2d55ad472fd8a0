internal import DialerEngine
internal import DiscreteEvents

/// What holds in every run, whatever the policy.
enum AccountingFamily {
    /// All policies.
    static let policies: [Pacing] = [
        .progressive, .power(linesPerAgent: DecimalFactor(2)), .fixedLines(8), .poisson(callsPerHour: 900),
        .ratio(level: DecimalFactor(1.4)), .vicidial(.init()), .lookahead(.init()), .feedback(.init()),
    ]

    /// All parts of the model at once.
    static func experiment(_ pacing: Pacing, calls: Int) -> Experiment {
        var center = ContactCenter(
            agents: 6,
            outcomes: OutcomeProbabilities(
                dialTone: 0.05,
                busySignal: 0.1,
                noAnswer: 0.2,
                answer: 0.4,
                voicemail: 0.25
            ),
            ringing: RingingTimes(Distribution(.uniform(min: 2, max: 20))),
            talk: Distribution(.lognormal(mean: 60, sd: 50))
        )
        center.wrap = .exponential(mean: 10)
        center.patience = .exponential(mean: 4)
        center.greetingStart = Distribution(.uniform(min: 0, max: 1))
        center.greetingLength = .exponential(mean: 1)
        center.lines = 20
        center.detection = AnsweringMachineDetection(
            delay: Distribution(.uniform(min: 0.3, max: 1)),
            falsePositive: 0.05,
            falseNegative: 0.2,
            machineTalk: .constant(8)
        )
        var experiment = Experiment(
            center,
            pacing: pacing,
            length: .calls(calls),
            seed: Simulator.seed(of: "accounting, \(pacing.name)")
        )
        experiment.warmUp = 300
        experiment.compliance = ComplianceProfile.named.filter { $0.attemptLimit == nil && $0.denominator == .live }
        return experiment
    }

    /// The identities of one run of each policy.
    static func family(_ simulator: Simulator) throws -> Family {
        var comparisons: [Comparison] = []
        for pacing in policies {
            let calls = Int(20_000 * simulator.scale)
            var replay = Replay()
            let trace = TraceHandler { replay.take($0) }
            let result = try Replication.run(experiment(pacing, calls: calls), number: 0, trace: trace)
            comparisons += identities(pacing, calls: calls, result, replay)
        }
        return Family(
            title: "Accounting",
            introduction:
                "One run of each policy with everything at once (6 agents, 20 trunks, all outcomes, patience, "
                + "greetings, wrap-up, detection that errs). Integrals over time are compared with sums over calls "
                + "(Little's law on agents and lines), to a relative 1e-9; counts are compared exactly. The trace of the "
                + "run is replayed on its own.",
            comparisons: comparisons
        )
    }

    private static func identities(
        _ pacing: Pacing,
        calls: Int,
        _ result: ReplicationResult,
        _ replay: Replay
    ) -> [Comparison] {
        let all = result.allCalls
        let source = "conservation of calls"
        let little = "Little, Operations Research 9 (1961) 383"
        func identity(_ quantity: String, _ exact: Double, _ found: Double, _ source: String, _ tolerance: Double = 0)
            -> Comparison
        {
            Comparison(
                pacing.name.rawValue,
                "\(calls) calls",
                quantity,
                exact: exact,
                found: found,
                tolerance: tolerance,
                source: source
            )
        }
        let profiles = Double(result.compliance.count)
        return [
            identity("attempts = Σ outcomes", Double(all.attempted), Double(all.outcomes.total), source),
            identity(
                "answered = connected + abandoned + false positives",
                Double(all.answered),
                Double(all.connected + all.abandoned + all.falsePositives),
                source
            ),
            identity("∫ busy agents dt = Σ handling", result.busyIntegral, all.handlingSeconds, little, 1e-9),
            identity("∫ lines dt = Σ line times", result.lineIntegral, all.lineSeconds, little, 1e-9),
            identity("∫ busy agents dt, replayed", result.busyIntegral, replay.busySeconds, little, 1e-6),
            identity("∫ lines dt, replayed", result.lineIntegral, replay.lineSeconds, little, 1e-6),
            identity("steps back in time", 0, Double(replay.stepsBack), "virtual time"),
            identity("calls and busy agents at the end", 0, Double(replay.lines + replay.busy), source),
            identity("calls beyond the 20 trunks", 0, Double(max(0, replay.mostLines - 20)), "trunk limit"),
            identity(
                "live calls, sum of the rules",
                profiles * Double(all.answered),
                Double(result.compliance.map(\.calls).reduce(0, +)),
                "one log, many rules"
            ),
        ]
    }

    /// Counts lines and agents from a trace alone.
    private struct Replay {
        var time = 0.0
        var lines = 0
        var busy = 0
        var mostLines = 0
        var stepsBack = 0
        var lineSeconds = 0.0
        var busySeconds = 0.0

        mutating func take(_ event: TraceEvent) {
            if event.time < time { stepsBack += 1 }
            lineSeconds += Double(lines) * (event.time - time)
            busySeconds += Double(busy) * (event.time - time)
            time = event.time
            switch event.kind {
            case .dialled: lines += 1
            case .ended, .talkEnded, .abandoned, .falsePositive: lines -= 1
            case .connected: busy += 1
            case .agentReady: busy -= 1
            default: break
            }
            mostLines = max(mostLines, lines)
        }
    }
}
