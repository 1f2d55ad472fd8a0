/// The sections of the page, in its order; the raw values are what `--only` takes.
enum Section: String, CaseIterable {
    case formulas, random, distributions
    case single, loss, delay, impatience, twoSeconds
    case progressive, detection, lines, changes, breaks, list, power, optimum
    case compliance, accounting, reproducibility

    /// Runs the comparisons.
    func run(_ simulator: Simulator) async throws -> Family {
        switch self {
        case .formulas: OracleFamily.family
        case .random: RandomFamilies.numbers(simulator)
        case .distributions: RandomFamilies.distributions(simulator)
        case .single: try await QueueFamilies.singleServer(simulator)
        case .loss: try await QueueFamilies.loss(simulator)
        case .delay: try await QueueFamilies.delay(simulator)
        case .impatience: try await QueueFamilies.impatience(simulator)
        case .twoSeconds: try await QueueFamilies.constantPatience(simulator)
        case .progressive: try await DialingFamilies.progressive(simulator)
        case .detection: try await DialingFamilies.detection(simulator)
        case .lines: try await DialingFamilies.fixedLines(simulator)
        case .changes: try await DialingFamilies.changes(simulator)
        case .breaks: try RosterFamily.family()
        case .list: try await ListFamily.family(simulator)
        case .power: try await DialingFamilies.power(simulator)
        case .optimum: try await OptimumFamily.family(simulator)
        case .compliance: try await ComplianceFamily.family(simulator)
        case .accounting: try AccountingFamily.family(simulator)
        case .reproducibility: try await ReproducibilityFamily.family(simulator)
        }
    }
}
