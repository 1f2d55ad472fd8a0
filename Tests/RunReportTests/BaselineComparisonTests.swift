import ExactJSON
import RingbackTestKit
import SimulationAPI
import Statistics
import Testing

@testable import RunReport

/// Two results side by side: what is compared how, and when it is a regression.
@Suite(.timeLimit(.minutes(5)))
struct BaselineComparisonTests {
    /// A simulation's document out of the abandoned and answered calls of its replications.
    static func simulation(
        _ calls: [(abandoned: Int, answered: Int)],
        seed: Int = 1,
        streams: Int? = 1,
        agents: Int = 10
    ) -> JSONValue {
        let pieces = calls.map { item -> JSONValue in
            [
                "answered": .integer(item.answered), "abandoned": .integer(item.abandoned), "falsePositives": 0,
                "connects": .integer(item.answered - item.abandoned), "dials": .integer(3 * item.answered),
                "talkSeconds": .double(60.5 * Double(item.answered)), "wrapSeconds": 100, "dutySeconds": 36_000,
                "waitSeconds": .double(0.25 * Double(item.abandoned)), "idleSeconds": 4000, "idlePeriods": 300,
            ]
        }
        return .object(present: [
            "version": 1, "kind": "simulate", "scenario": "spring", "seed": .integer(seed),
            "replications": .integer(calls.count), "metrics": [:], "verdict": "pass", "exitCode": 0,
            "randomStreams": streams.map { .integer($0) }, "perReplication": .array(pieces),
            "scenarioDocument": ["contactCenter": ["agents": .integer(agents)], "monitors": []],
        ])
    }

    static let before = [(3, 210), (0, 190), (5, 205), (2, 220), (4, 199), (1, 201)]
    static let after = [(5, 208), (2, 191), (8, 207), (3, 219), (7, 201), (2, 200)]

    static func compare(
        _ old: JSONValue,
        _ new: JSONValue,
        gate: RegressionGate? = nil
    ) throws -> BaselineComparison {
        try #require(try Baseline(old, called: "old.json", gate: gate).finding(on: new).comparison)
    }

    /// The delta method for a paired difference of ratios, written out; its quantile of t is that of 5 degrees of freedom.
    @Test func pairsAreComparedPairByPair() throws {
        let comparison = try Self.compare(Self.simulation(Self.before), Self.simulation(Self.after, agents: 9))
        #expect(comparison.isPaired && comparison.level == 0.95)
        func influences(_ calls: [(Int, Int)]) -> (ratio: Double, values: [Double]) {
            let answered = Double(calls.reduce(0) { $0 + $1.1 })
            let ratio = Double(calls.reduce(0) { $0 + $1.0 }) / answered
            return (ratio, calls.map { (Double($0.0) - ratio * Double($0.1)) / (answered / Double(calls.count)) })
        }
        let (old, new) = (influences(Self.before), influences(Self.after))
        let differences = zip(new.values, old.values).map { $0 - $1 }
        let error = (differences.reduce(0) { $0 + $1 * $1 } / 30).squareRoot()
        let row = try #require(comparison.rows.first)
        let interval = try #require(row.interval)
        #expect(abs((row.difference ?? 0) - (new.ratio - old.ratio)) < 1e-15)
        #expect(abs(interval.halfWidth - 2.570581836 * error) < 1e-10)
        #expect(row.change == .worse && row.tolerance == nil && !row.isRegression)
        #expect(comparison.scenarioDifferences.map(\.text) == ["contactCenter.agents: 10 → 9"])
    }

    @Test(arguments: [(2, 1, "the seeds differ"), (1, nil, "random streams"), (1, 2, "random streams")])
    func otherResultsAreIndependent(_ seed: Int, _ streams: Int?, _ reason: String) throws {
        let old = Self.simulation(Self.before, seed: seed, streams: streams)
        let comparison = try Self.compare(old, Self.simulation(Self.after))
        #expect(!comparison.isPaired && comparison.notes.contains { $0.contains(reason) })
        let welch = WelchDifference(
            try #require(
                .init(RatioEstimate(Self.after.map { .init(numerator: Double($0.0), denominator: Double($0.1)) }))
            ),
            try #require(
                .init(RatioEstimate(Self.before.map { .init(numerator: Double($0.0), denominator: Double($0.1)) }))
            )
        )
        #expect(comparison.rows.first?.interval == welch.interval())
    }

    /// Six metrics with an interval: each at 1 − 0.05/6.
    ///
    /// The tolerance is in the unit of the metric.
    @Test(arguments: [
        ("all", true), ("abandonmentRate=0", true), ("abandonmentRate=0.2%", true), ("abandonmentRate=2%", false),
        ("occupancy=0", false), ("abandonmentRate=0.02,occupancy=1", false),
    ])
    func theGateFailsBeyondItsTolerance(_ text: String, _ fails: Bool) throws {
        let gate = try RegressionGate(parsing: text)
        let comparison = try Self.compare(Self.simulation(Self.before), Self.simulation(Self.after), gate: gate)
        #expect(abs(comparison.level - (1 - 0.05 / 6)) < 1e-15)
        let failed = comparison.assertions.filter { $0.verdict == .fail }.map(\.name)
        #expect(failed.contains("regression.abandonmentRate") == fails, "\(comparison.rows[0])")
    }

    @Test func worseIsHigherForSomeAndLowerForOthers() throws {
        for metric in ComparedMetric.allCases {
            let names = ["abandonmentRate", "waitSeconds", "idleSeconds", "webhooksLost", "durationSeconds"]
            #expect(metric.isWorseHigher == names.contains(metric.rawValue))
            func row(_ low: Double, _ high: Double) -> BaselineComparison.Row {
                let interval = ConfidenceInterval(lower: low, upper: high)
                return .init(metric: metric, baseline: 1, current: 1, difference: 0, interval: interval, tolerance: 2)
            }
            #expect(row(1, 3).change == (metric.isWorseHigher ? .worse : .better))
            #expect(row(-3, -1).change == (metric.isWorseHigher ? .better : .worse))
            #expect(row(-1, 1).change == .notShown)
            #expect(
                row(2.5, 3).isRegression == metric.isWorseHigher && row(-3, -2.5).isRegression == !metric.isWorseHigher
            )
            #expect(!row(1.5, 3).isRegression && !row(2, 3).isRegression && !row(-3, -2).isRegression)
        }
    }

    @Test func aComparisonIsReadBackFromItsDocument() throws {
        let gate = try RegressionGate(parsing: "all")
        let comparison = try Self.compare(
            Self.simulation(Self.before),
            Self.simulation(Self.after, agents: 9),
            gate: gate
        )
        #expect(BaselineComparison(comparison.json) == comparison)
    }

    /// Of a run the rates have intervals; a count or a time of one run has none, and never gates.
    @Test func runsAreComparedByWhatOneRunCanShow() throws {
        let run = try Specimen.pass.result()
        var worse = run.facts
        worse.calls.abandoned += 9
        worse.calls.completed -= 9
        worse.webhooks.lost = 4
        let gate = try RegressionGate(parsing: "all")
        let comparison = try Self.compare(run.json, RunResult(judging: worse).json, gate: gate)
        let rows = Dictionary(uniqueKeysWithValues: comparison.rows.map { ($0.metric, $0) })
        let interval = try #require(rows[.abandonmentRate]?.interval)
        let (answered, abandoned) = (worse.calls.outcomes[.answered] ?? 0, worse.calls.abandoned)
        #expect(
            interval
                == ProportionInterval.difference((abandoned, answered), (abandoned - 9, answered), level: 1 - 0.05 / 2)
        )
        #expect(rows[.abandonmentRate]?.change == .worse)
        #expect(rows[.webhooksLost]?.difference == 4 && rows[.webhooksLost]?.isRegression == false)
        #expect(comparison.assertions.map(\.name) == ["regression.abandonmentRate", "regression.accuracyRate"])
        #expect(comparison.notes.contains { $0.contains("webhooksLost") && $0.contains("never fails a comparison") })
    }

    @Test func differencesOfScenariosHaveTheirPaths() throws {
        func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }
        let old = try read(#"{"a":{"b":1,"c":[1,2]},"d":"3%","e":2.50}"#)
        let new = try read(#"{"a":{"b":2,"c":[1]},"d":"3%","e":2.5,"f":{"g":true}}"#)
        #expect(
            ScenarioDifference.all(old, new).map(\.text) == [
                "a.b: 1 → 2", "a.c.1: 2 → not written", #"f: not written → {"g":true}"#,
            ]
        )
    }

    @Test func terminalMarkdownAndSeriesAreGolden() throws {
        let gate = try RegressionGate(parsing: "abandonmentRate=0.1%,occupancy=1%")
        let baseline = try Baseline(Self.simulation(Self.before), called: "01M821QA56X5ZM5PW62SPXZAGX", gate: gate)
        let finding = baseline.finding(on: Self.simulation(Self.after, agents: 9))
        let comparison = try #require(finding.comparison)
        let lines = comparison.lines(style: .plain, width: 100)
        try Golden.expect(lines.joined(separator: "\n") + "\n", "baseline.txt")
        try Golden.expect(comparison.json.prettyText + "\n", "baseline.json")
        for specimen in [Specimen.fail, .hostile, .unknown] {
            let document = ResultDocument(try specimen.result())
            let markdown = MarkdownSummary(document).text
            #expect(markdown.split(separator: "\n").count <= 60)
            try Golden.expect(markdown, "\(specimen.rawValue).md")
            let lines = WorkflowAnnotations.lines(of: document) { _ in .init(file: "a,b:c.yaml", line: 3, column: 5) }
            try Golden.expect(lines.joined(separator: "\n") + "\n", "\(specimen.rawValue)-github.txt")
            try Golden.expect(ResultText(document).text, "\(specimen.rawValue)-stored.txt")
            try Golden.expect(StoredReport.html(document), "\(specimen.rawValue)-stored.html")
        }
        try Golden.expect(SeriesTable(try Specimen.fail.result().json).text, "fail.csv")
    }

    @Test func annotationsAreEscapedAsTheRunnerReadsThem() {
        let line = WorkflowAnnotations.line(
            .error,
            at: .init(file: "a,b:c%.yaml", line: 3, column: 5),
            title: "t:1,2",
            "50 % of\nall, a:b"
        )
        #expect(line == "::error file=a%2Cb%3Ac%25.yaml,line=3,col=5,title=t%3A1%2C2::50 %25 of%0Aall, a:b")
    }
}
