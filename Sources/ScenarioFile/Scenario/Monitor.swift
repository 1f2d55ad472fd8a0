public import Addresses
public import SimulationAPI

extension Scenario {
    /// An external system that receives a copy of every accepted event.
    public struct Monitor: Hashable, Sendable {
        /// Where the events go.
        public enum Destination: Hashable, Sendable {
            /// As they came, by POST.
            case http(HTTPURL)
            /// As messages, to a Slack webhook.
            case slack(HTTPURL)
            /// As lines, appended to a file.
            case file(path: String)
            /// As lines, to standard output.
            case stdout
        }

        /// The kinds of destination.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case http, slack, file, stdout

            /// Whether the monitor gets one message about a whole run, in place of its events.
            public var isMessage: Bool {
                switch self {
                case .slack: true
                case .http, .file, .stdout: false
                }
            }

            /// Whether the monitor prints its events on standard output, which no other process and no `--json` may share.
            public var usesStandardOutput: Bool {
                switch self {
                case .stdout: true
                case .http, .slack, .file: false
                }
            }
        }

        /// When a failed delivery is tried again.
        public enum Schedule: String, Hashable, Sendable, CaseIterable {
            /// After pauses of 1, 5, 15 and 30 s.
            case fast
            /// Over days, as Standard Webhooks advise.
            case standard
        }

        /// The monitor's name, unique in the scenario.
        public var name: String
        /// Where the events go.
        public var destination: Destination
        /// The address as written; `nil` for standard output.
        public var url: String?
        /// The environment variable that holds the secret that deliveries are signed with.
        public var secretEnv: String?
        /// When a failed delivery is tried again; `nil` is the command's own default.
        public var schedule: Schedule?
        /// Whether a run waits until every event is delivered or dead.
        public var required = false
        /// The private addresses that may be delivered to.
        public var allow: [AddressRange] = []
        /// The call states that are forwarded; `nil` is all.
        public var states: Set<CallState>?
        /// The outcomes that are forwarded; `nil` is all.
        public var outcomes: Set<CallOutcome>?

        /// The kind of destination.
        public var kind: Kind {
            switch destination {
            case .http: .http
            case .slack: .slack
            case .file: .file
            case .stdout: .stdout
            }
        }
    }
}
