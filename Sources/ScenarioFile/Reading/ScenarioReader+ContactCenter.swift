import DiscreteEvents
import ExactJSON

extension ScenarioReader {
    /// The most agents or lines.
    private static let mostResources = 1_000_000

    mutating func contactCenter(_ element: Element) -> Scenario.ContactCenter? {
        let known = [
            "agents", "lines", "ringing", "talk", "wrap", "greeting", "patience", "answeringMachineDetection",
        ]
        guard let fields = fields(element, known: known) else { return nil }
        let before = problems
        let agents = required(fields, "agents").flatMap { integer($0, in: 1...Self.mostResources) }
        let lines = fields["lines"].flatMap { integer($0, in: 1...Self.mostResources) }
        let ringing = required(fields, "ringing").flatMap { self.ringing($0) }
        let talk = requiredDistribution(fields, "talk")
        let wrap = distribution(fields, "wrap")
        let greeting = fields["greeting"].map { self.greeting($0) } ?? Scenario.Greeting()
        let patience = requiredDistribution(fields, "patience")
        let detection = fields["answeringMachineDetection"].flatMap { answeringMachineDetection($0) }
        guard problems == before, let agents, let ringing, let talk, let greeting, let patience else { return nil }
        return Scenario.ContactCenter(
            agents: agents,
            lines: lines,
            ringing: ringing,
            talk: talk,
            wrap: wrap ?? .constant(0),
            greeting: greeting,
            patience: patience,
            answeringMachineDetection: detection
        )
    }

    private mutating func ringing(_ element: Element) -> Scenario.Ringing? {
        let outcomes = ["dialTone", "busySignal", "noAnswer", "answer", "voicemail"]
        guard let fields = fields(element, known: ["default"] + outcomes) else { return nil }
        let fallback = distribution(fields, "default")
        let missing = outcomes.filter { fields[$0] == nil }
        if fields["default"] == nil, !missing.isEmpty {
            _ = required(fields, "default", ": it stands for \(missing.joined(separator: ", "))")
        }
        let times = outcomes.compactMap { distribution(fields, $0) ?? fallback }
        guard times.count == outcomes.count else { return nil }
        return Scenario.Ringing(
            dialTone: times[0],
            busySignal: times[1],
            noAnswer: times[2],
            answer: times[3],
            voicemail: times[4]
        )
    }

    private mutating func greeting(_ element: Element) -> Scenario.Greeting? {
        guard let fields = fields(element, known: ["start", "length"]) else { return nil }
        var greeting = Scenario.Greeting()
        if let start = distribution(fields, "start") { greeting.start = start }
        if let length = distribution(fields, "length") { greeting.length = length }
        return greeting
    }

    private mutating func answeringMachineDetection(_ element: Element) -> Scenario.AnsweringMachineDetection? {
        let known = ["delay", "falsePositive", "falseNegative", "machineTalk"]
        guard let fields = fields(element, known: known) else { return nil }
        let falsePositive = fields["falsePositive"].map { rate($0, .probabilityRange) } ?? .zero
        let falseNegative = fields["falseNegative"].map { rate($0, .probabilityRange) } ?? .zero
        let machineTalk = distribution(fields, "machineTalk")
        if let falseNegative, !falseNegative.isZero {
            _ = required(fields, "machineTalk", ": how long an agent stays with a machine taken for a person")
        }
        let delay = distribution(fields, "delay") ?? .constant(0)
        guard let falsePositive, let falseNegative else { return nil }
        return Scenario.AnsweringMachineDetection(
            delay: delay,
            falsePositive: falsePositive,
            falseNegative: falseNegative,
            machineTalk: machineTalk
        )
    }
}
