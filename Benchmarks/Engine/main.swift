import DialerEngine
import DiscreteEvents

// Calls per second of the engine: EngineBenchmark [calls] [policy…], or EngineBenchmark [calls] threads
let arguments = CommandLine.arguments.dropFirst()
let calls = arguments.first.flatMap { Int($0) } ?? 5_000_000
let names = arguments.dropFirst()

var ringing = RingingTimes(Distribution(.exponential(mean: 1), shift: 3))
ringing.answer = Distribution(.exponential(mean: 8), shift: 4)
ringing.busySignal = Distribution(.exponential(mean: 1), shift: 2)
ringing.noAnswer = .constant(25)
let spread = 0.8
let sd = 180 * (1.8964808793049515 - 1).squareRoot()  // e^(0.8²) = 1.896…
let outcomes = OutcomeProbabilities(dialTone: 0, busySignal: 0.20, noAnswer: 0.25, answer: 0.40, voicemail: 0.15)
var center = ContactCenter(
    agents: 100,
    outcomes: outcomes,
    ringing: ringing,
    talk: Distribution(.lognormal(mean: 180, sd: sd))
)
center.wrap = .exponential(mean: 30)

let policies: [(pacing: Pacing, share: Int)] = [
    (.power(linesPerAgent: DecimalFactor(2.5)), 1), (.progressive, 1), (.fixedLines(36), 1),
    (.poisson(callsPerHour: 4200), 1), (.ratio(level: DecimalFactor(1.2)), 1), (.vicidial(.init()), 1),
    (.feedback(.init()), 1), (.lookahead(.init()), 100),
]

func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
func decimals(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
}

for (pacing, share) in policies where names.isEmpty ? true : names.contains(pacing.name) {
    var experiment = Experiment(center, pacing: pacing, length: .calls(calls / share), seed: 1)
    experiment.compliance = [.usTSR]
    let clock = ContinuousClock()
    let start = clock.now
    let result = try Replication.run(experiment)
    let parts = (clock.now - start).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    let measures = result.measures
    print(
        pad(pacing.name, 12),
        decimals(Double(calls / share) / seconds / 1e6, 3),
        "Mcalls/s ",
        decimals(seconds * 1e9 / Double(calls / share), 1),
        "ns/call ",
        "events",
        result.events,
        " abandoned",
        decimals(100 * measures.abandonmentRate, 3) + "%",
        " occupancy",
        decimals(measures.occupancy, 4)
    )
}

if names.contains("threads") {
    let experiment = Experiment(
        center,
        pacing: .power(linesPerAgent: DecimalFactor(2.5)),
        length: .calls(calls / 4),
        seed: 1
    )
    for threads in [1, 2] {
        let start = ContinuousClock.now
        _ = try await Replications.run(experiment, count: 4, threads: threads)
        let parts = (ContinuousClock.now - start).components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        print(threads, "threads", decimals(Double(calls) / seconds / 1e6, 3), "Mcalls/s")
    }
}
