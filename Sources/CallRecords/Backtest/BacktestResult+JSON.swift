import DialerEngine
package import ExactJSON
import RunReport

extension BacktestResult {
    package var json: JSONValue {
        let findings = findings
        return [
            "version": 1, "kind": "backtest", "scenario": .string(scenario), "seed": .integer(seed),
            "replications": .integer(replications),
            "days": .array(
                days.map { day in
                    [
                        "date": .string(day.date.description), "partial": .bool(day.isPartial),
                        "quantities": .object(
                            DayQuantity.allCases.compactMap { quantity in
                                day.quantities[quantity].map { .init(quantity.rawValue, Self.json($0)) }
                            }
                        ),
                    ]
                }
            ),
            "coverage": .object(findings.map { .init($0.quantity.rawValue, .double($0.coverage)) }),
            "findings": .object(
                findings.map { finding in
                    .init(
                        finding.quantity.rawValue,
                        [
                            "days": .integer(finding.days), "outside": .integer(finding.outside),
                            "probability": .double(finding.probability),
                            "verdict": .string(finding.verdict.rawValue),
                        ]
                    )
                }
            ),
            "notes": .array(notes.map { .string($0) }),
            "verdict": .string(verdict.rawValue),
        ]
    }

    private static func json(_ comparison: DayComparison) -> JSONValue {
        [
            "observed": .double(comparison.observed), "mean": .double(comparison.predicted.mean),
            "low": .double(comparison.predicted.low), "high": .double(comparison.predicted.high),
            "inside": .bool(comparison.isInside),
        ]
    }

    /// Reads a document of `backtest`; nil if it is not a whole one.
    package init?(_ json: JSONValue) {
        guard json["kind"]?.string == "backtest", let scenario = json["scenario"]?.string,
            let seed = json["seed"]?.integer.flatMap({ UInt32(exactly: $0) }),
            let replications = json["replications"]?.integer, let elements = json["days"]?.elements
        else { return nil }
        let days = elements.compactMap { element -> JudgedDay? in
            guard let date = element["date"]?.string.flatMap({ CalendarDate($0) }) else { return nil }
            var day = JudgedDay(date: date, isPartial: element["partial"]?.bool ?? false, quantities: [:])
            for quantity in DayQuantity.allCases {
                guard let found = element["quantities"]?[quantity.rawValue], let observed = found["observed"]?.double,
                    let mean = found["mean"]?.double, let low = found["low"]?.double, let high = found["high"]?.double
                else { continue }
                day.quantities[quantity] = DayComparison(
                    observed: observed,
                    predicted: PredictionInterval(mean: mean, low: low, high: high)
                )
            }
            return day
        }
        guard days.count == elements.count else { return nil }
        self.init(
            scenario: scenario,
            seed: seed,
            replications: replications,
            days: days,
            notes: (json["notes"]?.elements ?? []).compactMap(\.string)
        )
    }
}
