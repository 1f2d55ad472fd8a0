import RealModule
import Testing

@testable import Statistics

/// Parameters come back from values that were drawn with them, rounded, and censored.
///
/// The tolerance is four standard errors of the estimator: those of the observed information, or for a shift, whose
/// estimator is not normal, of fits to samples drawn anew.
@Suite("What is fitted is what was drawn", .timeLimit(.minutes(15)))
struct RecoveryTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var model: DurationModel
        var grid: RoundedSample.Grid
        /// The mean of the exponential times after which an agent takes the call; nil for none.
        var censoring: Double?

        var testDescription: String {
            "\(model.family) + \(model.shift), grid \(grid.width) s" + (censoring == nil ? "" : ", censored")
        }
    }

    static let families: [DurationModel] = [
        DurationModel(.exponential, location: Double.log(20)),
        DurationModel(.gamma, location: Double.log(20), form: Double.log(2.5)),
        DurationModel(.gamma, location: Double.log(20), form: Double.log(0.7)),
        DurationModel(.lognormal, location: Double.log(20), form: Double.log(0.8)),
        DurationModel(.weibull, location: Double.log(20), form: Double.log(1.8)),
        DurationModel(.weibull, location: Double.log(20), form: Double.log(0.8)),
    ]

    static let cases: [Case] = families.flatMap { family in
        [0.0, 4.3].flatMap { shift in
            RoundedSample.Grid.allCases.flatMap { grid in
                [nil, 40.0].map { censoring in
                    var model = family
                    model.shift = shift
                    return Case(model: model, grid: grid, censoring: censoring)
                }
            }
        }
    }

    /// Values of a model on a grid, and times that are known to be longer than the written ones.
    static func draw(_ item: Case, _ count: Int, seed: UInt64) -> (values: RoundedSample, censored: RoundedSample?) {
        var generator = SplitMix64(seed: seed)
        func uniform() -> Double { min(max(generator.uniform(), 1e-15), 1 - 1e-15) }
        let unit = item.grid.rawValue
        func written(_ seconds: Double) -> Int { Int((seconds * 1000 / Double(unit)).rounded()) * unit }
        var (values, censored): ([Int], [Int]) = ([], [])
        for _ in 0..<count {
            let time = item.model.quantile(uniform())
            guard let mean = item.censoring else {
                values.append(written(time))
                continue
            }
            // Most calls are taken at once, as in a centre with free agents.
            let end = uniform() < 0.3 ? 0 : -mean * Double.log(uniform())
            if time <= end { values.append(written(time)) } else { censored.append(written(end)) }
        }
        return (
            RoundedSample(milliseconds: values),
            item.censoring == nil ? nil : RoundedSample(milliseconds: censored)
        )
    }

    private static func fit(_ item: Case, _ sample: (values: RoundedSample, censored: RoundedSample?)) -> DurationFit {
        let data = DurationData(sample.values, censored: sample.censored)
        let plain = data.fit(item.model.family)
        return item.model.shift == 0 ? plain : data.fitShifted(item.model.family, from: plain.model)
    }

    @Test("parameters are within four standard errors", arguments: cases)
    func parameters(_ item: Case) {
        let sample = Self.draw(item, 1500, seed: 11)
        let fit = Self.fit(item, sample)
        #expect(fit.isInside)
        #expect(fit.model.shift >= 0 && fit.model.shift < sample.values.smallest + item.grid.width / 2)
        let isRegular = item.model.shift == 0
        var errors: [Double]
        if isRegular {
            let counts = CellCounts(sample.values, censored: sample.censored)
            errors = Self.errors(counts.information(at: fit.model, isShifted: false))
        } else {
            let models = (0..<12).map { Self.fit(item, Self.draw(item, 1500, seed: 100 + $0)).model }
            errors = [models.map(\.location), models.map(\.form), models.map(\.shift)].map(Self.deviation)
            if item.model.family == .exponential { errors.remove(at: 1) }
        }
        let differences =
            [fit.model.location - item.model.location]
            + (item.model.family == .exponential ? [] : [fit.model.form - item.model.form])
            + (isRegular ? [] : [fit.model.shift - item.model.shift])
        for (difference, error) in zip(differences, errors) {
            #expect(abs(difference) < 4 * error + 1e-9, "\(fit.model) for \(item.model), errors \(errors)")
        }
    }

    @Test("the best family is the true one, or close to it", arguments: cases.filter { $0.censoring == nil })
    func families(_ item: Case) throws {
        guard item.grid == .second || item.grid == .hundredth else { return }
        let (values, _) = Self.draw(item, 1500, seed: 21)
        let data = DurationData(values)
        let best = try #require(data.best(of: data.candidates()))
        let distance = (0...1000).map { place in
            let x = Double(place) * 0.2
            return abs(best.model.cumulative(x) - item.model.cumulative(x))
        }.max()
        // The distance of 1,500 values from their own distribution exceeds 0.05 in one sample of a thousand.
        #expect(best.model.family == item.model.family || (distance ?? 1) < 0.05, "\(best.model)")
        #expect((distance ?? 1) < 0.05)
    }

    /// The square roots of the diagonal of an inverse.
    private static func errors(_ information: [[Double]]) -> [Double] {
        guard information.count == 2 else { return [1 / information[0][0].squareRoot()] }
        let (a, b, c) = (information[0][0], information[0][1], information[1][1])
        let determinant = a * c - b * b
        return [(c / determinant).squareRoot(), (a / determinant).squareRoot()]
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
    }
}

extension CellCounts {
    /// Minus the second derivatives of the likelihood by location, form and, if `isShifted`, shift.
    fileprivate func information(at model: DurationModel, isShifted: Bool) -> [[Double]] {
        let forms = DurationModel.formBounds(model.family)
        let box = BoxMaximum(
            lower: [-60, forms.lowerBound, 0, 0],
            upper: [60, forms.upperBound, isShifted ? shiftLimit : 0, 0],
            dimensions: 3,
            scale: [0.1, 0.1, max(1e-6, model.standardDeviation / 100), 1]
        )
        func function(_ place: BoxMaximum.Vector) -> (value: Double, gradient: BoxMaximum.Vector) {
            let point = likelihood(
                of: DurationModel(model.family, location: place[0], form: place[1], shift: place[2])
            )
            return (point.value, [point.gradient.location, point.gradient.form, point.gradient.shift, 0])
        }
        let place: BoxMaximum.Vector = [model.location, model.form, model.shift, 0]
        let rows = box.measuredCurvature(at: place, function(place).gradient, of: function)
        let used = [0] + (model.family == .exponential ? [] : [1]) + (isShifted ? [2] : [])
        return used.map { row in used.map { rows[row][$0] } }
    }
}
