import DialerEngine
import Testing

@testable import EngineValidation

/// The sections that run quickly; the whole page is `make validation`.
@Suite("Sections", .timeLimit(.minutes(5)))
struct SectionTests {
    @Test func accountingHasEveryPolicy() { #expect(AccountingFamily.policies.map(\.name) == PacingName.allCases) }

    @Test(arguments: [Section.random, .accounting, .breaks, .list])
    func everyComparisonAgrees(section: Section) async throws {
        let family = try await section.run(Simulator(scale: 0.05))
        let failures = Page(families: [family]).failures
        #expect(family.comparisons.count >= 6 && failures.isEmpty, "\(failures)")
    }

    @Test func aRunIsReproducible() async throws {
        let once = try await Section.progressive.run(Simulator(scale: 0.005, threads: 1))
        let again = try await Section.progressive.run(Simulator(scale: 0.005, threads: 2))
        #expect(once.comparisons == again.comparisons)
    }
}
