import CallRecords
import ExactJSON
import HTTPExchange
import RunPipeline
import RunReport
import ScenarioFile
import SimulationAPI
import SimulationClient

/// Reads the settings of a CXone skill from the API of its tenant.
struct SkillReading {
    private let skill: Int
    private let profile: LoadedProfile
    private let common: CommonOptions
    /// How long all of it may take.
    private static let patience = Duration.seconds(300)

    /// - Parameter profile: A file that says where the API is; without one the environment has to.
    init(skill: Int, profile: String?, _ common: CommonOptions) throws {
        self.skill = skill
        self.common = common
        guard profile == nil else {
            self.profile = try LoadedProfile.load(profile ?? "")
            return
        }
        var tenant = TargetProfile(name: "cxone", capabilities: .cxone)
        tenant.tokenRules.style = .accessKey
        self.profile = LoadedProfile(profile: tenant, word: "cxone")
        let missing = ["CXONE_BASE_URL", "CXONE_TOKEN_URL"].filter { Environment.filled($0) == nil }
        guard missing.isEmpty else {
            throw CommandFailure.usage(
                "--skill needs \(missing.joined(separator: " and ")), or a --profile with baseUrl and tokenUrl: where the API "
                    + "of the tenant is, such as https://api-na1.niceincontact.com and "
                    + "https://na1.nice-incontact.com/authentication/v1/token/access-key"
            )
        }
    }

    func campaign() async throws -> ImportedCampaign {
        let remote = try RemoteConfiguration.read(profile)
        let settings: JSONValue
        do {
            settings = try await HTTPTransport.withConnections(remote.connections) { transport in
                try await read(
                    SimulationClient(
                        target: remote.target,
                        credentials: remote.credentials,
                        capabilities: remote.capabilities,
                        version: Run.version,
                        hiding: remote.connections.proxies.secrets,
                        environment: ClientEnvironment(transport: transport)
                    )
                )
            }
        } catch let error as ClientError {
            let code: RunReport.ExitCode = [.timedOut, .cancelled].contains(error.code) ? .timedOut : .refused
            throw CommandFailure(code: code, message: "\(error)")
        }
        do { return try ImportedCampaign.read(settings, from: .cxone) } catch {
            throw CommandFailure(code: .refused, message: "the settings of skill \(skill) cannot be used: \(error)")
        }
    }

    /// Both parts of the settings; a skill without retry settings is told of and read all the same.
    private func read(_ client: SimulationClient) async throws(ClientError) -> JSONValue {
        let deadline = client.timeline.after(Self.patience)
        var parts = [
            JSONValue.Member(
                SkillSettings.general.member,
                try await client.settings(.general, of: skill, until: deadline)
            )
        ]
        do throws(ClientError) {
            parts.append(
                .init(SkillSettings.retry.member, try await client.settings(.retry, of: skill, until: deadline))
            )
        } catch {
            guard [.notFound, .forbidden, .refusedByServer].contains(error.code) else { throw error }
            Console.error("ringback: warning: the retry settings of the skill are left out: \(error)")
        }
        return .object(parts)
    }
}
