package import RunPipeline

/// How the service runs what it is asked for.
package struct RunSettings: Sendable {
    /// How many runs go on at once.
    package var workers = 5
    /// The target of `?target=cxone`; `nil` if the environment does not describe one.
    package var remote: RemoteTarget?
    /// Why the target is missing, and what to set.
    package var missing = "this service has no such target; start it with CXONE_CLIENT_ID and CXONE_CLIENT_SECRET"
    /// The time limit of a run.
    package var timeout = Duration.seconds(300)
    /// The pause between two polls; `nil` for the target's own.
    package var pollInterval: Duration?
    /// How long no event must have come before missing ones count as lost; `nil` for the target's own.
    package var drain: Duration?
    /// The address that remote targets send events to; `nil` for the address of the service itself.
    package var webhookURL: String?
    /// The key that deliveries are signed with.
    package var webhookSecret: String?
    /// The most simulations at once, where a scenario does not say; `nil` for the scenario's own default.
    package var maxActiveSimulations: Int?

    package init() {}
}
