import Foundation
import Testing

/// The landing page of the documentation: its code is compiled here, and its numbers are those of the code.
@Suite("Landing page", .timeLimit(.minutes(5)))
struct LandingPageTests {
    static func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func page() throws -> String { try text("Sources/DialerEngine/DialerEngine.docc/DialerEngine.md") }

    @Test func theCodeIsWhatIsCompiled() throws {
        let code = try Self.text("Tests/DialerEngineTests/ExperimentExample.swift")
        let isShown = try Self.page().contains("```swift\n\(code)```\n")
        #expect(isShown)
    }

    @Test func theNumbersAreThoseOfTheCode() async throws {
        let comparison = try await comparePolicies(shifts: 10)
        func percent(_ value: Double?) -> String { String(format: "%.1f %%", 100 * (value ?? .nan)) }
        let (progressive, power) = (comparison["progressive"], comparison["power"])
        let text = try Self.page().replacing("\n", with: " ")
        #expect(progressive?.abandoned == 0)
        for statement in [
            "busy for \(percent(progressive?.occupancy)) of their time and abandons nobody",
            "reaches \(percent(power?.occupancy)) and abandons \(percent(power?.abandoned)) of the answered",
        ] {
            let isStated = text.contains(statement)
            #expect(isStated, "\(statement)")
        }
    }
}
