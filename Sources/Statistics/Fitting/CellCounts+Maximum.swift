import RealModule

/// The top of a likelihood of cells.
struct CellMaximum {
    var model: DurationModel
    var value: Double
    var hasConverged: Bool
    /// Minus the second derivatives by location, form and shift, for a search that starts here.
    var curvature: BoxMaximum.Matrix
}

extension CellCounts {
    /// Searches the largest likelihood of a family near a model; the shift stays where it is without a range for it.
    func maximum(
        from start: DurationModel,
        shiftIn range: ClosedRange<Double>? = nil,
        curvature: BoxMaximum.Matrix? = nil,
        iterations: Int = 60
    ) -> CellMaximum {
        let family = start.family
        let forms = DurationModel.formBounds(family)
        let shifts = range ?? start.shift...start.shift
        let spread = start.standardDeviation
        let box = BoxMaximum(
            lower: [-60, forms.lowerBound, shifts.lowerBound, 0],
            upper: [60, forms.upperBound, shifts.upperBound, 0],
            dimensions: 3,
            scale: [1, 1, max(1e-6, min(spread, shifts.upperBound - shifts.lowerBound) / 4), 1]
        )
        let found = box.search(
            from: [start.location, start.form, start.shift, 0],
            curvature: curvature,
            iterations: iterations
        ) { place in
            let point = likelihood(of: DurationModel(family, location: place[0], form: place[1], shift: place[2]))
            return (point.value, [point.gradient.location, point.gradient.form, point.gradient.shift, 0])
        }
        let (location, form, shift) = (found.point[0], found.point[1], found.point[2])
        return CellMaximum(
            model: DurationModel(family, location: location, form: form, shift: shift),
            value: found.value.isNaN ? -.infinity : found.value,
            hasConverged: found.hasConverged,
            curvature: found.curvature
        )
    }

    /// Means of the cells' middles above a shift, for a first guess.
    func moments(shift: Double) -> (mean: Double, logMean: Double, logDeviation: Double, perEvent: Double) {
        var (weight, sum, logSum, logSquares) = (0.0, 0.0, 0.0, 0.0)
        for cell in cells {
            let low = max(edges[cell.lower], shift)
            let high = cell.upper.map { edges[$0] } ?? low * 1.5 + 1e-3
            let middle = max((low + high) / 2 - shift, 1e-6)
            weight += cell.count
            sum += cell.count * middle
            logSum += cell.count * Double.log(middle)
            logSquares += cell.count * Double.log(middle) * Double.log(middle)
        }
        let logMean = logSum / weight
        let waited = censored.reduce(0) { $0 + $1.count * max(0, edges[$1.edge] - shift) }
        return (
            max(sum / weight, 1e-6), logMean, max(0, logSquares / weight - logMean * logMean).squareRoot(),
            max((sum + waited) / weight, 1e-6)
        )
    }

    /// The largest distance between the shares of values up to a cell's limit and their probabilities.
    ///
    /// Between cells with values the shares stand still and probabilities grow, so both limits of each cell suffice.
    func distance(to model: DurationModel) -> Double {
        let all = cells.reduce(0) { $0 + $1.count }
        var (below, distance) = (0.0, 0.0)
        for cell in cells {
            distance = max(distance, abs(below / all - model.cumulative(edges[cell.lower])))
            below += cell.count
            if let upper = cell.upper {
                distance = max(distance, abs(below / all - model.cumulative(edges[upper])))
            }
        }
        return distance
    }
}
