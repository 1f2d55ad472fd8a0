package import ExactJSON
package import HTTPExchange
import SimulationAPI

/// A part of the settings of a Personal Connection skill, by the last word of its path.
package enum SkillSettings: String, Sendable, CaseIterable {
    case general = "general-settings"
    case retry = "retry-settings"

    /// The member that the API wraps the settings in.
    package var member: String { self == .general ? "generalSettings" : "retrySettings" }
}

extension SimulationClient {
    /// Reads a part of the settings of a skill, without the object that the API wraps them in.
    ///
    /// - Parameters:
    ///   - part: Which settings.
    ///   - skill: The number of the skill.
    ///   - deadline: When to give up.
    package func settings(
        _ part: SkillSettings,
        of skill: Int,
        until deadline: Timeline.Instant
    ) async throws(ClientError) -> JSONValue {
        let path = "\(target.paths.skills)/\(skill)/parameters/\(part.rawValue)"
        let call = APICall(operation: .settings, method: .get, path: path, timeout: timeouts.read) {
            (response) throws(AnswerRefusal) in
            let json = try response.json()
            let settings = json[part.member] ?? json
            guard settings.isObject else { throw .unreadable("it has no \(part.member)") }
            return settings
        }
        return try await perform(call, until: deadline).get()
    }
}
