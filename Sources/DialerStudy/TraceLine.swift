package import DialerEngine
import ExactJSON
import ScenarioFile
import SimulationAPI

/// A step of a simulation as a line of JSON.
///
/// `{"replication":0,"event":"answered","time":12.5,"attempt":3,"outcome":"answered","greetingStart":12.9,"greetingEnd":14.1}`.
/// Times are virtual seconds since the start of the campaign; members that make no sense are left out.
package enum TraceLine {
    /// The line, without a newline.
    package static func text(_ event: TraceEvent, replication: UInt32) -> String {
        let outcome = event.outcome.map { JSONValue.string(CallOutcome($0).rawValue) }
        return JSONValue.object(present: [
            "replication": .integer(replication),
            "event": .string(event.kind.rawValue),
            "time": .double(event.time),
            "attempt": event.attempt.map { .integer($0) },
            "contact": event.contact.map { .integer($0) },
            "outcome": outcome,
            "agent": event.agent.map { .integer($0) },
            "dialledAt": event.dialledAt.map { .double($0) },
            "greetingStart": event.greetingStart.map { .double($0) },
            "greetingEnd": event.greetingEnd.map { .double($0) },
        ]).text
    }
}
