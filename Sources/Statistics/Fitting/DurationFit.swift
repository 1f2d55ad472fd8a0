import RealModule

/// A distribution of a family that was fitted to durations.
package struct DurationFit: Hashable, Sendable {
    package var model: DurationModel
    /// Whether the shift was fitted; else it is 0.
    package var isShifted: Bool
    /// The logarithm of the probability of the cells of all held values, and of the censored times.
    package var logLikelihood: Double
    /// The largest distance between the shares of values and their probabilities, at the limits of the grid's cells;
    /// NaN with censored times.
    package var distance: Double
    /// Whether the likelihood is largest inside of the limits that a scenario sets to the parameters.
    package var isInside: Bool
    /// Whether the values can tell its parameters: a model with as many parameters as there are distinct values fits
    /// them all equally well, and says nothing of what lies between.
    package var isIdentified: Bool

    /// Akaike's criterion, 2k − 2 log L.
    ///
    /// Source: Akaike, IEEE Transactions on Automatic Control 19 (1974) 716.
    package var aic: Double { 2 * Double(parameterCount) - 2 * logLikelihood }

    /// Whether a scenario may use it.
    package var isUsable: Bool { isInside && isIdentified && aic.isFinite }

    /// The number of fitted parameters.
    package var parameterCount: Int { model.family.parameterCount + (isShifted ? 1 : 0) }
}

/// Durations in the forms that searches need: all distinct values for the last step, united ones on the way to it.
package struct DurationData: Sendable {
    package let sample: RoundedSample
    package let censored: RoundedSample?
    let full: CellCounts
    let blocks: CellCounts

    /// The most distinct values that a search works with; more are united with their neighbours.
    static let mostBlocks = 400

    /// Prepares values, at least one, and times that are only known to be longer.
    package init(_ sample: RoundedSample, censored: RoundedSample? = nil) {
        precondition(sample.heldCount > 0, "there is a value to fit")
        self.sample = sample
        self.censored = censored
        full = CellCounts(sample, censored: censored)
        let isFine =
            sample.entries.count > Self.mostBlocks || (censored?.entries.count ?? 0) > Self.mostBlocks
        blocks = isFine ? CellCounts(sample, censored: censored, most: Self.mostBlocks) : full
    }

    /// Every family, first with shift 0, then with a fitted shift: each by maximum likelihood.
    package func candidates() -> [DurationFit] {
        DurationFamily.allCases.flatMap { family in
            let plain = fit(family)
            return [plain, fitShifted(family, from: plain.model)]
        }
    }

    /// The best candidate by Akaike's criterion among those that can be used; nil if none can.
    ///
    /// It is taken to the top of the likelihood of all distinct values. At a tie the first one in the order of
    /// ``candidates()`` is the best.
    package func best(of candidates: [DurationFit]) -> DurationFit? {
        var best: DurationFit?
        for candidate in candidates where candidate.isUsable {
            // Ties by rounding are ties.
            if candidate.aic < (best?.aic ?? .infinity) - 1e-6 { best = candidate }
        }
        return best.map(polished)
    }

    /// The maximum likelihood of a family without a shift.
    package func fit(_ family: DurationFamily) -> DurationFit {
        let found = Self.starts(of: family, blocks, shift: 0)
            .map { blocks.maximum(from: $0) }
            .max { $0.value < $1.value }
        return finish(found ?? blocks.maximum(from: DurationModel(family, location: 0)), isShifted: false)
    }

    /// The maximum likelihood of a family with a shift in [0, smallest value + g/2).
    ///
    /// The likelihood may have a top inside and another one close to the smallest value, where a density with a shape
    /// below 1 has no limit (the probability of the smallest value's cell has one). So the whole range is looked at, and
    /// the best place is refined by golden sections: the likelihood has kinks where the shift meets a cell's limit.
    package func fitShifted(_ family: DurationFamily, from plain: DurationModel) -> DurationFit {
        let limit = blocks.shiftLimit
        let shares = [0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.88, 0.94, 0.97, 0.99, 0.997]
        var places = shares.map { $0 * limit }
        // The cell of the smallest value, where its lower limit and its inside count.
        let width = sample.grid.width
        places += [-0.5, -0.2, 0, 0.2, 0.35, 0.45].map { sample.smallest + $0 * width }
        places = places.filter { $0 >= 0 && $0 < limit }.sorted()
        var found: [CellMaximum] = []
        var last = plain
        for (index, place) in places.enumerated() where index == 0 || place > places[index - 1] {
            found.append(profile(family, at: place, near: last))
            last = found[found.count - 1].model
        }
        let top = found.indices.max { found[$0].value < found[$1].value } ?? 0
        let low = found[max(0, top - 1)].model.shift
        let high = top + 1 < found.count ? found[top + 1].model.shift : limit * (1 - 1e-9)
        let refined = refine(family, from: found[top], in: low...max(low, high))
        var joint = blocks.maximum(from: refined.model, shiftIn: 0...limit * (1 - 1e-9))
        if !(joint.value > refined.value) { joint = refined }
        return finish(joint, isShifted: true)
    }

    /// The largest likelihood for a given shift, from a neighbour's parameters and, if these lead nowhere, from moments.
    private func profile(_ family: DurationFamily, at shift: Double, near: DurationModel) -> CellMaximum {
        var start = near
        start.shift = shift
        let found = blocks.maximum(from: start)
        if found.hasConverged && found.value.isFinite { return found }
        return ([found] + Self.starts(of: family, blocks, shift: shift).map { blocks.maximum(from: $0) })
            .max { $0.value < $1.value } ?? found
    }

    /// Golden sections round the best shift of a grid.
    private func refine(_ family: DurationFamily, from top: CellMaximum, in range: ClosedRange<Double>) -> CellMaximum {
        var (low, high) = (range.lowerBound, range.upperBound)
        let ratio = 0.381_966_011_250_105_1
        var best = top
        for _ in 0..<24 where high - low > 1e-5 * (range.upperBound - range.lowerBound) {
            let place = best.model.shift
            let isLeft = place - low > high - place
            let next = isLeft ? place - ratio * (place - low) : place + ratio * (high - place)
            let found = profile(family, at: next, near: best.model)
            if found.value > best.value {
                if isLeft { high = place } else { low = place }
                best = found
            } else {
                if isLeft { low = next } else { high = next }
            }
        }
        return best
    }

    /// Takes a candidate to the top of the likelihood of all distinct values.
    private func polished(_ fit: DurationFit) -> DurationFit {
        guard blocks.cells.count < full.cells.count || blocks.censored.count < full.censored.count else { return fit }
        let range = fit.isShifted ? 0...full.shiftLimit * (1 - 1e-9) : 0...0
        let found = full.maximum(from: fit.model, shiftIn: range)
        return found.value > fit.logLikelihood ? finish(found, isShifted: fit.isShifted) : fit
    }

    private func finish(_ found: CellMaximum, isShifted: Bool) -> DurationFit {
        let model = found.model
        let bounds = DurationModel.formBounds(model.family)
        let isInside =
            found.value.isFinite
            && (model.family == .exponential
                || (model.form > bounds.lowerBound + 1e-6 && model.form < bounds.upperBound - 1e-6))
        return DurationFit(
            model: model,
            isShifted: isShifted,
            logLikelihood: full.likelihood(of: model).value,
            distance: censored.map { $0.heldCount == 0 } ?? true ? full.distance(to: model) : .nan,
            isInside: isInside,
            isIdentified: sample.entries.count > model.family.parameterCount + (isShifted ? 1 : 0)
        )
    }

    /// Parameters that moments suggest; with censored times also those of an exponential distribution.
    static func starts(of family: DurationFamily, _ counts: CellCounts, shift: Double) -> [DurationModel] {
        let moments = counts.moments(shift: shift)
        let spread = max(moments.logDeviation, 1e-3)
        var starts: [DurationModel]
        switch family {
        case .exponential: starts = [DurationModel(family, location: Double.log(moments.mean))]
        case .gamma:
            let gap = max(Double.log(moments.mean) - moments.logMean, 1e-9)
            let shape = (3 - gap + ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()) / (12 * gap)
            starts = [DurationModel(family, location: Double.log(moments.mean), form: Double.log(shape))]
        case .lognormal: starts = [DurationModel(family, location: moments.logMean, form: Double.log(spread))]
        case .weibull:
            let shape = 1.283 / spread
            starts = [DurationModel(family, location: moments.logMean + 0.577 / shape, form: Double.log(shape))]
        }
        if !counts.censored.isEmpty { starts.append(DurationModel(family, location: Double.log(moments.perEvent))) }
        return starts.map { start in
            var start = start
            let bounds = DurationModel.formBounds(family)
            start.form = min(
                max(start.form, bounds.lowerBound + 0.01),
                max(bounds.lowerBound, bounds.upperBound - 0.01)
            )
            start.shift = shift
            return start
        }
    }
}
