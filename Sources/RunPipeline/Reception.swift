import RunStore
import SimulationClient
import Webhooks

/// What takes the events of a run.
struct Reception: Sendable {
    /// Where they are kept.
    let inbox: Inbox
    /// What answers their senders.
    let receiver: WebhookReceiver
    /// Brings the next poll forward when the last call has ended.
    let wake: WakeSignal
}
