import RealModule

/// A logarithm of a likelihood with its derivatives by location, form and shift.
struct LikelihoodPoint {
    var value: Double
    var gradient: (location: Double, form: Double, shift: Double)
}

extension CellCounts {
    /// Returns the logarithm of the probability of the counts (without the multinomial coefficient) and its gradient.
    ///
    /// A cell's probability is the difference of two tail probabilities on the side where both are small, taken by
    /// their logarithms, so that neither a value far out nor a narrow cell loses its digits.
    func likelihood(of model: DurationModel) -> LikelihoodPoint {
        let prepared = PreparedModel(model)
        let shift = model.shift
        let terms = edges.map { $0 > shift ? prepared.tail($0 - shift) : Self.certain }
        var point = LikelihoodPoint(value: 0, gradient: (0, 0, 0))
        for cell in cells {
            let upper = cell.upper.map { terms[$0] } ?? Self.beyond
            if let place = cell.upper, edges[place] <= shift {
                return LikelihoodPoint(value: -.infinity, gradient: (0, 0, 0))
            }
            point.add(cell.count, Self.difference(terms[cell.lower], upper))
        }
        for time in censored { point.add(time.count, terms[time.edge].asUpper) }
        return point
    }

    /// Nothing is below a shift.
    private static let certain = LogTail(isUpper: true, log: 0, byLocation: 0, byForm: 0, byValue: 0)
    /// Nothing is beyond infinity.
    private static let beyond = LogTail(isUpper: true, log: -.infinity, byLocation: 0, byForm: 0, byValue: 0)

    /// Returns the logarithm of the probability between two values, from their tails.
    private static func difference(_ low: LogTail, _ high: LogTail) -> LogTail {
        switch (low.isUpper, high.isUpper) {
        case (true, true): return larger(low, less: high)
        case (false, false): return larger(high, less: low)
        case (false, true):
            let (below, above) = (Double.exp(low.log), Double.exp(high.log))
            let inside = 1 - below - above
            guard inside > 0 else { return beyond }
            let (left, right) = (-below / inside, -above / inside)
            return LogTail(
                isUpper: true,
                log: Double.log(inside),
                byLocation: left * low.byLocation + right * high.byLocation,
                byForm: left * low.byForm + right * high.byForm,
                byValue: left * low.byValue + right * high.byValue
            )
        case (true, false):
            // At a shift the upper tail is 1, and the lower tail of the other value is all there is.
            return high
        }
    }

    /// Returns log(exp(a) − exp(b)) for a tail that holds another one.
    private static func larger(_ whole: LogTail, less part: LogTail) -> LogTail {
        let logRatio = part.log - whole.log
        if logRatio == -.infinity { return whole }
        let rest = -Double.expMinusOne(logRatio)
        guard rest > 0 else { return beyond }
        let ratio = Double.exp(logRatio)
        return LogTail(
            isUpper: true,
            log: whole.log + Double.log(rest),
            byLocation: (whole.byLocation - ratio * part.byLocation) / rest,
            byForm: (whole.byForm - ratio * part.byForm) / rest,
            byValue: (whole.byValue - ratio * part.byValue) / rest
        )
    }
}

extension LogTail {
    /// The tail of values above.
    fileprivate var asUpper: LogTail {
        if isUpper { return self }
        let rest = -Double.expMinusOne(log)
        let ratio = -Double.exp(log) / rest
        return LogTail(
            isUpper: true,
            log: Double.log(rest),
            byLocation: ratio * byLocation,
            byForm: ratio * byForm,
            byValue: ratio * byValue
        )
    }
}

extension LikelihoodPoint {
    fileprivate mutating func add(_ count: Double, _ term: LogTail) {
        value += count * term.log
        gradient.location += count * term.byLocation
        gradient.form += count * term.byForm
        // Every value moves against the shift.
        gradient.shift -= count * term.byValue
    }
}
