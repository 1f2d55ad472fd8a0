import ExactJSON
import SimulationAPI
import Testing

/// Payloads to be made wrong, one member at a time.
enum PayloadDocuments {
    /// The payload of the tutorial that the API comes from.
    static let tutorial = """
        {
          "campaignId": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
          "virtualAgentMatrix": {"flowId": "va-flow-12345", "scriptId": "script-qa-001", "language": "en-US"},
          "outcomeInjection": {"enabled": true, "dialToneProbability": 0.15, "busySignalProbability": 0.20,
            "noAnswerProbability": 0.25, "answerProbability": 0.40},
          "concurrencyLimit": 5,
          "maxCalls": 50,
          "complianceBypass": true,
          "webhookUrl": "https://qa-monitor.example.com/webhook/simulation-events",
          "tag": "predictive-calibration-test"
        }
        """

    /// The tutorial's payload with the member at `path` (`virtualAgentMatrix.flowId`) replaced by JSON text; removed
    /// where that is `nil`, appended where it is new.
    static func with(_ path: String, _ json: String?) throws -> JSONValue {
        try replace(path.split(separator: ".").map(String.init)[...], in: JSONReader.read(tutorial), json)
    }

    private static func replace(_ path: ArraySlice<String>, in value: JSONValue, _ json: String?) throws -> JSONValue {
        guard let name = path.first else { return try JSONReader.read(json ?? "null") }
        guard case .object(var members) = value else { return value }
        let index = members.firstIndex { $0.name == name }
        if path.count == 1, json == nil {
            members.removeAll { $0.name == name }
        } else {
            let new = try replace(path.dropFirst(), in: index.map { members[$0].value } ?? .null, json)
            if let index { members[index].value = new } else { members.append(.init(name, new)) }
        }
        return .object(members)
    }
}

extension Result<SimulationPayload, Violations> {
    /// One line per violation, `pointer [code] message`; empty where there is none.
    var lines: [String] {
        switch self {
        case .success: []
        case .failure(let violations): violations.list.map { "\($0.pointer) [\($0.code.rawValue)] \($0.message)" }
        }
    }

    /// The payload, where there is one.
    var payload: SimulationPayload? { try? get() }
}
