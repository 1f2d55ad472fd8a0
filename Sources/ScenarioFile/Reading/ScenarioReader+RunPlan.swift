import ExactJSON

extension ScenarioReader {
    mutating func runPlan(_ element: Element) -> Scenario.RunPlan? {
        let known = ["shift", "days", "warmUp", "replications", "calls"]
        guard let fields = fields(element, known: known) else { return nil }
        var plan = Scenario.RunPlan()
        let shift = fields["shift"].flatMap { self.shift($0) }
        let days = fields["days"].flatMap { integer($0, in: 1...100_000) }
        let calls = fields["calls"].flatMap { integer($0, in: 1...1_000_000_000_000) }
        if let count = fields["replications"].flatMap({ integer($0, in: 1...1_000_000) }) { plan.replications = count }
        if let warmUp = fields["warmUp"].flatMap({ self.warmUp($0) }) { plan.warmUp = warmUp }
        if let second = fields["calls"], fields["shift"] != nil {
            report(second, .runLength, "run names shift and calls; dialling ends after one or the other")
        }
        if let field = fields["days"], fields["shift"] == nil {
            report(field, .runLength, "days is given without a shift that they repeat")
        }
        if let shift {
            plan.length = .shift(seconds: shift, days: days ?? 1)
        } else if let calls {
            plan.length = .calls(calls)
        }
        if let shift, case .seconds(let warmUp) = plan.warmUp, warmUp >= shift, let field = fields["warmUp"] {
            report(field, .runWarmUp, "warmUp must be shorter than shift, or nothing is left to measure")
        }
        return plan
    }

    private mutating func shift(_ element: Element) -> Double? {
        guard let seconds = duration(element) else { return nil }
        guard seconds <= Scenario.RunPlan.maximumShift else {
            report(element, .fieldRange, "shift must be at most 30 days (720h)")
            return nil
        }
        return seconds
    }

    private mutating func warmUp(_ element: Element) -> Scenario.RunPlan.WarmUp? {
        if element.node.json == "auto" { return .auto }
        let wanted = "auto or \(DurationText.wanted)"
        return duration(element, allowsZero: true, wanted).map { .seconds($0) }
    }
}
