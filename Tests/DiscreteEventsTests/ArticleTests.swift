import Foundation
import Testing

/// The article about the queue M/M/1: its code is compiled here, and its numbers are those of the code.
@Suite("Article SimulatingAQueue", .timeLimit(.minutes(5)))
struct ArticleTests {
    /// The root of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func article() throws -> String {
        try text("Sources/DiscreteEvents/DiscreteEvents.docc/SimulatingAQueue.md")
    }

    struct Estimate {
        var mean: Double
        var standardError: Double

        init(_ values: [Double]) {
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            self.mean = mean
            standardError = (squares / (count - 1) / count).squareRoot()
        }

        /// Within three standard errors.
        func agrees(with exact: Double) -> Bool { abs(mean - exact) < 3 * standardError }

        var text: String { String(format: "%.2f ± %.2f", mean, standardError) }
    }

    @Test func theCodeIsWhatIsCompiled() throws {
        let code = try Self.text("Tests/DiscreteEventsTests/MM1Example.swift")
        let isShown = try Self.article().contains("```swift\n\(code)```\n")
        #expect(isShown)
    }

    @Test func theSimulationAgreesWithTheory() throws {
        let runs = (1...20).map { timeInSystem(utilization: 0.8, calls: 20_000, seed: UInt32($0)) }
        let (calls, time) = (Estimate(runs.map(\.meanCalls)), Estimate(runs.map(\.meanTime)))
        #expect(calls.agrees(with: 0.8 / (1 - 0.8)), "\(calls)")
        #expect(time.agrees(with: 1 / (1 - 0.8)), "\(time)")
        let article = try Self.article()
        for row in ["| Calls in the system | 4 | \(calls.text) |", "| Time in the system | 5 | \(time.text) |"] {
            let isStated = article.contains(row)
            #expect(isStated, "\(row)")
        }
    }
}
