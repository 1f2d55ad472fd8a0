/// The steps of VICIdial's adaptive law as functions: `AST_VDadapt.pl`, versions 2.4 and 2.14 (described, not copied).
public enum VicidialLaw {
    /// What happens while the share of drops is above its limit.
    public enum DropMethod: String, Hashable, Sendable, CaseIterable {
        /// Back to level 1.
        case hardLimit
        /// Half the level.
        case average
        /// The level times the time left of the day, in units of 10 hours.
        case tapered
    }

    /// Returns the level that follows from mean ready agents and waiting calls, before any limit on drops.
    ///
    /// With `e = ready − waiting + target` the level changes by `100·e/agents` percent, scaled by the intensity; the result
    /// is rounded to thousandths and held within 1 and the maximum.
    ///
    /// - Parameters:
    ///   - level: The level until now.
    ///   - ready: Mean number of agents who are ready.
    ///   - waiting: Mean number of answered calls that wait.
    ///   - agents: Mean number of agents on duty.
    ///   - target: Waiting calls less ready agents to aim at.
    ///   - intensity: The change of the correction, in percent.
    ///   - maxLevel: The highest level.
    static func level(
        after level: Double,
        ready: Double,
        waiting: Double,
        agents: Double,
        target: Double,
        intensity: Double,
        maxLevel: Double
    ) -> Double {
        let surplus = ready - waiting + target
        var percent = surplus == 0 || agents == 0 ? 0 : 100 * surplus / agents
        let factor = intensity / 100
        percent *= percent < 0 ? abs(factor - 1) : factor + 1
        let next = (level * (1 + percent / 100) * 1000).rounded() / 1000
        return max(1, min(maxLevel, next))
    }

    /// Returns the level that is left when drops are counted.
    ///
    /// More than half of more than 20 calls of the last minute dropped halves the level; a share of today's live calls
    /// above the limit, after more than 50 calls, acts by the method. The result is at least 1, in thousandths.
    static func limit(
        _ level: Double,
        lastMinute: PacingTally,
        today: PacingTally,
        dropLimit: DecimalFactor,
        method: DropMethod,
        clockUnitsLeft: Int
    ) -> Double {
        var level = level
        if lastMinute.dialled > 20, 2 * lastMinute.abandoned > lastMinute.dialled { level /= 2 }
        if today.dialled > 50, dropLimit.isExceeded(by: today.abandoned, of: today.live) {
            switch method {
            case .hardLimit: level = 1
            case .average: level /= 2
            case .tapered: level = clockUnitsLeft < 0 ? 1 : level * min(1, Double(clockUnitsLeft) / 1000)
            }
        }
        return max(1, (level * 1000).rounded() / 1000)
    }

    /// Returns the difference of two clock readings as the integers HHMM, as the law takes it.
    ///
    /// The shift starts at 09:00: from 17:30 to 21:00 it is 2100 − 1730 = 370, though 3.5 hours are left.
    ///
    /// - Parameters:
    ///   - now: Seconds since the start of the shift.
    ///   - latest: The end of the shift in seconds since its start.
    static func clockUnits(from now: Double, to latest: Double) -> Int {
        func reading(_ seconds: Double) -> Int {
            let minutes = Int(seconds / 60)
            return (9 + minutes / 60) * 100 + minutes % 60
        }
        return reading(latest) - reading(now)
    }
}
