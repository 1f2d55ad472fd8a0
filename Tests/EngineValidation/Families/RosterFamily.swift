internal import DialerEngine
internal import DiscreteEvents

/// Days with breaks and constant times, each step computed by hand.
enum RosterFamily {
    private struct Day {
        var text: String
        var entries: [Roster.Entry]
        var pacing: Pacing
        /// The seconds of ringing, talk and wrap-up; everybody answers and nobody waits.
        var times: (ringing: Double, talk: Double, wrap: Double)
        var shift: Double
        /// What happens to agents: who, what, when.
        var duty: String
        /// The calls dialled at each moment.
        var dials: String
        var connected: Int
        var abandoned: Int
        var busySeconds: Double
        var dutySeconds: Double
    }

    private static let days = [
        // All dial at 0 and at 85; as the six calls of 85 are answered at 100, two agents have just gone.
        Day(
            text:
                "power 2, 2 agents with a break of 40 s due at 100, 1 of 20 s at 230, ringing 15 s, talk 60 s, wrap-up 10 s, "
                + "shift 400 s",
            entries: [
                Roster.Entry(agents: 2, from: 0, to: 400, breaks: [.init(from: 100, length: 40)]),
                Roster.Entry(agents: 1, from: 0, to: 400, breaks: [.init(from: 230, length: 20)]),
            ],
            pacing: .power(linesPerAgent: DecimalFactor(2)),
            times: (15, 60, 10),
            shift: 400,
            duty:
                "0 on 0, 1 on 0, 2 on 0, 0 break 100, 1 break 100, 0 back 140, 1 back 140, 2 break 255, 2 back 275, 2 off 445, "
                + "0 off 480, 1 off 480",
            dials: "6 at 0, 6 at 85, 4 at 140, 2 at 170, 4 at 225, 2 at 275, 4 at 310, 2 at 360, 4 at 395",
            connected: 15,
            abandoned: 19,
            busySeconds: 15 * 70,
            dutySeconds: 2 * (100 + 340) + 255 + 170
        ),
        // Two calls are answered every 20 s; the agents of the first group leave at 140, after the calls of 80.
        Day(
            text:
                "fixedLines 2, 2 agents until 130, 1 from 90 with a break of 40 s due at 170, ringing 20 s, talk 50 s, wrap-up "
                + "10 s, shift 300 s",
            entries: [
                Roster.Entry(agents: 2, from: 0, to: 130),
                Roster.Entry(agents: 1, from: 90, to: 300, breaks: [.init(from: 170, length: 40)]),
            ],
            pacing: .fixedLines(2),
            times: (20, 50, 10),
            shift: 300,
            duty: "0 on 0, 1 on 0, 2 on 90, 0 off 140, 1 off 140, 2 break 220, 2 back 260, 2 off 380",
            dials: (0...15).map { "2 at \(20 * $0)" }.joined(separator: ", "),
            connected: 8,
            abandoned: 24,
            busySeconds: 8 * 60,
            dutySeconds: 2 * 140 + 130 + 120
        ),
    ]

    /// Every step of the agents, every call, and the sums.
    static func family() throws -> Family {
        Family(
            title: "Breaks by hand",
            introduction:
                "Constant times, so that every moment can be computed with a pencil: agents go on a break when it is "
                + "due and they are free, and stay away for its full length; who is past the end of duty finishes a call; at the "
                + "end of the shift agents stay until the last line has rung.",
            comparisons: try days.flatMap(comparisons)
        )
    }

    private static func comparisons(_ day: Day) throws -> [Comparison] {
        var center = ContactCenter(
            roster: Roster(day.entries),
            outcomes: .answering(1),
            ringing: RingingTimes(.constant(day.times.ringing)),
            talk: .constant(day.times.talk)
        )
        center.wrap = .constant(day.times.wrap)
        center.patience = .constant(0)
        let experiment = Experiment(center, pacing: day.pacing, length: .shifts(seconds: day.shift, days: 1), seed: 0)
        let words: [TraceEvent.Kind: String] = [
            .agentOnDuty: "on", .agentOffDuty: "off", .breakStarted: "break", .breakEnded: "back",
        ]
        var (duty, dials) = ([String](), [(count: Int, time: Double)]())
        let trace = TraceHandler { event in
            if let word = words[event.kind] { duty.append("\(event.agent ?? -1) \(word) \(digits(event.time))") }
            guard event.kind == .dialled else { return }
            if dials.last?.time != event.time { dials.append((0, event.time)) }
            dials[dials.count - 1].count += 1
        }
        let result = try Replication.run(experiment, number: 0, trace: trace)
        let dialled = dials.map { "\($0.count) at \(digits($0.time))" }.joined(separator: ", ")
        let sums: [(String, Double, Double)] = [
            ("connected", Double(day.connected), Double(result.measures.calls.connected)),
            ("abandoned", Double(day.abandoned), Double(result.measures.calls.abandoned)),
            ("busy seconds", day.busySeconds, result.measures.busySeconds),
            ("seconds on duty", day.dutySeconds, result.measures.agentSeconds),
        ]
        return [("agents", day.duty, duty.joined(separator: ", ")), ("calls dialled", day.dials, dialled)].map {
            Comparison(
                model: "roster",
                parameters: day.text,
                quantity: $0.0,
                exact: $0.1,
                estimate: $0.2,
                test: .identity(holds: $0.1 == $0.2),
                source: "by hand"
            )
        } + sums.map { Comparison("roster", day.text, $0.0, exact: $0.1, found: $0.2, source: "by hand") }
    }
}
