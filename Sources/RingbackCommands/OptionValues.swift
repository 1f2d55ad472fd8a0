public import ArgumentParser
import CallRecords
import ExactJSON
package import RunPipeline
import RunStore
import ScenarioFile

/// A duration: `250ms`, `2s`, `5m`, `1h30m`, or a number of seconds.
struct DurationArgument: ExpressibleByArgument {
    var duration: Duration

    init?(argument: String) {
        guard let seconds = DurationText.seconds(argument) else { return nil }
        duration = .seconds(seconds)
    }

    var defaultValueDescription: String { "\(duration)" }
}

/// The speed of virtual time: `max`, or virtual seconds per real second.
struct SpeedArgument: ExpressibleByArgument {
    /// Nil for as fast as the machine allows.
    var factor: Double?

    init?(argument: String) {
        if argument == "max" { return }
        let number = argument.hasSuffix("x") ? String(argument.dropLast()) : argument
        guard let factor = Double(number), factor.isFinite, factor > 0 else { return nil }
        self.factor = factor
    }

    private init() {}

    static let max = SpeedArgument()

    var defaultValueDescription: String { factor.map { "\($0)" } ?? "max" }
}

extension ListenAddress: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }

    package var defaultValueDescription: String { authority }
}

/// A day, or a moment in RFC 3339.
struct MomentArgument: ExpressibleByArgument {
    var timestamp: Timestamp

    init?(argument: String) {
        guard let timestamp = Timestamp(argument.count == 10 ? argument + "T00:00:00Z" : argument) else { return nil }
        self.timestamp = timestamp
    }
}

/// A moment in RFC 3339, or how long ago it was.
struct TimeArgument: ExpressibleByArgument {
    var timestamp: Timestamp

    init?(argument: String) {
        if let timestamp = Timestamp(argument) {
            self.timestamp = timestamp
        } else if let ago = DurationArgument(argument: argument) {
            timestamp = WallClock.now.adding(milliseconds: -Int64(ago.duration / .milliseconds(1)))
        } else {
            return nil
        }
    }
}

/// What the options of one kind of value accept, for the message that refuses another.
enum AcceptedValues {
    /// By the name of the value, as help shows it.
    static let words = [
        "duration": "a duration is 250ms, 2s, 5m, 1h30m or a number of seconds, at most 31 years",
        "max|x": "the speed is max, or a number above 0 such as 10: virtual seconds per real second",
        "host:port": "an address is HOST:PORT, such as 127.0.0.1:8080; port 0 picks a free one",
        "time": "a time is a day such as 2026-11-01, or a moment such as 2026-11-01T08:00:00Z",
        "age": "an age is 30d, 2w, 12h or a number of seconds",
        "field=name": "a field is \(RecordField.named.map(\.name).joined(separator: ", "))",
        "word=outcome": "an outcome is \(RecordedOutcome.list)",
        "zone": "a zone is a name of the IANA's database such as Europe/Berlin, or UTC",
        "format": "a format says year, month, day, hour and minute, and is made of \(TimeFormat.parts)",
        "time|ago": "a time is a moment such as 2026-11-01T08:00:00Z, or how long ago it was, such as 2h",
    ]

    /// The message of a refused value, with what is accepted.
    static func explaining(_ message: String) -> String {
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines[0].contains(" is invalid for '"),
            let name = lines[0].split(separator: "<").last?.split(separator: ">").first,
            let accepted = words[String(name)]
        else { return message }
        let value = lines[0].split(separator: "'").dropFirst().first.map(String.init) ?? ""
        let meant = name == "zone" ? ClockZone.nearest(to: value).map { ", did you mean \($0)?" } : nil
        lines[0] += meant ?? "; \(accepted)"
        return lines.joined(separator: "\n")
    }
}

extension DeliveryState: ExpressibleByArgument {}

extension InboxState: ExpressibleByArgument {}

extension ScenarioPreset: ExpressibleByArgument {}

extension ArgumentHelp {
    /// The help of an option or argument that takes a value.
    static func value(_ name: String, _ abstract: String, _ discussion: String = "") -> ArgumentHelp {
        ArgumentHelp(abstract, discussion: discussion, valueName: name)
    }
}

extension CompletionKind {
    static var yaml: CompletionKind { .file(extensions: ["yaml", "yml", "json"]) }
}
