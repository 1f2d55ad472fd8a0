package import SimulationAPI

/// Is told what becomes of webhooks, and how long webhooks take.
package struct WebhookObserver: Sendable {
    /// A webhook was answered with a status, this long after its body had arrived.
    package var answered: @Sendable (_ status: Int, _ duration: Duration) -> Void
    /// The store has taken a webhook, or refused it, after this time.
    package var committed: @Sendable (_ duration: Duration) -> Void

    /// A webhook was not stored.
    package var refused: @Sendable (Problem) -> Void

    package init(
        answered: @escaping @Sendable (_ status: Int, _ duration: Duration) -> Void,
        committed: @escaping @Sendable (_ duration: Duration) -> Void,
        refused: @escaping @Sendable (Problem) -> Void
    ) {
        (self.answered, self.committed, self.refused) = (answered, committed, refused)
    }
}
