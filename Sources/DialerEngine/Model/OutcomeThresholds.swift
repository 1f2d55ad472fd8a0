/// ``OutcomeProbabilities`` made ready for selecting many outcomes from random bits.
struct OutcomeThresholds: Sendable {
    /// The upper ends of the first four outcomes, of 2⁵³.
    private let ends: SIMD4<Int64>

    init(_ probabilities: OutcomeProbabilities) {
        var ends = SIMD4<Int64>(repeating: 0)
        for lane in 0..<4 {
            // The smallest number that selects a later outcome; the selection is monotone.
            var (low, high) = (Int64(0), Int64(1) << 53)
            while low < high {
                let middle = (low + high) / 2
                let selected = probabilities.outcome(at: Double(middle) * 0x1p-53)
                if Int(selected.rawValue) > lane { high = middle } else { low = middle + 1 }
            }
            ends[lane] = low
        }
        self.ends = ends
    }

    /// Returns the outcome that the upper 53 bits select, the same as ``OutcomeProbabilities/outcome(at:)``.
    @inline(__always)
    func outcome(at bits: UInt64) -> AttemptOutcome {
        let number = Int64(bitPattern: bits &>> 11)
        // The sign of a difference says which is smaller: no branch, since the outcome cannot be predicted.
        var index = Self.isNegative(ends.x &- number &- 1)
        index &+= Self.isNegative(ends.y &- number &- 1)
        index &+= Self.isNegative(ends.z &- number &- 1)
        index &+= Self.isNegative(ends.w &- number &- 1)
        return switch index {
        case 0: .dialTone
        case 1: .busy
        case 2: .noAnswer
        case 3: .answered
        default: .voicemail
        }
    }

    @inline(__always)
    private static func isNegative(_ number: Int64) -> UInt64 { UInt64(bitPattern: number) &>> 63 }
}
