package import DialerEngine
internal import DiscreteEvents
internal import Statistics

/// A contact centre as it could be: agents who come and leave, changes, a list, a calendar, rules, drawn from a seed.
///
/// Small enough that a run takes milliseconds, and odd enough that moments coincide: half of all times are round numbers.
package struct RandomCenter {
    private var generator: SplitMix64

    private init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// Returns the experiment of a seed.
    ///
    /// - Parameter pacing: How it dials; drawn too without it.
    package static func experiment(_ seed: UInt64, pacing: Pacing? = nil) -> Experiment {
        var random = RandomCenter(seed: seed)
        return random.experiment(seed: UInt32(seed), pacing: pacing)
    }

    private mutating func experiment(seed: UInt32, pacing: Pacing?) -> Experiment {
        let hasManyDays = happens(0.15)
        let shift = hasManyDays ? 240.0 : moment(in: 600...3000)
        var center = center(shift: shift)
        if happens(0.75) { center.roster = roster(shift: shift) }
        let drawn = self.pacing()
        if case .fixedLines(let lines) = pacing ?? drawn { center.lines = center.lines.map { max($0, lines) } }
        var experiment = Experiment(
            center,
            pacing: pacing ?? drawn,
            length: .shifts(seconds: shift, days: hasManyDays ? 70 : number(in: 1...4)),
            seed: seed
        )
        experiment.schedule = happens(0.7) ? schedule(center, shift: shift) : []
        if happens(0.7) { experiment.list = list(shift: shift) }
        if happens(0.6) { experiment.calendar.startOfShift = happens(0.5) ? 86_400 - moment(in: 1...shift) : 32_400 }
        if happens(0.6) { experiment.calendar.date = CalendarDate(daysSince1970: number(in: 20_480...20_540)) }
        if hasManyDays { experiment.calendar.weekdays = [.monday, .tuesday, .friday, .sunday] }
        if happens(0.2) { experiment.callLimit = number(in: 50...400) }
        if happens(0.2) { experiment.warmUp = shift / 10 }
        experiment.compliance =
            ComplianceProfile.named.filter { $0.attemptLimit == nil || experiment.list != nil } + rules
        if experiment.list != nil {
            let limit = ComplianceProfile.AttemptLimit(attempts: number(in: 1...3), seconds: moment(in: 60...shift))
            experiment.compliance.append(ComplianceProfile(name: "not-too-often", attemptLimit: limit))
        }
        experiment.gauges = Gauge.allCases
        return experiment
    }
}

// MARK: Parts

extension RandomCenter {
    private mutating func center(shift: Double) -> ContactCenter {
        var center = ContactCenter(
            agents: number(in: 1...9),
            outcomes: outcomes,
            ringing: RingingTimes(duration(mean: 12, least: 1)),
            talk: duration(mean: 60, least: 2)
        )
        center.ringing[.noAnswer] = happens(0.3) ? .constant(14) : duration(mean: 25, least: 5)
        if happens(0.7) { center.wrap = duration(mean: 12, least: 0) }
        if happens(0.6) { center.greetingStart = duration(mean: 0.7, least: 0) }
        if happens(0.6) { center.greetingLength = duration(mean: 1.3, least: 0) }
        let patience: [Distribution] = [.constant(0), .constant(2), .exponential(mean: 6), .constant(60)]
        center.patience = patience[number(in: 0...3)]
        if happens(0.4) { center.lines = number(in: 3...15) }
        if happens(0.5) {
            center.detection = AnsweringMachineDetection(
                delay: duration(mean: 1, least: 0),
                falsePositive: share / 3,
                falseNegative: share / 3,
                machineTalk: duration(mean: 8, least: 1)
            )
        }
        return center
    }

    private mutating func roster(shift: Double) -> Roster {
        var entries = (0..<number(in: 1...4)).map { _ in
            let ends = [moment(in: 0...shift), moment(in: 0...shift)].sorted()
            let from = happens(0.4) ? 0 : ends[0]
            return Roster.Entry(
                agents: number(in: 1...4),
                from: from,
                to: happens(0.4) ? shift : max(ends[1], from + 1)
            )
        }
        for index in entries.indices {
            entries[index].to = min(entries[index].to, shift)
            entries[index].from = min(entries[index].from, entries[index].to - 1)
            var start = entries[index].from
            for _ in 0..<number(in: 0...3) {
                let left = entries[index].to - start
                guard left > 2 else { break }
                let from = happens(0.25) ? start : start + left * share
                let length = happens(0.25) ? entries[index].to - from : (entries[index].to - from) * share
                guard length > 0.5, from + length <= entries[index].to else { break }
                entries[index].breaks.append(.init(from: from, length: length))
                start = from + length
            }
        }
        return Roster(entries.sorted { $0.from < $1.from })
    }

    private mutating func schedule(_ first: ContactCenter, shift: Double) -> [ScheduleEntry] {
        var center = first
        var moments = Set((0..<number(in: 1...3)).map { _ in moment(in: 0...(shift - 1)) })
        if happens(0.3) { moments.insert(0) }
        return moments.sorted().map { from in
            let other = self.center(shift: shift)
            if happens(0.7) { center.outcomes = other.outcomes }
            if happens(0.4) { (center.talk, center.wrap) = (other.talk, other.wrap) }
            if happens(0.3) { center.ringing = other.ringing }
            if happens(0.3) { center.patience = other.patience }
            if happens(0.3) { center.detection = other.detection }
            if happens(0.3) { center.greetingStart = other.greetingStart }
            if happens(0.3) { center.lines = other.lines }
            return ScheduleEntry(from: from, center: center)
        }
    }

    private mutating func list(shift: Double) -> ContactList {
        var list = ContactList(contacts: number(in: 1...300), maxAttempts: happens(0.7) ? number(in: 1...5) : nil)
        let delays = [0, 30, shift / 3, shift, 86_400]
        for ending in ContactList.Ending.allCases where happens(0.6) { list.retry[ending] = delays[number(in: 0...4)] }
        return list
    }

    private mutating func pacing() -> Pacing {
        switch number(in: 0...7) {
        case 0: .progressive
        case 1: .power(linesPerAgent: DecimalFactor(number(in: 10...30), per: 10))
        case 2: .fixedLines(number(in: 1...3))
        case 3: .poisson(callsPerHour: Double(number(in: 100...900)))
        case 4: .ratio(level: DecimalFactor(number(in: 10...25), per: 10))
        case 5: .vicidial(.init())
        case 6: .lookahead(.init())
        default: .feedback(.init())
        }
    }

    /// Rules of one's own with every window, clock and denominator.
    private var rules: [ComplianceProfile] {
        mutating get {
            let windows: [ComplianceProfile.Window] = [
                .campaign30DayBlocks, .calendarDay, .calendarMonth, .rollingHours(0.25), .rollingHours(24),
            ]
            return windows.enumerated().map { index, window in
                var rule = ComplianceProfile(
                    name: "house-\(index)",
                    limit: DecimalFactor(number(in: 0...100), per: 1000),
                    window: window,
                    clock: ComplianceProfile.Clock.allCases[number(in: 0...2)],
                    seconds: [0, 1, 2, 5][number(in: 0...3)],
                    falsePositives: happens(0.5) ? .abandoned : .live
                )
                rule.countsEarlyHangUps = happens(0.5)
                rule.denominator = ComplianceProfile.Denominator.allCases[number(in: 0...2)]
                return rule
            }
        }
    }

    private var outcomes: OutcomeProbabilities {
        mutating get {
            let weights = (0..<5).map { $0 == 3 ? 0.3 + share : happens(0.8) ? share : 0 }
            let sum = weights.reduce(0, +)
            return OutcomeProbabilities(
                dialTone: weights[0] / sum,
                busySignal: weights[1] / sum,
                noAnswer: weights[2] / sum,
                answer: weights[3] / sum,
                voicemail: weights[4] / sum
            )
        }
    }
}

// MARK: Draws

extension RandomCenter {
    /// A number in 0 ..< 1.
    private var share: Double {
        mutating get { Double(generator.next() >> 11) / 0x1p53 }
    }

    private mutating func happens(_ probability: Double) -> Bool { share < probability }

    private mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(generator.next() % UInt64(range.count))
    }

    /// A moment; half of them are multiples of ten.
    private mutating func moment(in range: ClosedRange<Double>) -> Double {
        let moment = range.lowerBound + (range.upperBound - range.lowerBound) * share
        let round = (moment / 10).rounded() * 10
        return happens(0.5) && range.contains(round) ? round : moment
    }

    /// A duration; half of them are constant and whole.
    private mutating func duration(mean: Double, least: Double) -> Distribution {
        switch number(in: 0...3) {
        case 0, 1: .constant(max(least, (mean * 2 * share).rounded()))
        case 2: Distribution(.exponential(mean: mean), shift: least)
        default: Distribution(.uniform(min: least, max: least + 2 * mean))
        }
    }
}
