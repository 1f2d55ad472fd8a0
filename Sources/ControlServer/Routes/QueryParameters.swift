import HTTPService
import SimulationAPI

/// The query of a list, read strictly: an unknown, repeated or invalid parameter is a problem.
struct QueryParameters {
    private var values: [String: String] = [:]

    /// Reads the query of a request.
    ///
    /// - Parameter known: the parameters that the path takes.
    /// - Throws: `Problem` (400) that names the parameter.
    init(_ request: ServiceRequest, known: [String]) throws(Problem) {
        for (name, value) in request.query {
            guard known.contains(name) else {
                throw Self.problem(name, "there is no such parameter; there are \(known.joined(separator: ", "))")
            }
            guard values[name] == nil else { throw Self.problem(name, "it is given more than once") }
            guard !value.isEmpty else { throw Self.problem(name, "it has no value") }
            values[name] = value
        }
    }

    /// A text; `nil` if it is not given.
    func text(_ name: String) -> String? { values[name] }

    /// An integer of a range; `nil` if it is not given.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw Self.problem(name, "it must be an integer in \(range.lowerBound)…\(range.upperBound)")
        }
        return number
    }

    /// One of the words of a type; `nil` if it is not given.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _: Word.Type) throws(Problem) -> Word? {
        guard let text = values[name] else { return nil }
        guard let word = Word(rawValue: text) else {
            throw Self.problem(name, "it must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// `true` or `false`; `false` if it is not given.
    func flag(_ name: String) throws(Problem) -> Bool {
        switch values[name] {
        case nil, "false": false
        case "true": true
        default: throw Self.problem(name, "it must be true or false")
        }
    }

    static func problem(_ name: String, _ detail: String) -> Problem {
        Problem(
            status: 400,
            code: "invalid_parameter",
            title: "Invalid parameter",
            detail: "\(String(name.prefix(60))): \(detail)"
        )
    }
}
