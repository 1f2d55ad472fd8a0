internal import Statistics

/// What theory says about a quantity, next to what the engine says.
struct Comparison: Hashable, Sendable {
    /// How the two are compared.
    enum Test: Hashable, Sendable {
        /// They are equal except for chance: this many standard errors lie between them, inside the interval or not.
        case equality(standardErrors: Double, isInside: Bool)
        /// The first is a limit of the second, except for chance: this many standard errors lie above it.
        case ceiling(standardErrors: Double)
        /// They are equal, but for the rounding of sums.
        case identity(holds: Bool)
    }

    /// The model.
    var model: String
    /// Its parameters.
    var parameters: String
    /// What is compared.
    var quantity: String
    /// The value of the theory.
    var exact: String
    /// The value of the engine.
    var estimate: String
    /// The 95 % interval of the estimate.
    var interval = "–"
    /// How they are compared.
    var test: Test
    /// Where the value of the theory comes from.
    var source: String

    /// The number of standard errors at which a comparison fails: by chance once in 150,000 for a normal estimate.
    static let mostStandardErrors = 4.5

    /// Whether engine and theory do not agree, chance allowed for.
    var fails: Bool {
        switch test {
        case .equality(let errors, _): !(abs(errors) <= Self.mostStandardErrors)
        case .ceiling(let errors): !(errors <= Self.mostStandardErrors)
        case .identity(let holds): !holds
        }
    }

    /// The standard errors between theory and engine as text.
    var distance: String {
        switch test {
        case .equality(let errors, _), .ceiling(let errors): signed(errors)
        case .identity(let holds): holds ? "holds" : "FAILS"
        }
    }
}

extension Comparison {
    /// Compares an estimate over replications with an exact value, with Student's interval.
    init(
        _ model: String,
        _ parameters: String,
        _ quantity: String,
        exact: Double,
        estimate: some ReplicatedEstimate,
        source: String
    ) {
        let value = estimate.value ?? .nan
        let interval = estimate.interval()
        let error = estimate.standardError ?? .nan
        let isInside = interval?.contains(exact) ?? false
        self.init(
            model: model,
            parameters: parameters,
            quantity: quantity,
            exact: digits(exact, 8),
            estimate: digits(value),
            interval: interval.map { "\(digits($0.lower)) … \(digits($0.upper))" } ?? "–",
            // Replications that all agree leave no room for chance.
            test: error == 0
                ? .identity(holds: value == exact)
                : .equality(standardErrors: (value - exact) / error, isInside: isInside),
            source: source
        )
    }

    /// States that two numbers are equal, within a relative tolerance.
    init(
        _ model: String,
        _ parameters: String,
        _ quantity: String,
        exact: Double,
        found: Double,
        tolerance: Double = 0,
        source: String
    ) {
        self.init(
            model: model,
            parameters: parameters,
            quantity: quantity,
            exact: digits(exact, 14),
            estimate: digits(found, 14),
            test: .identity(holds: abs(exact - found) <= tolerance * max(abs(exact), abs(found))),
            source: source
        )
    }
}
