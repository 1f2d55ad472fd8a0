import DialerEngine

/// The words of VICIdial.
///
/// Source: the rows that its database is created with, and the programs that write the logs; houses add words of their own.
enum VicidialWords {
    /// What a status means that VICIdial comes with; nil for a word of the house.
    static func outcome(_ status: String) -> RecordedOutcome? {
        let status = status.uppercased()
        switch status {
        case "B", "AB", "CPDB": return .attempt(.busy)
        case "NA", "N", "CPDNA": return .attempt(.noAnswer)
        // A fax answers as a machine does: it takes the line and no agent.
        case "A", "AA", "AM", "AL", "AFAX": return .attempt(.voicemail)
        case "DC", "ADC", "ADCT", "CPDATB", "CPDINV", "CPDUK", "CPDSI", "CPDSNC", "CPDSR", "CPDSUK", "CPDSV", "CPDERR":
            return .attempt(.dialTone)
        case "DROP", "PDROP": return .abandoned
        case "SALE", "NI", "NP", "DEC", "DNC", "CALLBK", "CBHOLD", "XFER": return .attempt(.answered)
        case "NEW", "QUEUE", "INCALL", "DNCL", "DNCC", "LRERR", "ERI", "XDROP": return .skip
        default: break
        }
        // HUC and a number: the cause with which the network ended the call (Q.850).
        if status.hasPrefix("HUC"), let cause = Int(status.dropFirst(3)) {
            switch cause {
            case 17: return .attempt(.busy)
            case 18, 19, 20: return .attempt(.noAnswer)
            default: return .attempt(.dialTone)
            }
        }
        return nil
    }

    /// What a `dialstatus` of Asterisk means.
    static func cause(_ cell: UnsafeBufferPointer<UInt8>) -> RecordRow.LineCause {
        let word = String(decoding: cell.prefix(20), as: UTF8.self).uppercased()
        switch word {
        case "ANSWER", "ANSWERED": return .answer
        case "BUSY": return .busy
        case "NOANSWER", "NO ANSWER", "CANCEL": return .noAnswer
        case "CONGESTION", "CHANUNAVAIL", "INVALIDARGS", "FAILED": return .failed
        default: return .unknown
        }
    }

    /// What the network says of an attempt that nobody answered.
    static func corrected(_ outcome: AttemptOutcome, by cause: RecordRow.LineCause) -> AttemptOutcome {
        guard outcome == .busy || outcome == .noAnswer || outcome == .dialTone else { return outcome }
        switch cause {
        case .unknown, .answer: return outcome
        case .busy: return .busy
        case .noAnswer: return .noAnswer
        case .failed: return .dialTone
        }
    }

    /// Whether a user of VICIdial is a person: its own programs have names too.
    static func isAgent(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        !cell.elementsEqual("VDAD".utf8) && !cell.elementsEqual("VDCL".utf8) && !cell.elementsEqual("VDIX".utf8)
    }
}
