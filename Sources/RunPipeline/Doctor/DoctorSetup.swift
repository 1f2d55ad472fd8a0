/// What `doctor` is to look at.
package struct DoctorSetup: Sendable {
    /// Where a run would go; `nil` where the configuration does not say it.
    package var target: RunTarget?
    /// The target's name, also where it cannot be used.
    package var targetName: String
    /// The name or file of the profile.
    package var profileName: String
    /// The settings of a remote target, with where each comes from.
    package var settings: [RemoteSettings.Setting] = []
    /// What the profile assumes, a line each.
    package var assumptions: [String] = []
    /// What is missing or malformed.
    package var problems: [String] = []
    /// What is odd about what is there.
    package var oddities: [String] = []
    /// The home.
    package var home: String
    /// Where the receiver listens; `nil` for the target's own.
    package var webhookListen: ListenAddress?
    /// What the payload carries, when the receiver sits behind a proxy.
    package var webhookURL: String?
    /// The key that deliveries are signed with (`whsec_…`).
    package var webhookSecret: String?
    /// The longest that one check may take.
    package var timeout: Duration = .seconds(10)

    /// Creates a setup.
    package init(target: RunTarget?, targetName: String, profileName: String, home: String) {
        self.target = target
        self.targetName = targetName
        self.profileName = profileName
        self.home = home
    }
}
