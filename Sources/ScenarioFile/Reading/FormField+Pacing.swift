import DialerEngine
import ExactJSON
import SimulationAPI

extension FormField {
    /// A policy by its name, or by its name and parameters.
    func pacing() -> Pacing? {
        let names = PacingName.allCases.map(\.rawValue)
        if let text = json.string {
            guard let name = PacingName(rawValue: text) else {
                return fail(.fieldUnknown, "unknown pacing policy \(Suggestion.quoted(text, among: names))")
            }
            return emptyMember(text).policy(name)
        }
        guard isObject else { return wrongType("a policy such as progressive or {power: {linesPerAgent: 2}}") }
        return form(of: "pacing policy") { form in
            guard let body = form.one(of: names, "policy", .pacingInvalid, example: "progressive") else { return nil }
            let parameters = body.json == .null ? emptyMember(body.name) : body
            return PacingName(rawValue: body.name).flatMap { parameters.policy($0) }
        }
    }

    /// The parameters of a policy.
    private func policy(_ name: PacingName) -> Pacing? {
        form { form in
            switch name {
            case .progressive: return .progressive
            case .power:
                return form.required("linesPerAgent")?.factor(PowerPolicy.linesPerAgentBounds)
                    .map { .power(linesPerAgent: $0) }
            case .fixedLines:
                return form.required("lines")?.integer(in: FixedLinesPolicy.lineBounds).map { .fixedLines($0) }
            case .poisson:
                return form.required("callsPerHour")?.number(PoissonPolicy.callsPerHourBounds)
                    .map { .poisson(callsPerHour: $0.doubleValue) }
            case .ratio:
                return form.required("level")?.factor(RatioPolicy.levelBounds).map { .ratio(level: $0) }
            case .vicidial: return .vicidial(vicidial(form))
            case .lookahead:
                var law = LookaheadParameters()
                law.abandonTarget = form["abandonTarget"]?.abandonTarget() ?? law.abandonTarget
                law.horizon = form["horizon"]?.duration()
                return .lookahead(law)
            case .feedback:
                var law = FeedbackParameters()
                law.abandonTarget = form["abandonTarget"]?.abandonTarget() ?? law.abandonTarget
                let most = form["maxLinesPerAgent"]?.factor(FeedbackParameters.maxLinesPerAgentBounds)
                law.maxLinesPerAgent = most ?? law.maxLinesPerAgent
                law.gain = form["gain"]?.number(FeedbackParameters.gainBounds)?.doubleValue ?? law.gain
                law.pace = form["pace"]?.integer(in: FeedbackParameters.paceBounds) ?? law.pace
                return .feedback(law)
            }
        }
    }

    private func vicidial(_ form: Form) -> VicidialParameters {
        func number(_ name: String, _ bounds: Bounds, _ usual: Double) -> Double {
            form[name]?.number(bounds)?.doubleValue ?? usual
        }
        var law = VicidialParameters()
        law.method = form["method"]?.choice() ?? law.method
        law.dropLimit = form["dropLimit"]?.share().map { DecimalFactor($0) } ?? law.dropLimit
        law.target = number("target", VicidialParameters.targetBounds, law.target)
        law.intensity = number("intensity", VicidialParameters.intensityBounds, law.intensity)
        law.maxLevel = number("maxLevel", VicidialParameters.levelBounds, law.maxLevel)
        law.initialLevel = number("initialLevel", VicidialParameters.levelBounds, law.initialLevel)
        if law.initialLevel > law.maxLevel {
            let levels = "\(DecimalFactor(law.initialLevel)) is above maxLevel \(DecimalFactor(law.maxLevel))"
            (form["initialLevel"] ?? self).report(.pacingInvalid, "initialLevel \(levels)")
        }
        return law
    }
}
