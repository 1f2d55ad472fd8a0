import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct HTMLReportTests {
    @Test func hostileTextStaysText() throws {
        let html = try HTMLReport(try Specimen.hostile.result(), command: Specimen.attack).text()
        #expect(!html.contains("<script"))
        #expect(!html.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x1B || $0.value == 0 })
        #expect(!html.utf8.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: "FORGED".utf8) })
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;\u{301} onload=&quot;x&#39; &amp;amp;"))
        #expect(html.contains("{{{style}}} {{#run}}"))
        #expect(!html.utf8.contains { $0 == 0x1B })
    }

    @Test(arguments: Specimen.allCases)
    func asksForNothing(_ specimen: Specimen) throws {
        let html = try HTMLReport(try specimen.result()).text()
        #expect(html.hasPrefix("<!doctype html>\n"))
        #expect(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""))
        for word in ["<script", " src=", "@import", "url(\"", "url(h", "url(d", "<iframe", "javascript:"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("href=\"") == html.contains("href=\"data:,\""))
        let verdict = try specimen.result().verdict.rawValue
        #expect(html.contains("<strong>\(verdict.uppercased())</strong>"))
    }

    /// No value is left unfilled, and every element that is opened is closed.
    @Test(arguments: Specimen.allCases)
    func bodyIsBalanced(_ specimen: Specimen) throws {
        let html = try HTMLReport(try specimen.result()).text()
        let start = try #require(html.firstRange(of: "<body>"))
        let end = try #require(html.firstRange(of: "</body>"))
        #expect(throws: Never.self) { try XMLCheck(String(html[start.lowerBound..<end.upperBound])) }
        if specimen != .hostile { #expect(!html.contains("{{")) }
    }

    @Test func chartsHaveNamesAndDescriptions() throws {
        let result = try Specimen.pass.result()
        let timeline = try #require(TimelineChart(result.facts.calls.timeline, limit: 5))
        let outcomes = OutcomeChart(result.outcomes, isInjected: true)
        for (svg, id) in [(outcomes.svg, "outcomes"), (timeline.svg, "timeline")] {
            let check = try XMLCheck(svg.markup)
            #expect(Array(check.elements.prefix(3)) == ["svg", "title", "desc"])
            #expect(check.attributes[0]["role"] == "img")
            #expect(check.attributes[0]["aria-labelledby"] == "\(id)-title \(id)-description")
        }
        let description = "outcomes-description\">Of 50 ended calls: dial-tone 16 %, injected 15 %;"
        #expect(outcomes.svg.markup.contains(description))
    }

    @Test func nothingIsDrawnOfARunWithoutCalls() throws {
        let html = try HTMLReport(try Specimen.unknown.result()).text()
        #expect(!html.contains("<svg"))
        #expect(html.contains("look for the tag predictive-calibration-test:01JD9Z7QK4T8M2N6P0R3S5V7XY"))
    }

    /// Everything in a drawing stays within its width.
    @Test(arguments: [1, 5, 60])
    func drawingsStayInside(_ limit: Int) throws {
        let facts = try FactsFixture.facts { $0.payload.concurrencyLimit = limit }
        let result = RunResult(judging: facts)
        let timeline = try #require(TimelineChart(facts.calls.timeline, limit: limit))
        for svg in [OutcomeChart(result.outcomes, isInjected: true).svg, timeline.svg] {
            let check = try XMLCheck(svg.markup)
            func number(_ name: String, of element: Int) throws -> Double {
                try #require(check.attributes[element][name].flatMap { Double($0.filter { $0 != "%" }) })
            }
            let bars = check.elements.indices.filter {
                check.elements[$0] == "rect" && check.attributes[$0]["x"] != nil
            }
            #expect(!bars.isEmpty)
            let total = try number("height", of: 0)
            for bar in bars {
                let (x, width) = (try number("x", of: bar), try number("width", of: bar))
                let (y, height) = (try number("y", of: bar), try number("height", of: bar))
                // Percentages are written with three digits after the point, pixels with two.
                #expect(x >= 0 && width >= 0 && x + width <= 100.001)
                #expect(y >= 0 && height >= 0 && y + height <= total + 0.01)
            }
        }
    }

    @Test func limitLineIsLeftOutFarAboveTheCalls() throws {
        func lines(_ limit: Int) throws -> Int {
            let facts = try FactsFixture.facts { $0.payload.concurrencyLimit = limit }
            let markup = try #require(TimelineChart(facts.calls.timeline, limit: limit)).svg.markup
            return markup.split(separator: "class=\"limit\" stroke", omittingEmptySubsequences: false).count - 1
        }
        #expect(try lines(5) == 1)
        #expect(try lines(60) == 0)
    }

    /// CI servers strip style sheets: whatever is drawn has its colours in attributes, and areas that share a picture differ in
    /// lightness or have a texture.
    @Test func picturesNeedNoStyleSheet() throws {
        let facts = try FactsFixture.facts { $0.payload.concurrencyLimit = 2 }
        let result = RunResult(judging: facts)
        let timeline = try #require(TimelineChart(facts.calls.timeline, limit: 2))
        for picture in [OutcomeChart(result.outcomes, isInjected: true).picture, timeline.picture] {
            let page = try ReportPage(
                kind: "test",
                scenario: "s",
                headline: "h",
                sentence: "s",
                [ReportSection("t", id: "t", [.picture(picture)])]
            ).text()
            let start = try #require(page.firstRange(of: "<main>")), end = try #require(page.firstRange(of: "</main>"))
            let check = try XMLCheck(String(page[start.lowerBound..<end.upperBound]))
            for (name, attributes) in zip(check.elements, check.attributes) {
                switch name {
                case "rect", "text": #expect(attributes["fill"] != nil, "\(attributes)")
                case "line": #expect(attributes["stroke"] != nil, "\(attributes)")
                case "path": #expect(attributes["stroke"] != nil && attributes["fill"] != nil, "\(attributes)")
                default: break
                }
            }
        }
        func lightness(_ paint: Paint) throws -> Double {
            let hex = try #require(UInt32(paint.colour.dropFirst(), radix: 16))
            let parts = [hex >> 16, hex >> 8, hex].map { Double($0 & 0xFF) / 255 }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let together: [[Paint]] = [
            [.dialTone, .busy, .noAnswer, .answered, .voicemail], [.duty, .area], [.area, .excess], [.law, .area],
            [.duty, .answered], [.shade, .area],
        ]
        for paints in together {
            for (index, first) in paints.enumerated() {
                for second in paints.dropFirst(index + 1) {
                    let apart = abs(try lightness(first) - lightness(second))
                    #expect(apart > 0.15 || first.texture != second.texture, "\(first), \(second)")
                }
            }
        }
    }

    /// The page of a long run: every bin of the time line is full, and every outcome occurs in it.
    @Test func aPageOfManyCallsStaysSmall() throws {
        let facts = try FactsFixture.facts { facts in
            var timeline = CallTimeline()
            timeline.binMs = 60_000
            timeline.callsUp = (0..<240).map { 1 + $0 % 60 }
            timeline.ended = (0..<240).map { bin in
                Dictionary(uniqueKeysWithValues: CallOutcome.allCases.map { ($0, 80 + bin) })
            }
            facts.calls.timeline = timeline
            facts.notes = (0..<100).map { "note \($0): " + String(repeating: "word ", count: 40) }
        }
        #expect(try HTMLReport(RunResult(judging: facts)).text().utf8.count < 1 << 20)
    }
}
