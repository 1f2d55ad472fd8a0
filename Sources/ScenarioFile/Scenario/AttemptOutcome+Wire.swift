package import DialerEngine
package import SimulationAPI

extension AttemptOutcome {
    /// The engine's word for an outcome of the wire.
    package init(_ outcome: CallOutcome) {
        self =
            switch outcome {
            case .dialTone: .dialTone
            case .busy: .busySignal
            case .noAnswer: .noAnswer
            case .answered: .answer
            case .voicemail: .voicemail
            }
    }
}

extension CallOutcome {
    /// The wire's word for an outcome of the engine.
    package init(_ outcome: AttemptOutcome) {
        self =
            switch outcome {
            case .dialTone: .dialTone
            case .busySignal: .busy
            case .noAnswer: .noAnswer
            case .answer: .answered
            case .voicemail: .voicemail
            }
    }
}
