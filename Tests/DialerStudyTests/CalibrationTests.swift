import DialerEngine
import ExactJSON
import RunReport
import ScenarioFile
import Statistics
import Testing

@testable import DialerStudy

@Suite("Calibration", .timeLimit(.minutes(5)))
struct CalibrationTests {
    /// A day of two hours with five agents; each value of `lines per agent` is a setting.
    static func calibration(
        _ values: [String],
        share: Double = 0.8,
        answer: String = "0.4",
        run: String = "{shift: 2h}"
    ) throws -> Calibration {
        var profile = ComplianceProfile(name: "daily", limit: DecimalFactor(3, per: 100), window: .calendarDay)
        profile.clock = .answer
        let settings = try values.map { value in
            let pacing = "{power: {linesPerAgent: \(value)}}"
            let scenario = try StudyFixture.scenario(pacing: pacing, run: run, answer: answer)
            let experiment = try #require(scenario.experiment(seed: 5))
            return CalibrationSetting(
                policy: .power,
                agents: 5,
                over: "pacing.power.linesPerAgent",
                value: value,
                window: LegalWindow(experiment, of: profile)
            )
        }
        return Calibration(
            groups: [CalibrationGroup(policy: .power, agents: 5, settings: settings)],
            plan: SequentialPlan(ChanceConstraint(proportion: share, confidence: 0.9)),
            profile: profile,
            objective: .occupancy
        )
    }

    /// A dialer's own first level can be above the highest level that a setting allows.
    @Test func noDialerBeginsAboveItsHighestLevel() throws {
        let text =
            Scenario.starter + """

                contactCenter: {agents: 5, ringing: {default: {constant: 5s}}, talk: {constant: 60s}, patience: {constant: 2s}}
                pacing: {vicidial: {initialLevel: 1.5, maxLevel: 3}}
                run: {shift: 1h}

                """
        let planning = CalibrationPlanning((text, "v.yaml"), CalibrationRequest(), seed: 1, for: "calibrate")
        let settings = try planning.plan().calibration.groups.flatMap(\.settings)
        let levels = settings.map { setting -> [Double] in
            guard case .vicidial(let law)? = setting.window?.experiment.pacing else { return [] }
            return [law.initialLevel, law.maxLevel]
        }
        #expect(levels.prefix(4) == [[1, 1], [1.25, 1.25], [1.5, 1.5], [1.5, 1.75]], "\(levels)")
    }

    /// From the cautious side up to the first setting that is not certified; nothing is tested behind it.
    @Test func theSearchEndsAtTheFirstSettingThatIsNotCertified() async throws {
        let calibration = try Self.calibration(["1", "1.2", "3", "2"])
        let results = try await calibration.run(threads: 2)
        #expect(results.map(\.verdict) == [.certified, .certified, .rejected, .notTested])
        #expect(results[0].windows == calibration.plan.looks[0].trials && results[0].windowsBreached == 0)
        #expect(results[3].windows == 0 && results[3].occupancy.mean == nil)
        let result = CalibrationResult(results, of: calibration, scenario: "small", seed: 5)
        #expect(result.groups[0].recommended?.setting.value == "1.2" && result.verdict == .pass)
        #expect(
            result.exitCode == .pass && result.sentences[0].hasPrefix("5 agents: dial with 1.2 lines per agent.")
        )
        // More was tried, so it is not said that this was the boldest.
        #expect(!result.sentences[0].contains("boldest"))
        let first = CalibrationResult(Array(results.prefix(1)), of: calibration, scenario: "small", seed: 5)
        #expect(first.sentences[0].hasSuffix("are abandoned."))
        // A stored document gives the same document and page again.
        let again = try #require(CalibrationResult(result.json))
        #expect(again.json == result.json && again.sentences == result.sentences)
        #expect(
            try CalibrationReport(again, command: nil).text() == CalibrationReport(result, command: nil).text()
        )
        let json = result.json
        #expect(json["recommended"]?.elements?.map { $0["value"]?.double } == [1.2])
        #expect(
            json["settings"]?.elements?.map { $0["verdict"]?.string } == [
                "certified", "certified", "rejected", "not tested",
            ]
        )
        #expect(json["requirement"]?["plan"]?.elements?.first?["breaches"]?.integer == 0)
    }

    @Test func aCautiousSettingThatIsRejectedFails() async throws {
        let calibration = try Self.calibration(["3"])
        let result = CalibrationResult(try await calibration.run(threads: 2), of: calibration, scenario: "s", seed: 5)
        #expect(result.verdict == .fail && result.exitCode == .assertionFailed && result.groups[0].recommended == nil)
        #expect(result.sentences[0].hasSuffix("even the most cautious setting breaks daily."))
    }

    /// The axis ends at five times the permitted share; a setting beyond it stands at the edge with its own.
    @Test(arguments: [(0.95, true), (0.8, false)])
    func aSettingBeyondThePictureSaysHowFar(share: Double, isBeyond: Bool) async throws {
        let calibration = try Self.calibration(["3"], share: share)
        let result = CalibrationResult(try await calibration.run(threads: 2), of: calibration, scenario: "s", seed: 5)
        let breached = try #require(result.groups[0].results[0].breachProbability.mean)
        #expect(breached > 0.9)
        let page = try CalibrationReport(result, command: nil).text()
        #expect(page.contains("\(NumberText.percent(breached)) →</text>") == isBeyond)
    }

    /// A window without a live answer supports no certificate.
    @Test func emptyWindowsDecideNothing() async throws {
        let calibration = try Self.calibration(["1"], answer: "0")
        let results = try await calibration.run(threads: 2)
        #expect(results[0].verdict == .inconclusive && results[0].windowsEmpty == results[0].windows)
        let result = CalibrationResult(results, of: calibration, scenario: "s", seed: 5)
        #expect(result.verdict == .inconclusive && result.exitCode == .inconclusive)
    }

    @Test func threadsDoNotMatter() async throws {
        let calibration = try Self.calibration(["1.4", "1.6"])
        let one = CalibrationResult(try await calibration.run(threads: 1), of: calibration, scenario: "s", seed: 5)
        let three = CalibrationResult(try await calibration.run(threads: 3), of: calibration, scenario: "s", seed: 5)
        #expect(one.json.text == three.json.text)
    }

    /// Parts, whatever their number, give the bytes of the whole.
    @Test(arguments: [1, 2, 3, 7])
    func partsGiveTheWhole(count: Int) async throws {
        let calibration = try Self.calibration(["1", "1.3", "2.5"])
        let whole = CalibrationResult(
            try await calibration.run(threads: 2),
            of: calibration,
            scenario: "small",
            seed: 5
        )
        let head = CalibrationShard.Head(
            scenario: "small",
            seed: 5,
            source: "text",
            calibration: CalibrationOutline(calibration)
        )
        var parts: [CalibrationShard] = []
        for number in 1...count {
            let numbers = CalibrationShard.windows(of: number, count: count, most: calibration.plan.mostTrials)
            var outcomes: [[LegalWindow.Outcome]] = []
            for setting in calibration.groups[0].settings {
                outcomes.append(try await #require(setting.window).simulate(numbers, threads: 2))
            }
            let part = CalibrationShard(number: number, count: count, head: head, outcomes: outcomes)
            // As it is read from its file.
            parts.append(try CalibrationShard(try JSONReader.read(part.json.text)))
        }
        #expect(parts.allSatisfy { $0.difference(from: parts[0]) == nil })
        let outline = parts[0].head.calibration.calibration
        let settings = outline.groups.flatMap(\.settings)
        let results = try await outline.run { setting, numbers in
            let index = try #require(settings.firstIndex(of: setting))
            return Array(parts.flatMap { $0.outcomes[index] }[Int(numbers.lowerBound)..<Int(numbers.upperBound)])
        }
        let merged = CalibrationResult(results, of: outline, scenario: "small", seed: 5)
        #expect(merged.json.text == whole.json.text && merged.csv == whole.csv)
    }

    @Test func tornPartsAreErrors() async throws {
        let calibration = try Self.calibration(["1"])
        let window = try #require(calibration.groups[0].settings[0].window)
        let numbers = CalibrationShard.windows(of: 1, count: 2, most: calibration.plan.mostTrials)
        let head = CalibrationShard.Head(
            scenario: "s",
            seed: 5,
            source: "",
            calibration: CalibrationOutline(calibration)
        )
        let outcomes = try await window.simulate(numbers, threads: 1)
        let part = CalibrationShard(number: 1, count: 2, head: head, outcomes: [outcomes]).json
        for member in ["windows", "complete", "seed", "calibration"] {
            #expect(throws: FormatError.self) { try CalibrationShard(part.removing(member)) }
        }
        let short = CalibrationShard(number: 1, count: 2, head: head, outcomes: [Array(outcomes.dropLast())]).json
        #expect(throws: FormatError.self) { try CalibrationShard(short) }
    }

    @Test(arguments: [
        ("a.b=1..3/9", ["1", "1.25", "1.5", "1.75", "2", "2.25", "2.5", "2.75", "3"]), ("a=2..1/3", ["2", "1.5", "1"]),
        ("a=1%..3%/3", ["1%", "2%", "3%"]), ("a=x,y", ["x", "y"]), ("a=0.1..0.3/3", ["0.1", "0.2", "0.3"]),
    ])
    func rangesAreRead(text: String, values: [String]) throws {
        #expect(try CalibrationRange(parsing: text).values == values)
    }

    @Test(arguments: [
        "a", "a=", "=1", "a=1..2", "a=1..2/1", "a=1..1/3", "a=x..y/3", "a=1,,2", "a=1..2/0", "a=1..2/9999",
    ])
    func wrongRangesAreErrors(text: String) {
        #expect(throws: FormatError.self) { try CalibrationRange(parsing: text) }
    }

    /// The grids have twelve values from the cautious side, all different.
    @Test(arguments: PacingName.allCases, [1, 5, 10, 200])
    func usualValuesGrow(policy: PacingName, agents: Int) {
        guard let usual = policy.aggressiveness(agents: agents) else { return }
        let numbers = usual.values.compactMap(Double.init)
        #expect(numbers.count == 12 && Set(numbers).count == 12 && numbers == numbers.sorted())
    }

    /// A month is that of the first shift, a block has 30 days, and the window knows no other rule.
    @Test func windowsAreWholeLegalOnes() throws {
        var experiment = try #require(try StudyFixture.scenario(run: "{shift: 2h, days: 3}").experiment(seed: 1))
        #expect(LegalWindow(experiment, of: .usTSR)?.experiment.days == 30)
        #expect(LegalWindow(experiment, of: .ukOfcom2010)?.experiment.days == 1)
        experiment.calendar.date = CalendarDate("2026-02-17")
        let month = try #require(LegalWindow(experiment, of: .caCRTC)?.experiment)
        #expect(month.days == 28 && month.calendar.date == CalendarDate("2026-02-01"))
        #expect(LegalWindow(experiment, of: .ukOfcom2017) == nil && LegalWindow(experiment, of: .usRegF) == nil)
        experiment.length = .calls(100)
        #expect(LegalWindow(experiment, of: .usTSR) == nil)
    }
}

extension JSONValue {
    fileprivate func removing(_ name: String) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name })
    }
}
