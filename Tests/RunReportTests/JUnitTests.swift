import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct JUnitTests {
    @Test(arguments: Specimen.allCases)
    func isWellFormed(_ specimen: Specimen) throws {
        let result = try specimen.result()
        let document = try XMLCheck(JUnitDocument(result).text)
        let cases = result.assertions.count + result.skippedThresholds.count
        #expect(document.elements.count { $0 == "testcase" } == cases)
        let suite = document.attributes[1]
        #expect(suite["tests"] == String(cases))
        for (kind, attribute) in [("failure", "failures"), ("error", "errors"), ("skipped", "skipped")] {
            #expect(suite[attribute] == String(document.elements.count { $0 == kind }))
        }
    }

    @Test func hostileTextStaysText() throws {
        let document = try XMLCheck(JUnitDocument(try Specimen.hostile.result()).text)
        #expect(!document.elements.contains("script"))
        #expect(
            document.attributes.contains {
                $0["name"]?.hasPrefix("</title><script>alert(1)</script>\"\u{301} onload=") == true
            }
        )
    }

    @Test func inconclusiveIsSkippedAndSaysSo() throws {
        let document = try XMLCheck(JUnitDocument(try Specimen.inconclusive.result()).text)
        let messages = zip(document.elements, document.attributes).filter { $0.0 == "skipped" }.compactMap {
            $0.1["message"]
        }
        #expect(messages.count == 2)
        #expect(messages.allSatisfy { $0.hasPrefix("inconclusive: observed ") })
        #expect(!document.elements.contains("failure"))
    }

    @Test func runWithoutAnEndIsAnError() throws {
        let document = try XMLCheck(JUnitDocument(try Specimen.unknown.result()).text)
        #expect(document.elements.filter { $0 == "error" || $0 == "failure" } == ["error"])
    }

    @Test(arguments: [
        "<a>", "<a></b>", "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a>&nbsp;</a>", "<a>\u{8}</a>", "<a/><b/>",
        "<a x=\"<\"/>", "<a>&</a>",
    ])
    func theCheckIsStrict(_ text: String) {
        #expect(throws: XMLCheck.Malformed.self) { try XMLCheck(text) }
    }
}
