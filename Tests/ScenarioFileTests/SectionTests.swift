import DialerEngine
import ExactJSON
import ScenarioFile
import Testing

@Suite("Problems of each part", .timeLimit(.minutes(5)))
struct SectionTests {
    /// What stands in line 16, and each diagnostic without its file and line.
    static let table: [(String, [String])] = [
        ("pacing: powr", ["9: error: unknown pacing policy \"powr\", did you mean \"power\"? [field.unknown]"]),
        ("pacing: {powr: {}}", ["10: error: unknown pacing policy \"powr\", did you mean \"power\"? [field.unknown]"]),
        ("pacing: power", ["9: error: linesPerAgent is missing [field.missing]"]),
        (
            "pacing: {power: {linesPerAgent: 0}}",
            ["33: error: linesPerAgent is 0; it must be above 0 and at most 1000 [field.range]"]
        ),
        ("pacing: {}", ["9: error: pacing names no policy, such as progressive [pacing.invalid]"]),
        (
            "pacing: {power: {linesPerAgent: 2}, ratio: {level: 1}}",
            ["9: error: pacing names power and ratio; it takes one policy [pacing.invalid]"]
        ),
        (
            "pacing: {vicidial: {method: taperd}}",
            [
                "29: error: method must be hardLimit, average or tapered, not \"taperd\", did you mean \"tapered\"? [field.type]"
            ]
        ),
        ("pacing: {vicidial: {initialLevel: 4}}", ["35: error: initialLevel 4 is above maxLevel 3 [pacing.invalid]"]),
        (
            "pacing: {lookahead: {abandonTarget: 3, horizon: 0}}",
            [
                "37: error: abandonTarget is 3; it must be at least 0 and below 1; 3 percent are written 3% [field.range]",
                "49: error: horizon is 0; it must be longer than 0 [field.range]",
            ]
        ),
        (
            "run: {shift: 8h, calls: 5}",
            ["25: error: run names shift and calls; dialling ends after one or the other [run.length]"]
        ),
        ("run: {shift: 721h}", ["14: error: shift must be at most 30 days (720h) [field.range]"]),
        (
            "run: {shift: 1h, warmUp: 60m, days: 0}",
            [
                "26: error: warmUp must be shorter than shift, or nothing is left to measure [run.warm_up]",
                "37: error: days is 0; it must be in 1…36525 [field.range]",
            ]
        ),
        (
            "run: {days: 2, warmUp: soon}",
            [
                "13: error: days is given without a shift that they repeat [run.length]",
                "24: error: warmUp must be auto or a duration such as 250ms, 2s, 1h30m or a number of seconds, not \"soon\" [field.type]",
            ]
        ),
        ("compliance: us-tsr", ["13: error: compliance must be a list, not \"us-tsr\" [field.type]"]),
        (
            "compliance: [us-tsrr, us-fcc, us-fcc]",
            [
                "14: error: unknown compliance profile \"us-tsrr\", did you mean \"us-tsr\"? [compliance.profile]",
                "31: error: duplicate compliance profile \"us-fcc\" [compliance.duplicate]",
            ]
        ),
        (
            "compliance: [{name: us-tsr, limit: 3, window: day}]",
            [
                "21: error: \"us-tsr\" is a built-in profile; choose another name [compliance.duplicate]",
                "36: error: limit is 3; it must be in 0…1; 3 percent are written 3% [field.range]",
                "47: error: window must be campaign30dBlocks, calendarDay, calendarMonth or {rollingHours: 24}, not \"day\" [field.type]",
            ]
        ),
        (
            "thresholds: {abandonRate: '<= 3%'}",
            ["14: error: unknown metric \"abandonRate\", did you mean \"abandonmentRate\"? [threshold.metric]"]
        ),
        (
            "thresholds: {occupancy: 75%}",
            ["25: error: occupancy must be a comparison such as \"<= 3%\", not \"75%\" [threshold.expression]"]
        ),
        (
            "thresholds: {callsAttempted: '== 5s'}",
            ["30: error: callsAttempted must be a comparison such as \">= 50\", not \"== 5s\" [threshold.expression]"]
        ),
        (
            "thresholds: {waitSeconds.mean: [2]}",
            ["32: error: waitSeconds.mean must be a comparison such as \"<= 2s\", not a list [threshold.expression]"]
        ),
        (
            "thresholds: {accuracyRate: '>= 95'}",
            [
                "28: warning: accuracyRate is always in 0…1, so the limit decides nothing; did you mean 95%? [threshold.limit]"
            ]
        ),
        (
            "limits: {maxConcurent: 60}",
            ["10: error: unknown field \"maxConcurent\", did you mean \"maxConcurrent\"? [field.unknown]"]
        ),
        ("limits: {maxConcurrent: 0}", ["25: error: maxConcurrent is 0; it must be in 1…1000000 [field.range]"]),
        ("limit: {}", ["1: error: unknown field \"limit\", did you mean \"limits\"? [field.unknown]"]),
        ("monitors: {}", ["11: error: monitors must be a list, not an object [field.type]"]),
        ("monitors: [{url: 'https://a.example'}]", ["12: error: name is missing [field.missing]"]),
        (
            "monitors: [{name: a b, kind: htp}]",
            [
                "19: error: name must be 1 to 64 letters A-Z a-z, digits and . _ - only [name.format]",
                "30: error: kind must be http, slack, file or stdout, not \"htp\", did you mean \"http\"? [field.type]",
            ]
        ),
        (
            "monitors: [{name: a, url: 'http://qa.example'}]",
            [
                "27: error: url uses http to qa.example, which is not a loopback host; use https, or name the host in CXONE_ALLOW_HTTP [monitor.url]"
            ]
        ),
        (
            "monitors: [{name: a, url: 'https://u:p@qa.example'}]",
            ["27: error: url must not carry a user name or password; deliveries are signed instead [monitor.url]"]
        ),
        (
            "monitors: [{name: a, url: 'https://0x7f.1/'}]",
            ["27: error: the host 0x7f.1 is neither a name nor an IP address as it is usually written [monitor.url]"]
        ),
        (
            "monitors: [{name: a, url: 'http://127.0.0.1:9/'}]",
            [
                "27: error: 127.0.0.1 is not an address of the public Internet; if it is meant, name it in allow [monitor.private_address]"
            ]
        ),
        (
            "monitors: [{name: a, url: 'https://[::ffff:10.0.0.1]/', allow: [192.168.0.0/16]}]",
            [
                "27: error: ::ffff:10.0.0.1 is not an address of the public Internet; if it is meant, name it in allow [monitor.private_address]"
            ]
        ),
        ("monitors: [{name: a, url: 'https://[::ffff:10.0.0.1]/', allow: [10.0.0.0/8]}]", []),
        ("monitors: [{name: a, url: 'http://127.0.0.1:9/', allow: [127.0.0.1]}]", []),
        (
            "monitors: [{name: a, url: 'https://10.1.2.3/', allow: [10.0.0.0/33]}]",
            [
                "27: error: 10.1.2.3 is not an address of the public Internet; if it is meant, name it in allow [monitor.private_address]",
                "56: error: allow[0] must be a range of addresses such as 10.0.0.0/8, not \"10.0.0.0/33\" [monitor.allow]",
            ]
        ),
        (
            "monitors: [{name: a, url: 'http://localhost:9/'}]",
            [
                "27: warning: localhost is this machine, but allow names no loopback address, so no delivery will arrive [monitor.private_address]"
            ]
        ),
        (
            "monitors: [{name: a, url: 'https://169.254.169.254/', allow: [0.0.0.0/0]}]",
            [
                "27: error: 169.254.169.254 hands out credentials of the cloud; no monitor can be there, whatever allow says [monitor.private_address]"
            ]
        ),
        (
            "monitors: [{name: a, url: 'https://qa%2eexample/'}]",
            ["27: error: the host qa%2eexample is not a name: a name has letters, digits, - . _ only [monitor.url]"]
        ),
        ("monitors: [{name: a, kind: file, path: out.jsonl}]", []),
        ("monitors: [{name: a, kind: file}]", ["12: error: path is missing: where the file is [field.missing]"]),
        (
            "monitors: [{name: a, kind: file, path: a, url: b}]",
            ["40: error: path and url both say where the file is; keep path [monitor.url]"]
        ),
        (
            "monitors: [{name: a, kind: file, path: 'https://a.example'}]",
            ["40: error: path of a monitor of kind file must be the path of a file [monitor.url]"]
        ),
        (
            "monitors: [{name: a, url: 'https://qa.example/', path: x}]",
            ["56: error: a monitor of kind http has no path; path is where kind file writes [monitor.url]"]
        ),
        (
            "monitors: [{name: a, kind: stdout, secretEnv: whsec_x=}]",
            ["47: error: secretEnv must be the name of an environment variable, such as QA_SECRET [name.format]"]
        ),
        (
            "monitors: [{name: a, kind: stdout}, {name: a, kind: file, url: out.jsonl}]",
            ["44: error: duplicate monitor name \"a\" [monitor.duplicate]"]
        ),
        (
            "monitors: [{name: a, kind: stdout, states: [done], outcomes: []}]",
            [
                "45: error: states[0] must be dialing, ringing, answered, connected, completed or abandoned, not \"done\" [field.type]",
                "62: error: outcomes is empty; leave it out to forward everything [field.range]",
            ]
        ),
    ]

    @Test("each part", arguments: table.indices)
    func part(_ index: Int) {
        let (text, expected) = Self.table[index]
        #expect(Fixture.problems(adding: text + "\n") == expected.map { "s.yaml:16:" + $0 }, "\(text)")
    }

    /// A distribution as `talk`, and its diagnostics from the column on.
    static let distributions: [(String, [String])] = [
        ("{constant: 0}", []), ("{exponential: {mean: 1, shift: 0}}", []), ("{uniform: {min: 0, max: 1s}}", []),
        (
            "2s",
            [
                "18: error: talk must be a distribution such as {constant: 2s} or {exponential: {mean: 15s}}, not \"2s\" [field.type]"
            ]
        ),
        ("{exponential: {mean: 0}}", ["40: error: mean is 0; it must be longer than 0 [distribution.invalid]"]),
        (
            "{exponential: {mean: -3s}}",
            ["40: error: mean is -3s; a duration must not be negative [distribution.invalid]"]
        ),
        ("{lognormal: {mean: 3s, sd: 0}}", ["46: error: sd is 0; it must be longer than 0 [distribution.invalid]"]),
        (
            "{gamma: {mean: 3s, sd: 1h}}",
            ["27: error: sd must be between a millionth and a thousand times the mean [distribution.invalid]"]
        ),
        ("{weibull: {mean: 3s, shape: 0}}", ["47: error: shape must be in 0.05…1000 [distribution.invalid]"]),
        ("{uniform: {min: 3s, max: 1s}}", ["29: error: uniform has a min above its max [distribution.invalid]"]),
        ("{empirical: []}", ["31: error: empirical must list at least one value [distribution.invalid]"]),
        (
            "{empirical: [1, -2]}",
            ["35: error: empirical[1] is -2; a duration must not be negative [distribution.invalid]"]
        ),
        (
            "{constant: 1, shift: 2}",
            ["40: error: constant takes no shift; add it to the values [distribution.invalid]"]
        ),
        (
            "{constant: 1, exponential: {mean: 2}}",
            ["18: error: talk names constant and exponential; it takes one kind of distribution [distribution.invalid]"]
        ),
        (
            "{shift: 1}",
            [
                "18: error: talk names no kind of distribution, such as {constant: 2s} or {exponential: {mean: 15s}} [distribution.invalid]"
            ]
        ),
        (
            "{exponentiel: {mean: 2}}",
            ["19: error: unknown distribution \"exponentiel\", did you mean \"exponential\"? [field.unknown]"]
        ),
        (
            "{exponential: {means: 2}}",
            [
                "34: error: mean is missing [field.missing]",
                "34: error: unknown field \"means\", did you mean \"mean\"? [field.unknown]",
            ]
        ),
        ("{exponential: {mean: 1, shift: 2}, shift: 3}", ["43: error: shift is given twice [distribution.invalid]"]),
        (
            "{constant: 1e300}",
            ["29: error: talk is 1e300; durations beyond 1000000000 s are refused [distribution.invalid]"]
        ),
    ]

    @Test("each distribution", arguments: distributions.indices)
    func distribution(_ index: Int) {
        let (text, expected) = Self.distributions[index]
        let center = Fixture.center.replacing("{constant: 60s}", with: text)
        let problems = Fixture.problems(adding: center).sorted()
        #expect(problems.count == expected.count, "\(text) \(problems)")
        for (problem, wanted) in zip(problems, expected.sorted()) {
            let message = wanted.split(separator: ": ", maxSplits: 1)[1].replacing("talk is", with: "constant is")
            #expect(problem.hasSuffix(message), "\(problem)")
            #expect(problem.hasPrefix("s.yaml:19:"))
        }
    }

    static let policies: [(String, Pacing)] = [
        ("progressive", .progressive), ("{progressive: {}}", .progressive), ("{progressive: }", .progressive),
        ("{fixedLines: {lines: 36}}", .fixedLines(36)), ("{poisson: {callsPerHour: 252}}", .poisson(callsPerHour: 252)),
        ("{ratio: {level: 1}}", .ratio(level: DecimalFactor(1))), ("vicidial", .vicidial(.init())),
        ("{lookahead: {abandonTarget: 3%}}", .lookahead(.init())), ("feedback", .feedback(.init())),
    ]

    @Test("each policy", arguments: policies.indices)
    func policy(_ index: Int) throws {
        let (text, expected) = Self.policies[index]
        let pacing = try Fixture.load("pacing: \(text)\n").scenario.pacing
        #expect(pacing == expected)
    }

    @Test("a contact centre in which everything is wrong")
    func contactCenter() {
        let text = """
            contactCenter:
              agents: 0
              lines: 2.5
              ringing: {noAnswer: {constant: 3s}}
              answeringMachineDetection: {falsePositive: 1.5, falseNegative: 0.1}
            """
        #expect(
            Fixture.problems(adding: text) == [
                "s.yaml:17:3: error: talk is missing: a distribution such as {constant: 2s} or {exponential: {mean: 15s}} [field.missing]",
                "s.yaml:17:3: error: patience is missing: a distribution such as {constant: 2s} or {exponential: {mean: 15s}} [field.missing]",
                "s.yaml:17:11: error: agents is 0; it must be in 1…1000000 [field.range]",
                "s.yaml:18:10: error: lines must be an integer, not the number 2.5 [field.type]",
                "s.yaml:19:12: error: default is missing: it stands for dialTone, busySignal, answer, voicemail [field.missing]",
                "s.yaml:20:30: error: machineTalk is missing: how long an agent stays with a machine taken for a person [field.missing]",
                "s.yaml:20:46: error: falsePositive is 1.5; it must be in 0…1; 1.5 percent are written 1.5% [probability.range]",
            ]
        )
    }

    @Test("thresholds compare exactly")
    func thresholds() throws {
        let list = try Fixture.load(
            "thresholds: {callsCompleted: '>=51', abandonmentRate: '<3%', webhooksLost: ' == 0 ', durationSeconds: '<= 1m30s'}\n"
        ).scenario.thresholds
        #expect(list.map(\.comparison) == [.atLeast, .below, .equal, .atMost])
        #expect(list[0].holds(51) && !list[0].holds(50))
        #expect(list[1].holds(0.0299) && !list[1].holds(0.03) && !list[1].holds(Double.nan))
        #expect(list[2].holds(0) && !list[2].holds(1))
        #expect(list[3].limit == 90)
    }
}
