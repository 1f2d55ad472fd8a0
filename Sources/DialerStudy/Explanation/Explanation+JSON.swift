import DialerEngine
package import ExactJSON
import Statistics

extension Explanation {
    package var json: JSONValue {
        [
            "version": 1, "kind": "explain", "scenario": .string(scenario), "seed": .integer(seed),
            "profile": .string(profile), "limit": .double(limit), "denominator": .string(denominator.rawValue),
            "window": .integer(window), "calls": .integer(calls), "abandonments": .integer(abandonments),
            "clusters": .array(clusters.map(\.json)), "causes": .array(causes.map(\.json)),
            "days": .array(days.map(\.json)), "worstDay": worstDay.json,
        ]
    }

    /// Reads a document of `explain`; nil if it is not a whole one.
    package init?(_ json: JSONValue) {
        guard let scenario = json["scenario"]?.string,
            let seed = json["seed"]?.integer.flatMap({ UInt32(exactly: $0) }), let profile = json["profile"]?.string,
            let window = json["window"]?.integer, let calls = json["calls"]?.integer,
            let abandonments = json["abandonments"]?.integer, let causes = json["causes"]?.elements,
            let clusters = json["clusters"]?.elements
        else { return nil }
        (self.scenario, self.seed, self.profile) = (scenario, seed, profile)
        limit = json["limit"]?.double ?? 0
        denominator = json["denominator"]?.string.flatMap(ComplianceProfile.Denominator.init(rawValue:)) ?? .live
        (self.window, self.calls, self.abandonments) = (window, calls, abandonments)
        self.causes = causes.compactMap { Finding($0) }
        self.clusters = clusters.compactMap { Cluster($0) }
        days = (json["days"]?.elements ?? []).compactMap { Day($0) }
        worstDay = WorstDay(json["worstDay"])
    }
}

extension Explanation.Cluster {
    fileprivate var json: JSONValue {
        [
            "from": .double(from), "to": .double(to), "clock": .string(clock), "abandonments": .integer(abandonments),
            "state": [
                "onDuty": .integer(state.onDuty), "onBreak": .integer(state.onBreak),
                "talking": .integer(state.talking), "inFlight": .integer(state.inFlight),
                "waiting": .integer(state.waiting),
            ],
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let from = json["from"]?.double, let to = json["to"]?.double, let clock = json["clock"]?.string,
            let abandonments = json["abandonments"]?.integer
        else { return nil }
        func count(_ name: String) -> Int { json["state"]?[name]?.integer ?? 0 }
        self.init(
            from: from,
            to: to,
            abandonments: abandonments,
            clock: clock,
            state: WindowTrace.State(
                onDuty: count("onDuty"),
                onBreak: count("onBreak"),
                talking: count("talking"),
                inFlight: count("inFlight"),
                waiting: count("waiting")
            )
        )
    }
}

extension Explanation.Finding {
    fileprivate var json: JSONValue {
        ["cause": .string(cause.rawValue), "avoided": avoided.json, "inWindow": .integer(inWindow)]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let cause = json["cause"]?.string.flatMap(Explanation.Cause.init(rawValue:)) else { return nil }
        self.init(cause: cause, avoided: Estimate(json["avoided"]), inWindow: json["inWindow"]?.integer ?? 0)
    }
}
