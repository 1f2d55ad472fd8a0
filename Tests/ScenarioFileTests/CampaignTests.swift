import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import SimulationAPI
import Statistics
import Testing

/// Rosters, schedules, lists and the calendar of a scenario file.
@Suite("A centre as it is", .timeLimit(.minutes(5)))
struct CampaignTests {
    /// A contact centre without its agents, for lines 16 to 19.
    private static let people = """
        contactCenter:
          ringing: {default: {exponential: {mean: 15s}}}
          talk: {constant: 60s}
          patience: {constant: 0}

        """

    private static func experiment(_ addition: String) throws -> Experiment {
        let experiment = try #require(try Fixture.load(addition).scenario.experiment(seed: 1))
        try experiment.validate()
        return experiment
    }

    // MARK: What is read

    @Test("a roster, a schedule, a list and a calendar reach the engine")
    func everything() throws {
        let experiment = try Self.experiment(
            Self.people + """
                  lines: 50
                  roster:
                    - {agents: 2, from: 0, to: 8h, breaks: [{from: 2h, for: 15m}, {from: "13:00", for: 30m}]}
                    - {agents: 1, from: "12:00", to: "17:00"}
                schedule:
                  - {from: 2h, outcomeInjection: {answerProbability: 0.30, noAnswerProbability: 0.40}}
                  - {from: 4h, talk: {constant: 90s}, lines: 40}
                list: {contacts: 5000, maxAttempts: 6, retry: {busySignal: 10m, noAnswer: 2h, dialTone: never, voicemail: 0 }}
                run: {shift: 8h, days: 5, start: "09:00", date: 2026-03-02, weekdays: [mon, tue, fri]}

                """
        )
        let breaks = [Roster.Break(from: 7_200, length: 900), Roster.Break(from: 14_400, length: 1_800)]
        #expect(
            experiment.center.roster
                == Roster([
                    .init(agents: 2, from: 0, to: 28_800, breaks: breaks), .init(agents: 1, from: 10_800, to: 28_800),
                ])
        )
        #expect(experiment.schedule.map(\.from) == [7_200, 14_400])
        let (first, second) = (experiment.schedule[0].center, experiment.schedule[1].center)
        #expect(first.outcomes.answer == 0.3 && first.outcomes.noAnswer == 0.4 && first.outcomes.busySignal == 0)
        #expect(abs(first.outcomes.voicemail - 0.3) < 1e-12 && first.lines == 50)
        // A member holds until a later entry sets it again.
        #expect(second.outcomes == first.outcomes && second.talk == .constant(90) && second.lines == 40)
        #expect(
            experiment.list
                == ContactList(
                    contacts: 5_000,
                    maxAttempts: 6,
                    retry: [.busySignal: 600, .noAnswer: 7_200, .voicemail: 0]
                )
        )
        #expect(experiment.calendar.startOfShift == 32_400 && experiment.calendar.date?.description == "2026-03-02")
        #expect(experiment.calendar.weekdays == [.monday, .tuesday, .friday])
        #expect(experiment.length == .shifts(seconds: 28_800, days: 5) && experiment.callLimit == nil)
    }

    @Test("a member of a schedule is replaced as a whole")
    func wholeMembers() throws {
        let experiment = try Self.experiment(
            Self.people + """
                  agents: 2
                  greeting: {start: {constant: 1s}, length: {constant: 2s}}
                  answeringMachineDetection: {delay: {constant: 1s}, falsePositive: 0.1}
                schedule:
                  - {from: 1m, greeting: {start: {constant: 3s}}, wrap: {constant: 5s}}
                  - {from: 2m, answeringMachineDetection: {falsePositive: 0.2}, patience: {constant: 4s}}
                  - {from: 3m, ringing: {default: {constant: 9s}}}

                """
        )
        let centers = experiment.schedule.map(\.center)
        #expect(centers[0].greetingStart == .constant(3) && centers[0].greetingLength == .constant(0))
        #expect(centers[0].detection == experiment.center.detection && centers[0].wrap == .constant(5))
        #expect(centers[1].detection == AnsweringMachineDetection(falsePositive: 0.2))
        #expect(centers[2].patience == .constant(4) && centers[2].ringing == RingingTimes(.constant(9)))
    }

    static let times: [(start: String, time: String, seconds: Double)] = [
        ("", "2h", 7_200), ("", "\"09:00\"", 0), ("", "13:30", 16_200), ("", "\"9:30\"", 1_800), ("", "90", 90),
        ("start: \"22:00\",", "\"22:00\"", 0), ("start: \"22:00\",", "\"06:00\"", 28_800),
        ("start: \"22:00\",", "\"24:00\"", 7_200), ("start: \"00:00\",", "\"23:59:30\"", 86_370),
    ]

    @Test("times are durations or of the clock", arguments: times.indices)
    func time(_ index: Int) throws {
        let (start, time, seconds) = Self.times[index]
        let text = "run: {\(start) shift: 24h}\nschedule: [{from: \(time), lines: 7}]\n"
        #expect(try Self.experiment(Self.people + "  agents: 2\n" + text).schedule.map(\.from) == [seconds], "\(time)")
    }

    @Test(
        "a roster without a shift is one, up to the calls that are written",
        arguments: [
            ("", 28_800, 1, 50), ("run: {calls: 70, days: 3}\n", 28_800, 3, 70), ("run: {shift: 9h}\n", 32_400, 1, nil),
            ("run: {replications: 2}\n", 28_800, 1, 50),
        ]
    )
    func rosterAsShift(_ text: String, seconds: Double, days: Int, calls: Int?) throws {
        let experiment = try Self.experiment(Self.people + "  roster: [{agents: 2, from: 0, to: 8h}]\n" + text)
        #expect(experiment.length == .shifts(seconds: seconds, days: days))
        #expect(experiment.callLimit == calls)
    }

    @Test("only a start that is written puts midnight into a shift")
    func startOfShift() throws {
        let (shift, center) = ("run: {shift: 8h}\n", Self.people + "  agents: 2\n")
        #expect(try Self.experiment(center + shift).calendar == CampaignCalendar())
        let started = try Self.experiment(center + "run: {shift: 8h, start: \"22:30\"}\n")
        #expect(started.calendar.startOfShift == 81_000)
    }

    @Test("a sandbox gets the campaign as written, and of `run` the calendar only")
    func payload() throws {
        let addition = """
            run: {shift: 8h, days: 2, start: "09:00", replications: 3, warmUp: 1m}
            schedule: [{from: 2h, lines: 3}]
            list: {contacts: 9}

            """
        let sent = try Fixture.load(Self.people + "  agents: 2\n" + addition).scenario.payload.extensions
        #expect(sent.names == ["contactCenter", "schedule", "list", "run"])
        #expect(sent.run == ["shift": "8h", "days": 2, "start": "09:00"])
        #expect(sent.schedule == [["from": "2h", "lines": 3]] && sent.list == ["contacts": 9])
        #expect(try Fixture.load(addition).scenario.payload.extensions.names.isEmpty)
        #expect(
            try Fixture.load(Self.people + "  agents: 2\nrun: {calls: 70}\n").scenario.payload.extensions.run == nil
        )
    }

    // MARK: Situations

    private static func events(of experiment: Experiment) throws -> [CallEvent] {
        var traffic = try ContactCenterTraffic(experiment)
        var events: [CallEvent] = []
        while let event = try traffic.next() { events.append(event) }
        return events
    }

    @Test("a night shift by the clock is the same as one by durations")
    func nightShift() throws {
        let clock = try Self.experiment(
            Self.people + """
                  roster: [{agents: 3, from: "22:00", to: "06:00", breaks: [{from: "01:00", for: 30m}]}]
                run: {shift: 8h, days: 2, start: "22:00", date: 2026-03-02}

                """
        )
        let durations = try Self.experiment(
            Self.people + """
                  roster: [{agents: 3, from: 0, to: 8h, breaks: [{from: 3h, for: 30m}]}]
                run: {shift: 8h, days: 2}

                """
        )
        let events = try Self.events(of: clock)
        #expect(events.count > 1_000)
        #expect(try events == Self.events(of: durations))
        // Two shifts from 2 March, each over midnight, touch three days.
        let days = Set(events.map { clock.calendar.day(at: $0.time) })
        #expect(days == [0, 1, 2])
        #expect(Set(events.map { durations.calendar.day(at: $0.time) }) == [0, 1])
    }

    @Test("Monday to Friday of thirty days from 2 March 2026 are 22 days")
    func workdays() throws {
        let experiment = try Self.experiment(
            Self.people + """
                  agents: 1
                run: {shift: 8h, days: 30, date: 2026-03-02, weekdays: [mon, tue, wed, thu, fri]}

                """
        )
        let days = try Self.events(of: experiment).filter { $0.phase == .dialing }.map { Int($0.time / 86_400) }
        #expect(Set(days) == Set((0..<30).filter { $0 % 7 < 5 }) && Set(days).count == 22)
    }

    // MARK: What is refused, and what is warned of

    /// What follows the people from line 20 on, and each diagnostic without its file.
    static let problems: [(String, [String])] = [
        (
            "  lines: 9\n",
            [
                "17:3: error: agents is missing: how many there are; or write roster: when they are on duty [field.missing]"
            ]
        ),
        (
            "  agents: 2\n  roster: [{agents: 2, from: 0, to: 1h}]\n",
            [
                "21:11: error: contactCenter names agents and roster; keep roster if agents come and leave, else agents [roster.invalid]"
            ]
        ),
        (
            "  roster: []\n",
            [
                "20:11: error: roster is empty; name a group of agents such as {agents: 4, from: 0, to: 8h} [roster.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 0, from: soon, too: 1h}]\n",
            [
                "20:12: error: to is missing: when they leave [field.missing]",
                "20:21: error: agents is 0; it must be in 1…1000000 [field.range]",
                "20:30: error: from must be a time since the start of the shift such as 2h, or by the clock such as \"13:30\", not \"soon\" [field.type]",
                "20:36: error: unknown field \"too\", did you mean \"to\"? [field.unknown]",
            ]
        ),
        (
            "  roster: [{agents: 1, from: \"25:00\", to: 1h}]\n",
            [
                "20:30: error: from must be a time since the start of the shift such as 2h, or by the clock such as \"13:30\", not \"25:00\" [field.type]"
            ]
        ),
        (
            "  roster: [{agents: 1, from: 3h, to: \"11:00\"}]\n",
            [
                "20:38: error: agents leave at 2 h (11:00), but come at 3 h (12:00); to must be later than from [roster.invalid]"
            ]
        ),
        (
            "  roster:\n  - {agents: 1, from: 3h, to: 4h}\n  - {agents: 1, from: 2h, to: 4h}\n",
            [
                "22:23: error: these agents come before those of an entry above; write the entries in the order of from [roster.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 1, from: 0, to: 8h}]\nrun: {shift: 7h}\n",
            [
                "20:37: error: agents leave at 8 h (17:00), after the end of the shift at 7 h (16:00); lengthen run.shift, or let them leave then [roster.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 1, from: 0, to: 8h, breaks: [{from: 2h, for: 30m}, {from: 2h, for: 1h}]}]\n",
            [
                "20:79: error: the break at 2 h (11:00) overlaps the one before it, which ends at 2 h 30 min (11:30); write breaks in the order of time, apart from each other [roster.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 1, from: 1h, to: 8h, breaks: [{from: 30m, for: 30m}]}]\n",
            [
                "20:58: error: the break begins at 30 min (09:30), before its agents come at 1 h (10:00) [roster.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 1, from: 0, to: 8h, breaks: [{from: 7h, for: 61m}]}]\n",
            [
                "20:57: error: the break ends at 8 h 1 min (17:01), after its agents leave at 8 h (17:00); a break lies between from and to [roster.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 1, from: 0, to: 8h, breaks: [{from: 7h, for: 0}]}]\n",
            ["20:66: error: for is 0; it must be longer than 0 [field.range]"]
        ),
        (
            "  roster: [{agents: 1, from: 0, to: 8h, breaks: [{from: 0, for: 1h}, {from: 7h, for: 1h}]}]\n",
            [
                "20:57: warning: the break begins when its agents come, so nobody works before it; let them come at 1 h (10:00) [roster.break]",
                "20:77: warning: the break ends when its agents leave, so nobody works after it; let them leave at 7 h (16:00) [roster.break]",
            ]
        ),
        (
            "  roster: [{agents: 9, from: 0, to: 1h}, {agents: 2, from: 1h, to: 2h}]\n  lines: 8\n",
            [
                "12:21: warning: concurrencyLimit 5 keeps the contact centre short of calls: 9 agents and 8 lines can use 8 at once [concurrency.binds]",
                "21:10: warning: 8 lines keep the contact centre short of calls: 9 agents can never all talk at once [lines.bind]",
            ]
        ),
        (
            "  roster: [{agents: 2, from: 0, to: 1h}, {agents: 2, from: 1h, to: 2h}]\n  lines: 2\n", []
        ),
        (
            "  agents: 2\nschedule: [{from: 1h, lines: 1}]\n",
            [
                "21:30: warning: 1 line keeps the contact centre short of calls: 2 agents can never all talk at once [lines.bind]"
            ]
        ),
        ("  agents: 2\nschedule: {}\n", ["21:11: error: schedule must be a list, not an object [field.type]"]),
        (
            "  agents: 2\nschedule: [{talk: 2s}, {from: 1h, agents: 3}]\n",
            [
                "21:12: error: from is missing: when the entry comes into force [field.missing]",
                "21:19: error: talk must be a distribution such as {constant: 2s} or {exponential: {mean: 15s}}, not \"2s\" [field.type]",
                "21:35: error: unknown field \"agents\", did you mean \"contactCenter.agents\"? [field.unknown]",
            ]
        ),
        (
            "  agents: 2\nschedule: [{from: 1h, lines: 9}, {from: \"10:00\", lines: 8}]\n",
            [
                "21:41: error: the entry begins at 1 h (10:00), not later than the one before it at 1 h (10:00); write the entries in the order of time [schedule.invalid]"
            ]
        ),
        (
            "  agents: 2\nrun: {shift: 8h}\nschedule: [{from: 8h, lines: 9}]\n",
            [
                "22:19: error: the entry begins at 8 h (17:00), when the shift is over at 8 h (17:00); leave it out, or lengthen the shift [schedule.invalid]"
            ]
        ),
        (
            "  roster: [{agents: 2, from: 0, to: 2h}]\nschedule: [{from: 3h, lines: 9}]\n",
            [
                "21:19: error: the entry begins at 3 h (12:00), when the shift is over at 2 h (11:00); leave it out, or lengthen the shift [schedule.invalid]"
            ]
        ),
        (
            "  agents: 2\nschedule: [{from: 1h, outcomeInjection: {answerProbability: 0.8, noAnswerProbability: 0.4}}]\n",
            [
                "21:41: error: the four probabilities sum to 1.2; they must not exceed 1 (the remainder is voicemail) [probability.sum]"
            ]
        ),
        (
            "  agents: 2\nschedule: [{from: 1h}, {from: 2h, talk: {constant: 1m}}]\n",
            [
                "21:12: warning: the entry changes nothing; name what is different from then on, such as talk or lines [schedule.invalid]",
                "21:24: warning: the entry changes nothing: what it names is in force already [schedule.invalid]",
            ]
        ),
        (
            "  agents: 2\nlist: {contacts: 5}\nrun: {calls: 5}\n",
            [
                "22:14: error: calls stands beside a list, which ends the dialling when it is exhausted; write shift in place of calls [run.length]"
            ]
        ),
        (
            "  agents: 2\nlist: {contacts: 5}\n",
            [
                "21:7: error: a list is called in shifts; write how long they are, such as run: {shift: 8h}, or a roster [run.length]"
            ]
        ),
        ("  roster: [{agents: 2, from: 0, to: 2h}]\nlist: {contacts: 5}\n", []),
        (
            "  agents: 2\nrun: {shift: 1h}\nlist: {contacts: 0, retry: {busy: 1m, noAnswer: often, dialTone: -1s}}\n",
            [
                "22:18: error: contacts is 0; it must be in 1…10000000 [field.range]",
                "22:29: error: unknown outcome \"busy\" [field.unknown]",
                "22:49: error: noAnswer must be never or a duration such as 250ms, 2s, 1h30m or a number of seconds, not \"often\" [field.type]",
                "22:66: error: dialTone is -1s; a duration must not be negative [field.range]",
            ]
        ),
        (
            "  agents: 2\nrun: {shift: 1h}\nlist: {contacts: 5, maxAttempts: 3, retry: {voicemail: 1m, noAnswer: 0}}\n",
            [
                "22:56: warning: the retry after voicemail has no effect: its outcome has probability 0 [list.invalid]"
            ]
        ),
        (
            "  agents: 2\nrun: {shift: 1h}\nlist: {contacts: 5, maxAttempts: 3}\n",
            ["22:34: warning: maxAttempts has no effect without retry: no contact is tried again [list.invalid]"]
        ),
        (
            "  agents: 2\nrun: {shift: 1h}\nlist: {contacts: 5, maxAttempts: 1, retry: {noAnswer: 1m}}\n",
            ["22:44: warning: retry has no effect: maxAttempts allows one attempt [list.invalid]"]
        ),
        (
            "  agents: 2\nrun: {shift: 8h, start: 9, date: 2026-02-30, weekdays: [mon, thurs]}\n",
            [
                "21:25: error: start must be a time of the clock such as \"09:00\", not the number 9 [field.type]",
                "21:34: error: date must be a date such as 2026-03-02, not \"2026-02-30\" [field.type]",
                "21:62: error: weekdays[1] must be mon, tue, wed, thu, fri, sat or sun, not \"thurs\" [field.type]",
            ]
        ),
        (
            "  agents: 2\nrun: {shift: 8h, days: 2, date: 2026-03-07, weekdays: [mon]}\n",
            [
                "21:55: error: no day of the run has a shift: the run begins on a sat and has 2 days [run.calendar]"
            ]
        ),
        (
            "  agents: 2\nrun: {shift: 8h, days: 6, weekdays: [sun]}\n",
            [
                "21:37: error: no day of the run has a shift: without a date, the run begins on a mon and has 6 days [run.calendar]"
            ]
        ),
        (
            "  agents: 2\nrun: {shift: 8h, weekdays: []}\n",
            ["21:28: error: weekdays is empty, so there is no shift; leave it out for every day [run.calendar]"]
        ),
        (
            "  agents: 2\nrun: {weekdays: [mon]}\n",
            ["21:17: error: weekdays is given without a shift that they repeat [run.length]"]
        ),
        (
            "  agents: 2\ncompliance: [us-reg-f, {name: own, attempts: 3, within: 7d}]\n",
            [
                "21:14: error: us-reg-f limits the attempts for each contact, so it needs a list: add list, or leave the rule out [compliance.profile]",
                "21:24: error: own limits the attempts for each contact, so it needs a list: add list, or leave the rule out [compliance.profile]",
            ]
        ),
    ]

    @Test("each problem has its place", arguments: problems.indices)
    func problem(_ index: Int) {
        let (text, expected) = Self.problems[index]
        #expect(Fixture.problems(adding: Self.people + text) == expected.map { "s.yaml:" + $0 }, "\(text)")
    }

    @Test("without a contact centre there is nothing to change and nobody to call")
    func withoutCenter() {
        let text = "schedule: [{from: 1h, lines: 3}]\nlist: {contacts: 3}\nrun: {shift: 2h}\n"
        #expect(
            Fixture.problems(adding: text) == [
                "s.yaml:16:11: warning: schedule has no effect without a contactCenter, which it changes [schedule.invalid]",
                "s.yaml:17:7: warning: list has no effect without a contactCenter, which calls its contacts [list.invalid]",
            ]
        )
    }

    @Test("a create says the same as a file")
    func create() throws {
        func check(_ more: String) throws -> [String] {
            let center =
                #""contactCenter":{"agents":2,"ringing":{"default":{"constant":1}},"talk":{"constant":9},"patience":{"constant":0}}"#
            let json = try JSONReader.read("{\(more.replacing("CENTER", with: center))}")
            switch Campaign.check(json, of: nil) {
            case .success: return []
            case .failure(let violations): return violations.list.map { "\($0.pointer) \($0.code.rawValue)" }
            }
        }
        #expect(try check(#"CENTER,"run":{"shift":"8h","days":2,"weekdays":["mon"]},"list":{"contacts":4}"#) == [])
        #expect(try check(#"CENTER,"run":{"shift":"8h","calls":2}"#) == ["/run/calls field.unknown"])
        #expect(try check(#"CENTER,"list":{"contacts":4}"#) == ["/list run.length"])
        #expect(try check(#""list":{"contacts":4},"run":{"shift":1}"#) == ["/contactCenter field.missing"])
        #expect(try check(#""pacing":"progressive""#) == ["/contactCenter field.missing"])
    }

    // MARK: Anything else

    @Test("anything at these places ends in a scenario that the engine accepts, or in diagnostics", arguments: 0..<4)
    func anything(_ seed: Int) throws {
        var draw = Draw(random: SplitMix64(seed: UInt64(seed)))
        var accepted = 0
        for _ in 0..<4_000 {
            let team = draw.of(["agents: 2", "roster: \(draw.roster())", "roster: \(draw.anything(3))"])
            let parts = [
                draw.member("schedule", draw.schedule()), draw.member("list", draw.list()),
                draw.member("run", draw.run()),
            ]
            let text = Self.people + "  \(team)\n" + parts.compactMap { $0 }.map { $0 + "\n" }.joined()
            do {
                let scenario = try Scenario.parse(text: Fixture.base + text, file: "s.yaml").scenario
                let experiment = try #require(scenario.experiment(seed: 1))
                #expect(throws: Never.self, "\(text)") { try experiment.validate() }
                accepted += 1
                let sent = scenario.payload.json(extensions: true)
                guard case .failure(let violations) = Campaign.check(sent, of: scenario.payload) else { continue }
                // Calls may give a length that a create cannot have.
                Issue.record("\(violations.list) \(text)")
            } catch let error as ScenarioError {
                #expect(error.diagnostics.contains { $0.severity == .error && $0.line != nil }, "\(text)")
            }
        }
        #expect(accepted > 100, "\(accepted)")
    }

    private struct Draw {
        var random: SplitMix64

        mutating func of<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }

        mutating func member(_ name: String, _ value: String) -> String? {
            Bool.random(using: &random) ? "\(name): \(value)" : nil
        }

        mutating func anything(_ depth: Int) -> String {
            let leaves = [
                "null", "true", "-1", "0", "1e999", "\"\"", "\"24:00\"", "\"99:99\"", "7d", "\"\\u0000\"", "never",
                "2026-03-02", "2h",
            ]
            guard depth > 0, Int.random(in: 0..<3, using: &random) > 0 else { return of(leaves) }
            let count = Int.random(in: 0..<4, using: &random)
            if Bool.random(using: &random) {
                return "[\((0..<count).map { _ in anything(depth - 1) }.joined(separator: ", "))]"
            }
            let names = [
                "from", "to", "for", "agents", "breaks", "lines", "talk", "contacts", "retry", "shift", "days",
            ]
            let members = names.shuffled(using: &random).prefix(count).map { "\($0): \(anything(depth - 1))" }
            return "{\(members.joined(separator: ", "))}"
        }

        mutating func time() -> String {
            of(["0", "1h", "2h", "4h", "7h59m", "8h", "\"09:00\"", "\"12:00\"", "\"17:00\"", "\"08:59\"", "1e-9"])
        }

        mutating func roster() -> String {
            let entries = (0..<Int.random(in: 1..<3, using: &random)).map { _ in
                let pause = of(["[]", "[{from: \(time()), for: \(of(["1m", "1h", "0", "1e-12"]))}]", anything(2)])
                return "{agents: \(of(["1", "2", "1000000", "0"])), from: \(time()), to: \(time()), breaks: \(pause)}"
            }
            return "[\(entries.joined(separator: ", "))]"
        }

        mutating func schedule() -> String {
            let changes = ["lines: 3", "talk: {constant: 1}", "outcomeInjection: {}", anything(3)]
            let entries = (0..<Int.random(in: 0..<3, using: &random)).map { _ in "{from: \(time()), \(of(changes))}" }
            return of(["[\(entries.joined(separator: ", "))]", anything(3)])
        }

        mutating func list() -> String {
            of([
                "{contacts: \(of(["1", "10000000", "0", "10000001"])), maxAttempts: \(of(["1", "3", "0"]))}",
                "{contacts: 5, retry: {busySignal: \(of(["0", "10m", "never", "-1", "1e12"]))}}", anything(3),
            ])
        }

        mutating func run() -> String {
            of([
                "{shift: \(of(["8h", "30d", "31d", "1e-9"])), days: \(of(["1", "7", "36525", "0"]))}",
                "{shift: 8h, weekdays: [\(of(["", "mon", "sun", "mon, tue"]))], date: \(of(["9999-12-31", "0001-01-01", "2026-13-01"]))}",
                "{calls: 5}", "{start: \(of(["\"22:00\"", "\"00:00\"", "\"24:00\"", "5"])), shift: 8h}", anything(3),
            ])
        }
    }
}
