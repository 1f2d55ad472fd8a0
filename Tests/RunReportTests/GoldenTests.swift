import ExactJSON
import RingbackTestKit
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct GoldenTests {
    @Test(arguments: Specimen.allCases)
    func terminalTextIsGolden(_ specimen: Specimen) throws {
        let summary = TerminalSummary(
            try specimen.result(),
            reportPath: ".ringback/runs/01JD9Z7QK4T8M2N6P0R3S5V7XY/report.html"
        )
        try Golden.expect(summary.text, "\(specimen.rawValue).txt")
    }

    @Test(arguments: Specimen.allCases)
    func resultDocumentIsGolden(_ specimen: Specimen) throws {
        try Golden.expect(try specimen.result().json.prettyText + "\n", "\(specimen.rawValue).json")
    }

    @Test(arguments: Specimen.allCases)
    func junitDocumentIsGolden(_ specimen: Specimen) throws {
        try Golden.expect(JUnitDocument(try specimen.result()).text, "\(specimen.rawValue).xml")
    }

    @Test(arguments: Specimen.allCases)
    func htmlReportIsGolden(_ specimen: Specimen) throws {
        try Golden.expect(try HTMLReport(try specimen.result()).text(), "\(specimen.rawValue).html")
    }

    @Test func colouredTerminalTextIsGolden() throws {
        let summary = TerminalSummary(try Specimen.fail.result(), style: .ansi, width: 72)
        try Golden.expect(summary.text, "fail-ansi-72.txt")
    }
}
