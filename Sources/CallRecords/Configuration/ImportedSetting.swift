package import ExactJSON

/// A setting of a dialer's configuration, and what became of it.
package struct ImportedSetting: Hashable, Sendable {
    /// How much of the setting the scenario says.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// The same parameter.
        case mapped
        /// The nearest parameter; the dialer does something else with it.
        case approximated
        /// Nothing.
        case ignored
    }

    /// Its path in the file, dotted.
    package var name: String
    package var state: State
    /// The dotted path in the scenario; nil if it is ignored.
    package var to: String?
    /// Why it became that, in a few words.
    package var why: String

    /// The setting in the document of `--json`.
    package var json: JSONValue {
        [
            "name": .string(name), "state": .string(state.rawValue), "to": to.map { .string($0) } ?? .null,
            "why": .string(why),
        ]
    }
}
