import ExactJSON
import SimulationAPI
import Statistics

/// The numbers of a `result.json`, as far as another result can be compared with them.
struct MeasuredResult {
    enum Kind: String {
        case run, simulate
    }

    /// What is known of one metric.
    enum Sample {
        /// Numerator and denominator of each replication.
        case ratios([RatioObservation])
        /// A value with its standard error.
        case estimate(WelchDifference.Side)
        case proportion(successes: Int, trials: Int)
        /// A value without a measure of its error.
        case value(Double)

        var mean: Double? {
            switch self {
            case .ratios(let pieces): RatioEstimate(pieces).value
            case .estimate(let side): side.value
            case .proportion(let successes, let trials):
                trials > 0 ? Double(successes) / Double(trials) : nil
            case .value(let value): value
            }
        }
    }

    let kind: Kind
    let scenario: String
    let seed: Int?
    let replications: Int?
    /// The version of the random streams; results of the same one draw the same customers.
    let streams: Int?
    let version: Int?
    let document: JSONValue?
    private(set) var samples: [ComparedMetric: Sample] = [:]

    /// Whether the replications of a simulation are there one by one.
    var hasReplications: Bool {
        samples.values.contains { if case .ratios = $0 { true } else { false } }
    }

    /// Reads a result; nil if it holds no measurements of a run or of a simulation.
    init?(_ json: JSONValue) {
        guard json["verdict"]?.string != nil, let scenario = json["scenario"]?.string else { return nil }
        self.scenario = scenario
        seed = json["seed"]?.integer
        replications = json["replications"]?.integer
        streams = json["randomStreams"]?.integer
        version = json["version"]?.integer
        document = json["scenarioDocument"]
        if json["metrics"]?.isObject == true {
            kind = .simulate
            for metric in ComparedMetric.ofSimulation { samples[metric] = Self.sample(metric, json) }
        } else if let calls = json["calls"], calls["maxCalls"] != nil || calls["completed"] != nil {
            kind = .run
            for metric in ComparedMetric.ofRun { samples[metric] = Self.sample(ofRun: metric, json) }
        } else {
            return nil
        }
        if samples.isEmpty { return nil }
    }

    // MARK: - A simulation

    private static func sample(_ metric: ComparedMetric, _ json: JSONValue) -> Sample? {
        let names = json["batches"] == nil || json["batches"] == .null ? ["perReplication"] : ["batches"]
        for pieces in names.compactMap({ json[$0]?.elements }) where pieces.count > 1 {
            let observations = pieces.compactMap { observation(metric, $0) }
            if observations.count == pieces.count { return .ratios(observations) }
        }
        guard let estimate = json["metrics"]?[metric.rawValue], let mean = estimate["mean"]?.double else { return nil }
        guard let low = estimate["low"]?.double, let high = estimate["high"]?.double,
            let count = json["replications"]?.integer, count > 1
        else { return .value(mean) }
        // An interval that was cut off at the end of a range is whole on its other side.
        let halfWidth = max(mean - low, high - mean)
        let quantile = -StudentTDistribution(degreesOfFreedom: Double(count - 1)).quantile(0.025)
        return .estimate(.init(value: mean, standardError: halfWidth / quantile, count: Double(count)))
    }

    /// What a replication contributes to a ratio, from the sums of its document.
    private static func observation(_ metric: ComparedMetric, _ piece: JSONValue) -> RatioObservation? {
        func sum(_ names: String..., times factor: Double = 1) -> Double? {
            var sum = 0.0
            for name in names {
                guard let value = piece[name]?.double else { return nil }
                sum += value
            }
            return factor * sum
        }
        let (numerator, denominator): (Double?, Double?) =
            switch metric {
            case .abandonmentRate: (sum("abandoned", "falsePositives"), sum("answered"))
            case .occupancy: (sum("busySeconds") ?? sum("talkSeconds", "wrapSeconds"), sum("dutySeconds"))
            case .connectsPerAgentHour: (sum("connects", times: 3600), sum("dutySeconds"))
            case .dialsPerAgentHour: (sum("dials", times: 3600), sum("dutySeconds"))
            case .waitSeconds: (sum("waitSeconds"), sum("answered"))
            case .idleSeconds: (sum("idleSeconds"), sum("idlePeriods"))
            default: (nil, nil)
            }
        guard let numerator, let denominator, denominator >= 0 else { return nil }
        return RatioObservation(numerator: numerator, denominator: denominator)
    }

    // MARK: - A run

    private static func sample(ofRun metric: ComparedMetric, _ json: JSONValue) -> Sample? {
        func value(_ number: JSONValue?) -> Sample? { number?.double.map { .value($0) } }
        switch metric {
        case .abandonmentRate:
            guard let abandoned = json["calls"]?["abandoned"]?.integer,
                let answered = json["outcomes"]?["answered"]?["observed"]?.integer,
                0 <= abandoned, abandoned <= answered, answered > 0
            else { return value(json["calls"]?["abandonmentRate"]) }
            return .proportion(successes: abandoned, trials: answered)
        case .accuracyRate: return accuracy(json) ?? value(json["accuracyRate"])
        case .waitSeconds: return value(json["calls"]?["waitSeconds"]?["mean"])
        case .callsAttempted: return value(json["calls"]?["attempted"])
        case .callsCompleted: return value(json["calls"]?["completed"])
        case .webhooksLost: return value(json["webhooks"]?["lost"])
        case .durationSeconds: return value(json["durationSeconds"])
        default: return nil
        }
    }

    /// The accuracy rate with its error by the delta method: 1 − ½Σ|p̂ᵢ − pᵢ| is linear in the observed shares as long
    /// as no difference changes its sign, and varies less where they do.
    private static func accuracy(_ json: JSONValue) -> Sample? {
        guard let accuracy = json["accuracyRate"]?.double, case .object(let outcomes)? = json["outcomes"] else {
            return nil
        }
        let observed = outcomes.map { $0.value["observed"]?.double ?? 0 }
        let total = observed.reduce(0, +)
        guard total > 0 else { return nil }
        var (mean, square) = (0.0, 0.0)
        for (member, count) in zip(outcomes, observed) {
            guard let injected = member.value["injected"]?.double else { return nil }
            let share = count / total
            let slope = share > injected ? -0.5 : 0.5
            mean += slope * share
            square += slope * slope * share
        }
        let error = (max(0, square - mean * mean) / total).squareRoot()
        return .estimate(.init(value: accuracy, standardError: error, count: .infinity))
    }
}
