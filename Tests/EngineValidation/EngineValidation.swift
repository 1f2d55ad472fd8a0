internal import Foundation

/// Compares the engine with theory and prints the page of docs/VALIDATION.md.
@main
enum EngineValidation {
    static func main() async throws {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            complain(Options.usage)
            exit(2)
        }
        let simulator = Simulator(scale: options.scale)
        var page = Page(families: [])
        for section in Section.allCases where options.only.map(section.rawValue.contains) ?? true {
            page.families.append(try await section.run(simulator))
        }
        print(page.markdown, terminator: "")
        for failure in page.failures { complain("does not agree: \(failure)") }
        exit(page.failures.isEmpty ? 0 : 1)
    }

    private static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
