import RealModule

/// The search for the largest value of a smooth function of up to three variables within limits.
///
/// Newton's first step, from differences of the gradient, then quasi-Newton steps (BFGS); a variable at a limit that the
/// function wants to leave is held there. Sources: Nocedal and Wright, Numerical Optimization (2006), chapters 6 and 16.7.
struct BoxMaximum {
    typealias Vector = SIMD4<Double>
    /// A symmetric matrix as its rows.
    typealias Matrix = [Vector]

    var lower: Vector
    var upper: Vector
    /// The number of variables in use, at most 4.
    var dimensions: Int
    /// What a step of each variable changes noticeably; also the longest step is some of these.
    var scale: Vector
    /// The gain at which the search ends.
    var tolerance = 1e-8

    struct BoxOptimum {
        var point: Vector
        var value: Double
        var gradient: Vector
        var hasConverged: Bool
        /// Minus the second derivatives at the place where they were last computed or updated.
        var curvature: Matrix
    }

    /// Searches from a start, whose value has to be finite; a curvature that is known there saves evaluations.
    func search(
        from start: Vector,
        curvature known: Matrix? = nil,
        iterations: Int = 60,
        of function: (Vector) -> (value: Double, gradient: Vector)
    ) -> BoxOptimum {
        var point = start.clamped(lowerBound: lower, upperBound: upper)
        var (value, gradient) = function(point)
        var curvature = known ?? measuredCurvature(at: point, gradient, of: function)
        var isFresh = known == nil
        for _ in 0..<iterations where value.isFinite {
            let free = (0..<dimensions).filter { index in
                lower[index] < upper[index] && !(point[index] <= lower[index] && gradient[index] <= 0)
                    && !(point[index] >= upper[index] && gradient[index] >= 0)
            }
            guard !free.isEmpty else { return result(true) }
            let step = ascent(curvature, gradient, free)
            let gain = 0.5 * (step * gradient).sum()
            if gain < tolerance {
                if isFresh || known != nil { return result(true) }
                curvature = measuredCurvature(at: point, gradient, of: function)
                isFresh = true
                continue
            }
            guard let next = advance(along: step) else {
                // Rounding decides below this gain; above it, the curvature may be of another place.
                if isFresh { return result(gain < 1e-4) }
                curvature = measuredCurvature(at: point, gradient, of: function)
                isFresh = true
                continue
            }
            let moved = next.point - point
            let bent = gradient - next.gradient
            Self.update(&curvature, moved, bent, dimensions)
            isFresh = false
            (point, value, gradient) = next
        }
        return result(false)

        func result(_ hasConverged: Bool) -> BoxOptimum {
            BoxOptimum(
                point: point,
                value: value,
                gradient: gradient,
                hasConverged: hasConverged,
                curvature: curvature
            )
        }

        func advance(along step: Vector) -> (point: Vector, value: Double, gradient: Vector)? {
            var longest = 0.0
            for index in 0..<dimensions { longest = max(longest, abs(step[index]) / scale[index]) }
            var share = longest > 2 ? 2 / longest : 1
            for _ in 0..<30 {
                let target = (point + share * step).clamped(lowerBound: lower, upperBound: upper)
                let here = function(target)
                let promised = ((target - point) * gradient).sum()
                if here.value >= value + 1e-4 * promised, promised > 0 { return (target, here.value, here.gradient) }
                share *= 0.35
            }
            return nil
        }
    }

    /// Minus the second derivatives, from differences of the gradient.
    func measuredCurvature(
        at point: Vector,
        _ gradient: Vector,
        of function: (Vector) -> (value: Double, gradient: Vector)
    ) -> Matrix {
        var rows = Matrix(repeating: .zero, count: dimensions)
        for index in 0..<dimensions where lower[index] < upper[index] {
            var width = 1e-4 * scale[index]
            if point[index] + width > upper[index] { width = -width }
            var near = point
            near[index] += width
            let there = function(near)
            let slope = (gradient - there.gradient) / Vector(repeating: width)
            rows[index] = there.value.isFinite ? slope : .zero
        }
        for row in 0..<dimensions {
            for column in 0..<row {
                let mean = (rows[row][column] + rows[column][row]) / 2
                rows[row][column] = mean
                rows[column][row] = mean
            }
        }
        return rows
    }

    /// The step to the top of the paraboloid in the free variables.
    ///
    /// A surface that curves upwards has no top; it is damped until it has one.
    private func ascent(_ curvature: Matrix, _ gradient: Vector, _ free: [Int]) -> Vector {
        let largest = free.map { abs(curvature[$0][$0]) * scale[$0] * scale[$0] }.max() ?? 0
        var damping = 0.0
        for _ in 0..<60 {
            if let step = Self.solution(curvature, gradient, free, damping: damping, scale), (step * gradient).sum() > 0
            {
                return step
            }
            damping = damping == 0 ? max(1e-6 * largest, 1e-9) : damping * 10
        }
        return .zero
    }

    /// Solves by Cholesky's factors; nil unless the matrix is positive definite.
    private static func solution(
        _ matrix: Matrix,
        _ right: Vector,
        _ free: [Int],
        damping: Double,
        _ scale: Vector
    ) -> Vector? {
        let count = free.count
        var factor = [Double](repeating: 0, count: count * count)
        var solution = [Double](repeating: 0, count: count)
        for row in 0..<count {
            for column in 0...row {
                var sum = matrix[free[row]][free[column]]
                if row == column { sum += damping / (scale[free[row]] * scale[free[row]]) }
                let size = abs(sum)
                for inner in 0..<column { sum -= factor[row * count + inner] * factor[column * count + inner] }
                if row == column {
                    guard sum > 1e-12 * size else { return nil }
                    factor[row * count + row] = sum.squareRoot()
                } else {
                    factor[row * count + column] = sum / factor[column * count + column]
                }
            }
            var sum = right[free[row]]
            for inner in 0..<row { sum -= factor[row * count + inner] * solution[inner] }
            solution[row] = sum / factor[row * count + row]
        }
        var step = Vector.zero
        for row in (0..<count).reversed() {
            var sum = solution[row]
            for inner in (row + 1)..<count { sum -= factor[inner * count + row] * solution[inner] }
            solution[row] = sum / factor[row * count + row]
            step[free[row]] = solution[row]
        }
        return step
    }

    /// Adds what a step has shown of the curvature (BFGS); a step that showed none changes nothing.
    private static func update(_ matrix: inout Matrix, _ moved: Vector, _ bent: Vector, _ dimensions: Int) {
        let alike = (moved * bent).sum()
        var image = Vector.zero
        for row in 0..<dimensions { image[row] = (matrix[row] * moved).sum() }
        let size = (moved * image).sum()
        let least = 1e-8 * ((moved * moved).sum() * (bent * bent).sum()).squareRoot()
        guard alike > least, size > 0 else { return }
        for row in 0..<dimensions {
            matrix[row] += bent * (bent[row] / alike) - image * (image[row] / size)
        }
    }
}
