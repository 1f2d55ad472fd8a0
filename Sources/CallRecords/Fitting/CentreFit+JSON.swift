import DialerEngine
package import ExactJSON
import ScenarioFile
import SimulationAPI
import Statistics

extension CentreFit {
    /// The document of `fit --json`.
    package var json: JSONValue { json(scenario: scenario.text) }

    /// The document with this text of the scenario, and with what became of a dialer's settings in it.
    package func json(scenario text: String, settings: [ImportedSetting]? = nil) -> JSONValue {
        .object(present: [
            "version": 1,
            "rows": summary.rows.json,
            "agentRows": summary.agentRows?.json,
            "span": [
                "from": .string(summary.span.from.description), "to": .string(summary.span.to.description),
                "days": .integer(summary.span.days),
            ],
            "outcomes": outcomes.json,
            "hours": [
                "groups": .integer(outcomes.hours.count),
                "statistic": .double(FittedNumber.rounded(outcomes.test.statistic)),
                "degreesOfFreedom": .integer(outcomes.test.degreesOfFreedom),
                "p": .double(FittedNumber.rounded(outcomes.test.pValue)), "differ": .bool(outcomes.differByHour),
            ],
            "times": .object(times.map { .init($0.quantity.name, $0.time.json) }),
            "patience": patience.json,
            "roster": .array((shift.roster?.entries ?? []).map(\.json)),
            "list": list?.json,
            "settings": settings.map { .array($0.map(\.json)) },
            "warnings": .array(
                warnings.map { ["code": .string($0.code), "detail": .string($0.detail)] }
            ),
            "scenario": .string(text),
        ])
    }
}

extension RowAccount {
    /// The rows as a document has them: reasons that came up, in the order of their declaration.
    package var json: JSONValue {
        let reasons = SkipReason.allCases.compactMap { reason in
            skipped[reason].flatMap { $0 > 0 ? JSONValue.Member(reason.rawValue, .integer($0)) : nil }
        }
        return ["read": .integer(read), "used": .integer(used), "skipped": .object(reasons)]
    }
}

extension FittedOutcomes {
    /// The outcomes by the names of the simulation API, and abandoned calls apart; all are shares of the attempts.
    fileprivate var json: JSONValue {
        var members = zip(AttemptOutcome.allCases, shares).map { outcome, share in
            JSONValue.Member(CallOutcome(outcome).rawValue, share.json)
        }
        members.append(.init("abandoned", abandoned.json))
        return .object(members)
    }
}

extension FittedOutcomes.Share {
    fileprivate var json: JSONValue {
        [
            "n": .integer(count), "probability": .double(FittedNumber.rounded(probability)),
            "low": .double(FittedNumber.rounded(interval.lower)), "high": .double(FittedNumber.rounded(interval.upper)),
        ]
    }
}

extension FittedTime {
    fileprivate var json: JSONValue {
        [
            "n": .integer(sample.count), "mean": .double(FittedNumber.rounded(sample.mean)),
            "sd": .double(FittedNumber.rounded(sample.standardDeviation)), "family": .string(way.name),
            "parameters": distribution.parameters, "candidates": .array(candidates.map { json(of: $0) }),
        ]
    }

    private func json(of candidate: DurationFit) -> JSONValue {
        let isChosen =
            candidate.model.family == chosen?.model.family && candidate.isShifted == chosen?.isShifted
        // The chosen one was taken to the top of the likelihood.
        let fit = isChosen ? chosen ?? candidate : candidate
        return [
            "family": .string(fit.model.family.rawValue), "shifted": .bool(fit.isShifted),
            "aic": .double(Self.places(fit.aic, 1e3)), "ks": .double(Self.places(fit.distance, 1e6)),
            "p": isChosen ? test.map { .double(FittedNumber.rounded($0.pValue)) } ?? .null : .null,
        ]
    }

    private static func places(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
}

extension FittedPatience {
    fileprivate var json: JSONValue {
        [
            "n": .integer(samples.abandoned.count), "censored": .integer(samples.connected.count),
            "family": .string(time.way.name), "parameters": time.distribution.parameters,
        ]
    }
}

extension Roster.Entry {
    fileprivate var json: JSONValue {
        [
            "agents": .integer(agents), "from": .double(from), "to": .double(to),
            "breaks": .array(breaks.map { ["from": .double($0.from), "for": .double($0.length)] }),
        ]
    }
}

extension FittedList {
    fileprivate var json: JSONValue {
        [
            "contacts": .integer(list.contacts), "maxAttempts": .integer(list.maxAttempts ?? 1),
            "retry": .object(
                ContactList.Ending.allCases.map { ending in
                    .init(ending.rawValue, list.retry[ending].map { .double($0) } ?? .null)
                }
            ),
        ]
    }
}
