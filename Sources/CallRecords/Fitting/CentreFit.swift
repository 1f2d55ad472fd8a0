package import DialerEngine
import DiscreteEvents
import ExactJSON
import RunReport
import Statistics

/// A contact centre as call records show it.
package struct CentreFit: Sendable {
    /// What it was fitted to.
    package var summary: CallSummary
    /// The scenario's name.
    package var name: String
    /// The seed of the tests.
    package var seed: UInt32
    package var outcomes: FittedOutcomes
    /// Each recorded quantity, in the order of ``TimeQuantity/all``.
    package var times: [Quantity]
    package var patience: FittedPatience
    package var shift: FittedShift
    package var list: FittedList?
    /// What a reader must know, that of the records first.
    package var warnings: [RecordWarning]

    /// A quantity and its distribution.
    package struct Quantity: Sendable {
        package var quantity: TimeQuantity
        package var time: FittedTime
    }

    /// Fits everything that a scenario says of a contact centre.
    ///
    /// - Parameter progress: Called with the name of what is fitted next.
    package init(
        _ summary: CallSummary,
        name: String = Self.usualName,
        seed: UInt32 = 1,
        progress: (String) -> Void = { _ in }
    ) {
        self.summary = summary
        self.name = name
        self.seed = seed
        shift = FittedShift(summary)
        progress("outcomes by hour")
        outcomes = FittedOutcomes(summary, shift: shift, seed: UInt64(seed) << 8)
        times = []
        for (index, quantity) in TimeQuantity.all.enumerated() {
            guard let sample = summary.times[quantity], sample.heldCount > 0 else { continue }
            progress(quantity.name)
            let time = FittedTime(sample, seed: UInt64(seed) << 8 + UInt64(index + 1))
            times.append(Quantity(quantity: quantity, time: time))
        }
        progress("patience")
        patience = FittedPatience(summary.patience)
        list = FittedList(summary)
        warnings = summary.warnings
        warnings += ownWarnings()
    }

    /// The name of a scenario that is given no other.
    package static let usualName = "call-records"

    /// The distribution of a quantity; nil if the records do not hold it.
    package subscript(quantity: TimeQuantity) -> FittedTime? { times.first { $0.quantity == quantity }?.time }

    private func ownWarnings() -> [RecordWarning] {
        var found: [RecordWarning] = []
        func warn(_ code: String, _ detail: String) { found.append(RecordWarning(code, detail)) }
        for entry in times where entry.time.isSmall {
            let count = NumberText.count(entry.time.sample.count, "value")
            warn("sample.small", "\(entry.quantity.name) has \(count), fewer than 30; they are used as they are.")
        }
        for entry in times where entry.time.sample.isReservoir && !warnings.contains(where: { $0.code == "reservoir" })
        {
            let (held, all) = (entry.time.sample.heldCount, entry.time.sample.count)
            warn(
                "reservoir",
                "\(entry.quantity.name) is fitted to \(NumberText.count(held)) of \(NumberText.count(all)) values, "
                    + "drawn by chance; its mean is that of all."
            )
        }
        let abandoned = patience.samples.abandoned.count
        switch patience.reason {
        case .fewCalls:
            warn(
                "sample.small",
                "patience has \(NumberText.count(abandoned, "abandoned call")) with a wait, fewer than 30; 2 s are assumed."
            )
        case .limitOfDialer:
            let limit = Duration.text(seconds: patience.time.distribution.mean)
            warn(
                "patience.limit",
                "More than half of the abandoned calls waited \(limit): that is the dialer's own limit, not what people bear."
            )
        case .quantiles:
            warn("patience.quantiles", "No family describes the waits of abandoned calls; quantiles are used.")
        case .fitted: break
        }
        if shift.agents.leftOut > 0 {
            let (out, all) = (shift.agents.leftOut, NumberText.count(shift.agents.all, "agent"))
            warn(
                "roster.irregular",
                "\(NumberText.count(out)) of \(all) worked on fewer than half of the days and "
                    + "\(out == 1 ? "is" : "are") not in the roster."
            )
        }
        if shift.idleAgents > 0 {
            warn(
                "roster.gaps",
                "\(NumberText.count(shift.idleAgents, "agent")) \(shift.idleAgents == 1 ? "has" : "have") more or longer gaps "
                    + "than breaks, so no breaks are taken from them; an agents' log tells breaks from waiting."
            )
        }
        return found
    }
}

extension TimeQuantity {
    /// All quantities in the order of a scenario.
    package static let all: [TimeQuantity] = AttemptOutcome.allCases.map { .ringing($0) } + [.talk, .wrap]

    /// The dotted name: `ringing.answer`, `talk`.
    package var name: String {
        switch self {
        case .ringing(let outcome): "ringing.\(outcome.scenarioName)"
        case .talk: "talk"
        case .wrap: "wrap"
        }
    }

    /// What its values come from, such as `answered calls`.
    package var calls: String {
        switch self {
        case .ringing(.dialTone): "calls with a dial tone"
        case .ringing(.busy): "busy calls"
        case .ringing(.noAnswer): "calls without an answer"
        case .ringing(.answered): "answered calls"
        case .ringing(.voicemail): "calls to voicemail"
        case .talk: "conversations"
        case .wrap: "wrap-ups"
        }
    }
}

extension AttemptOutcome {
    /// The name among a scenario's ringing times.
    package var scenarioName: String {
        switch self {
        case .dialTone: "dialTone"
        case .busy: "busySignal"
        case .noAnswer: "noAnswer"
        case .answered: "answer"
        case .voicemail: "voicemail"
        }
    }
}
