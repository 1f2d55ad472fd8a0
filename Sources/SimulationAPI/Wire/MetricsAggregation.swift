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
        guard case .object(let members) = json else {
            return .failure(Violations([.type(.root, "an object", json)]))
        }
        var found: [Violation] = []
        let root = JSONPointer.root
        for member in members where member.name != "simulationId" && member.name != "metrics" {
            found.append(.unknown(member.name, at: root, known: ["simulationId", "metrics"]))
        }
        var id = ""
        switch json["simulationId"] {
        case nil: found.append(.missing("simulationId", at: root))
        case .string(let text): id = text
        case .some(let value): found.append(.type(root.appending("simulationId"), "a string", value))
        }
        let place = root.appending("metrics")
        switch json["metrics"] {
        case nil: found.append(.missing("metrics", at: root))
        case .some(let metrics):
            if case .object = metrics {
                for name in ["totalCalls", "completedCalls", "averageLatencyMs", "accuracyRate"] {
                    found += number(name, of: metrics, at: place)
                }
            } else {
                found.append(.type(place, "an object", metrics))
            }
        }
        return found.isEmpty ? .success(id) : .failure(Violations(found))
    }

    private static func number(_ name: String, of metrics: JSONValue, at place: JSONPointer) -> [Violation] {
        guard let value = metrics[name] else { return [.missing(name, at: place)] }
        let isCount = name.hasSuffix("Calls")
        guard case .number(let literal) = value, let number = ExactDecimal(literal), !isCount || number.isIntegral
        else { return [.type(place.appending(name), isCount ? "an integer" : "a number", value)] }
        if number < .zero || (name == "accuracyRate" && number > .one) {
            return [
                Violation(
                    place.appending(name),
                    .fieldRange,
                    "\(name) is \(PrintableText.excerpt(literal)); "
                        + (name == "accuracyRate" ? "it must be in 0…1" : "it must not be negative")
                )
            ]
        }
        return []
    }
}
