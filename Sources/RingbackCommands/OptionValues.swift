import ArgumentParser
import RunPipeline
import ScenarioFile

/// A duration on the command line: `250ms`, `2s`, `5m`, `1h30m`, or a number of seconds.
struct DurationArgument: ExpressibleByArgument {
    var duration: Duration

    init?(argument: String) {
        guard let seconds = DurationText.seconds(argument) else { return nil }
        duration = .seconds(seconds)
    }

    var defaultValueDescription: String { "\(duration)" }
}

/// How fast virtual time goes: `max`, or virtual seconds per real second.
struct SpeedArgument: ExpressibleByArgument {
    /// `nil` for as fast as the machine allows.
    var factor: Double?

    init?(argument: String) {
        if argument == "max" { return }
        let number = argument.hasSuffix("x") ? String(argument.dropLast()) : argument
        guard let factor = Double(number), factor.isFinite, factor > 0 else { return nil }
        self.factor = factor
    }

    static let max = SpeedArgument(factor: nil)

    private init(factor: Double?) { self.factor = factor }

    var defaultValueDescription: String { factor.map { "\($0)" } ?? "max" }
}

/// `HOST:PORT`.
struct ListenArgument: ExpressibleByArgument {
    var address: ListenAddress

    init(_ address: ListenAddress) { self.address = address }

    init?(argument: String) {
        guard let address = ListenAddress(argument) else { return nil }
        self.address = address
    }

    var defaultValueDescription: String { address.authority }
}

/// `--set path=value`.
struct OverrideArgument: ExpressibleByArgument {
    var text: String

    init?(argument: String) { text = argument }
}
