import DialerEngine
import DiscreteEvents
import ExactJSON
import SimulationAPI

extension FormField {
    /// A contact centre whose calls have these outcomes.
    ///
    /// - Parameter clock: How the times of a roster are read.
    func contactCenter(outcomes: OutcomeProbabilities, _ clock: ShiftClock) -> ContactCenter? {
        form { form in
            let team = form.team(clock)
            let lines = form["lines"]?.integer(in: ContactCenter.lineBounds)
            let ringing = form.required("ringing")?.ringing()
            let talk = form.requiredDistribution("talk")
            let wrap = form["wrap"]?.distribution()
            let greeting = form["greeting"]?.greeting()
            let patience = form.requiredDistribution("patience")
            let detection = form["answeringMachineDetection"]?.answeringMachineDetection()
            guard let team, let ringing, let talk, let patience else { return nil }
            var center = ContactCenter(agents: team.agents, outcomes: outcomes, ringing: ringing, talk: talk)
            center.roster = team.roster
            center.lines = lines
            center.wrap = wrap ?? center.wrap
            if let greeting { (center.greetingStart, center.greetingLength) = greeting }
            center.patience = patience
            center.detection = detection
            return center
        }
    }

    /// When a person begins to speak, and for how long; what is not written is 0.
    func greeting() -> (start: Distribution, length: Distribution)? {
        form { form in
            let (start, length) = (form["start"]?.distribution(), form["length"]?.distribution())
            return (start ?? .constant(0), length ?? .constant(0))
        }
    }

    func ringing() -> RingingTimes? {
        form { form in
            let outcomes = ["dialTone", "busySignal", "noAnswer", "answer", "voicemail"]
            let fields = outcomes.map { form[$0] }
            let fallback = form["default"]
            let missing = zip(outcomes, fields).filter { $0.1 == nil }.map(\.0)
            if fallback == nil, !missing.isEmpty {
                _ = form.required("default", ": it stands for \(missing.joined(separator: ", "))")
            }
            let usual = fallback?.distribution()
            let times = fields.compactMap { $0 == nil ? usual : $0?.distribution() }
            guard times.count == outcomes.count else { return nil }
            var ringing = RingingTimes(times[0])
            for (outcome, time) in zip(AttemptOutcome.allCases, times) { ringing[outcome] = time }
            return ringing
        }
    }

    func answeringMachineDetection() -> AnsweringMachineDetection? {
        form { form in
            let falsePositive = form["falsePositive"].map { $0.share(.probabilityRange) } ?? .zero
            let falseNegative = form["falseNegative"].map { $0.share(.probabilityRange) } ?? .zero
            let machineTalk = form["machineTalk"]
            if let falseNegative, !falseNegative.isZero {
                _ = form.required("machineTalk", ": how long an agent stays with a machine taken for a person")
            }
            var detection = AnsweringMachineDetection()
            detection.delay = form["delay"]?.distribution() ?? detection.delay
            detection.machineTalk = machineTalk?.distribution() ?? detection.machineTalk
            guard let falsePositive, let falseNegative else { return nil }
            detection.falsePositive = falsePositive.doubleValue
            detection.falseNegative = falseNegative.doubleValue
            return detection
        }
    }
}
