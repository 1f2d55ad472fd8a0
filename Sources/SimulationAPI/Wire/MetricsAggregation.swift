import Addresses
public import ExactJSON

/// The totals of a finished run, sent to be stored with the simulation.
public struct MetricsAggregation: Hashable, Sendable {
    /// The simulation.
    public var simulationID: String
    /// Calls seen.
    public var totalCalls: Int
    /// Calls that came to `completed`.
    public var completedCalls: Int
    /// Mean `durationMs` of final events, in milliseconds.
    public var averageLatencyMs: Double
    /// 1 − total variation distance between the injected and the observed outcome distribution, 0…1.
    public var accuracyRate: Double

    /// Creates the totals.
    public init(
        simulationID: String,
        totalCalls: Int,
        completedCalls: Int,
        averageLatencyMs: Double,
        accuracyRate: Double
    ) {
        self.simulationID = simulationID
        self.totalCalls = totalCalls
        self.completedCalls = completedCalls
        self.averageLatencyMs = averageLatencyMs
        self.accuracyRate = accuracyRate
    }

    /// The JSON of the request.
    public var json: JSONValue {
        [
            "simulationId": .string(simulationID),
            "metrics": [
                "totalCalls": .integer(totalCalls), "completedCalls": .integer(completedCalls),
                "averageLatencyMs": .double(averageLatencyMs), "accuracyRate": .double(accuracyRate),
            ],
        ]
    }

    /// Checks a request; further members under `metrics` are allowed.
    ///
    /// - Returns: the simulation's id, or everything that is wrong.
    public static func check(_ json: JSONValue) -> Result<String, Violations> {
        let report = FormReport()
        let id: String? = FormField(json, report).form { form in
            let id = form.required("simulationId")?.text()
            form.required("metrics")?.members(of: nil) { metrics in
                for name in ["totalCalls", "completedCalls", "averageLatencyMs", "accuracyRate"] {
                    metrics.required(name)?.checkMetric()
                }
            }
            return id
        }
        return report.result(id)
    }
}

extension FormField {
    fileprivate func checkMetric() {
        let (isCount, isRate) = (name.hasSuffix("Calls"), name == "accuracyRate")
        guard let number = number(isCount ? "an integer" : "a number") else { return }
        if isCount, !number.isIntegral { return reportType("an integer") }
        guard number < .zero || (isRate && number > .one) else { return }
        let shown = PrintableText.excerpt(json.number ?? "")
        report(.fieldRange, "\(name) is \(shown); " + (isRate ? "it must be in 0…1" : "it must not be negative"))
    }
}
