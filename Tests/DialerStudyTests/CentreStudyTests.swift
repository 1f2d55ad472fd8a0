import DialerEngine
import ExactJSON
import RingbackTestKit
import RunReport
import ScenarioFile
import Testing

@testable import DialerStudy

/// A small centre with groups of agents, a schedule, a list and errors of detection.
enum CentreFixture {
    static func scenario(falsePositive: String = "0.04", days: Int = 3) throws -> Scenario {
        let text = """
            version: 1
            name: small centre
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: f}
              outcomeInjection: {enabled: true, busySignalProbability: 0.1, noAnswerProbability: 0.4, answerProbability: 0.4}
              concurrencyLimit: 5
              maxCalls: 100
              complianceBypass: true
            contactCenter:
              roster:
                - {agents: 4, from: "09:00", to: "12:00", breaks: [{from: "10:30", for: 15m}]}
                - {agents: 3, from: "10:00", to: "11:30"}
              ringing: {default: {exponential: {mean: 10s}}, noAnswer: {constant: 20s}}
              talk: {exponential: {mean: 60s}}
              wrap: {exponential: {mean: 10s}}
              patience: {constant: 2s}
              answeringMachineDetection: {falsePositive: \(falsePositive)}
            schedule:
              - {from: "11:00", outcomeInjection: {noAnswerProbability: 0.7, answerProbability: 0.2}}
            list: {contacts: 900, maxAttempts: 3, retry: {noAnswer: 20m, busySignal: 5m}}
            pacing: {power: {linesPerAgent: 1.2}}
            run: {shift: 3h, days: \(days), replications: 10, start: "09:00", date: 2026-03-02}
            """
        return try Scenario.parse(text: text, file: "centre.yaml").scenario
    }

    static func result(_ scenario: Scenario, interval: Double? = 1800, replications: Int? = nil) async throws
        -> StudyResult
    {
        let plan = try #require(
            StudyPlan(scenario, seed: 1, replications: replications, courseInterval: interval)
        )
        return StudyResult(judging: try await plan.run(threads: 2), of: plan)
    }
}

@Suite("A centre as it is", .timeLimit(.minutes(5)))
struct CentreStudyTests {
    /// The rows of a day add up to all that happened.
    @Test func theCourseAddsUp() async throws {
        let result = try await CentreFixture.result(try CentreFixture.scenario())
        let course = try #require(result.course)
        #expect(course.shiftRows.map { course.title($0) }.prefix(2) == ["09:00–09:30", "09:30–10:00"])
        #expect(course.shiftRows.count == 6 && course.shiftRows.last.map { course.title($0) } == "11:30–12:00")
        // Three days and ten replications; the rows are means of a day.
        func total(_ value: (DayCourse.Row) -> Double?) -> Double {
            30 * course.shiftRows.compactMap(value).reduce(0, +)
        }
        #expect(abs(total { $0.attempts.mean } - Double(result.calls.attempted)) < 1e-6)
        let late = Double(result.calls.answered) - total { $0.answered.mean }
        #expect(late >= -1e-6 && late < 30 * 7)
        let duty = course.shiftRows.compactMap(\.agents.mean)
        // The break takes half of the agents of the fourth row away for half of it.
        for (row, agents) in [4.0, 4, 7, 5, 7, 4].enumerated() { #expect(abs(duty[row] - agents) < 0.1) }
        let left = try course.shiftRows.map { try #require($0.contactsLeft?.mean) }
        #expect(left == left.sorted(by: >) && left[0] < 900)
    }

    @Test func theRowsAreWrittenAsText() async throws {
        let result = try await CentreFixture.result(try CentreFixture.scenario())
        let course = try #require(result.course)
        let lines = course.csv.split(separator: "\r\n")
        #expect(lines.count == course.rows.count + 1)
        let columns = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
        #expect(Set(columns) == [27] && lines[1].hasPrefix("09:00–09:30,0,1800,4"))
        let rows = try #require(result.json["intervals"]?.elements)
        #expect(rows.count == course.rows.count && rows[0]["label"]?.string == "09:00–09:30")
        #expect(abs(try #require(rows[0]["agents"]?["mean"]?.double) - 4) < 1e-9)
        #expect(try await CentreFixture.result(try CentreFixture.scenario(), interval: nil).json["intervals"] == .null)
    }

    /// A screen that does not count persons taken for machines passes where the law fails.
    @Test func gaugesMissErrorsOfDetection() async throws {
        let result = try await CentreFixture.result(try CentreFixture.scenario(falsePositive: "0.08"))
        #expect(result.gauges.map(\.gauge) == Gauge.allCases)
        let law = try #require(result.compliance.first)
        #expect(law.verdict == .fail && result.gauges.allSatisfy { $0.law == law })
        let calls = result.calls
        let screen = Double(calls.abandoned) / Double(calls.answered - calls.falsePositives)
        let shown = try #require(result.gauges.first { $0.gauge == .vicidialToday }?.value.mean)
        // The gauge is the mean over days, not the ratio of all calls.
        #expect(abs(shown - screen) < 0.01 && shown < 0.03)
        let gauge = try #require(result.json["gauges"]?.elements?.first)
        #expect(gauge["name"]?.string == "vicidial-today" && gauge["agrees"]?.bool == false)
        #expect(gauge["verdicts"]?["law"]?.string == "fail" && gauge["law"]?["profile"]?.string == "us-tsr")
        let few = try await CentreFixture.result(try CentreFixture.scenario(falsePositive: "0"))
        let values = few.gauges.compactMap(\.value.mean)
        #expect(values.count == 4 && few.gauges[0].value == few.gauges[1].value)
    }

    @Test func theListIsCounted() async throws {
        let result = try await CentreFixture.result(try CentreFixture.scenario())
        let list = try #require(result.json["list"])
        let (reached, done) = (try #require(list["reached"]?.double), try #require(list["done"]?.double))
        let open = try #require(list["open"]?.double)
        #expect(list["contacts"]?.integer == 900 && done + open == 900 && reached <= done)
        #expect(abs(try #require(list["reachedShare"]?["mean"]?.double) - reached / 900) < 1e-12)
        #expect(try #require(list["attemptsPerContact"]?["mean"]?.double) > 1)
        #expect(result.json["metrics"]?["idleAfter"]?["mean"] != nil)
        #expect((list["exhaustedAt"] == .null) == (open > 0))
    }

    @Test func whatKeepsAgentsIdleAddsUp() async throws {
        let result = try await CentreFixture.result(try CentreFixture.scenario())
        let shares = result.idle.shares
        #expect(abs(shares.map(\.share).reduce(0, +) - 1) < 1e-9)
        #expect(Set(shares.map(\.limit)).isSubset(of: [.level, .list]))
        #expect(try #require(result.idle.sentence).hasPrefix("agents idle because "))
    }

    @Test func threadsDoNotMatter() async throws {
        let scenario = try CentreFixture.scenario()
        let plan = try #require(StudyPlan(scenario, seed: 1, courseInterval: 1800))
        let one = StudyResult(judging: try await plan.run(threads: 1), of: plan).json.text
        #expect(StudyResult(judging: try await plan.run(threads: 3), of: plan).json.text == one)
    }

    @Test func terminalDocumentAndPageAreGolden() async throws {
        let result = try await CentreFixture.result(try CentreFixture.scenario())
        try Golden.expect(StudySummary(result).text, "centre.txt")
        try Golden.expect(result.json.prettyText + "\n", "centre.json")
        let page = try StudyReport(result, command: "ringback simulate centre.yaml --seed 1").text()
        try Golden.expect(page, "centre.html")
        #expect(!page.contains("<script") && !page.contains("http://") && page.contains("</html>"))
    }
}
