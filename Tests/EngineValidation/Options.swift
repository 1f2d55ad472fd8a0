/// The command line.
struct Options: Hashable, Sendable {
    /// What can be given.
    static let usage = """
        usage: EngineValidation [--scale N] [--only SECTION]
          --scale N        N times the usual number of calls (default 1)
          --only SECTION   the sections whose names contain this, such as power or distributions
        """

    /// How many times the usual number of calls.
    var scale = 1.0
    /// A part of the names of the sections that are wanted; all without it.
    var only: String?

    /// Reads the arguments; `nil` where they make no sense.
    init?(_ arguments: [String]) {
        guard arguments.count.isMultiple(of: 2) else { return nil }
        for place in stride(from: 0, to: arguments.count, by: 2) {
            let value = arguments[place + 1]
            switch arguments[place] {
            case "--scale":
                guard let scale = Double(value), scale >= 0.05, scale <= 1e6 else { return nil }
                self.scale = scale
            case "--only": only = value
            default: return nil
            }
        }
    }
}
