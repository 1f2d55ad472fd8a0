import ScenarioFile
import SimulationAPI
import Testing

@Suite("YAML that the format refuses", .timeLimit(.minutes(5)))
struct YAMLTests {
    /// A text and every diagnostic it gives; texts that get past the syntax lack everything else of a scenario.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var problems: [String]
        var testDescription: String { String(text.prefix(30)).debugDescription }
    }

    static let refused: [Case] = [
        Case(text: "", problems: ["s.yaml:1:1: error: the file holds no document [yaml.empty]"]),
        Case(text: "# nothing\n", problems: ["s.yaml:1:1: error: the file holds no document [yaml.empty]"]),
        Case(
            text: "a: b: c",
            problems: ["s.yaml:1:5: error: mapping values are not allowed in this context [yaml.syntax]"]
        ),
        Case(
            text: "a:\n\tb: 1",
            problems: [
                "s.yaml:2:1: error: found character that cannot start any token while scanning for the next token; "
                    + "indent with spaces, not with tabs [yaml.syntax]"
            ]
        ),
        Case(
            text: "name: @home",
            problems: [
                "s.yaml:1:7: error: found character that cannot start any token while scanning for the next token; "
                    + "put a text that begins with @ in quotes [yaml.syntax]"
            ]
        ),
        Case(
            text: "thresholds:\n  occupancy: >= 75%\n",
            problems: [
                "s.yaml:2:15: error: did not find expected comment or line break while scanning a block scalar; "
                    + "put a text that begins with > or | in quotes [yaml.syntax]"
            ]
        ),
        Case(
            text: "a: {b: 1\nc: 2",
            problems: [
                "s.yaml:2:2: error: did not find expected ',' or '}' while parsing a flow mapping that starts in "
                    + "line 1 [yaml.syntax]"
            ]
        ),
        Case(text: "a: é\u{1}", problems: ["s.yaml:1:5: error: control characters are not allowed [yaml.syntax]"]),
        Case(
            text: "a: 1\n---\nb: 1\n",
            problems: [
                "s.yaml:2:1: error: a scenario file holds one document; a second one starts here [yaml.documents]"
            ]
        ),
        Case(
            text: String(repeating: "[", count: 65),
            problems: ["s.yaml:1:65: error: nested deeper than 64 [yaml.depth]"]
        ),
        Case(
            text: String(repeating: "{a: ", count: 100_000),
            problems: ["s.yaml:1:257: error: nested deeper than 64 [yaml.depth]"]
        ),
        Case(text: "- a", problems: ["s.yaml:1:1: error: the document must be an object, not a list [field.type]"]),
        Case(
            text: "\u{FEFF}5",
            problems: ["s.yaml:1:1: error: the document must be an object, not the number 5 [field.type]"]
        ),
    ]

    @Test("one diagnostic where there is no document to judge", arguments: refused)
    func syntax(_ example: Case) {
        #expect(Fixture.problems(of: example.text) == example.problems)
    }

    @Test("anchors, aliases, tags and keys are reported with the rest of the file")
    func refusals() {
        let text = """
            version: &v 1
            name: *v
            simulation: !!map {}
            limits: {maxConcurrent: 9, maxConcurrent: 8}
            1: x
            ? [a]
            : b
            thresholds: {occupancy: !rate ">= 1%"}
            """
        #expect(
            Fixture.problems(of: text) == [
                "s.yaml:1:10: error: the anchor &v is refused; leave it out [yaml.anchor]",
                "s.yaml:2:7: error: the alias *v is refused; write the value [yaml.alias]",
                "s.yaml:3:13: error: the tag tag:yaml.org,2002:map is refused; leave it out [yaml.tag]",
                "s.yaml:3:13: error: campaignId is missing [field.missing]",
                "s.yaml:3:13: error: virtualAgentMatrix is missing [field.missing]",
                "s.yaml:3:13: error: outcomeInjection is missing [field.missing]",
                "s.yaml:3:13: error: concurrencyLimit is missing [field.missing]",
                "s.yaml:3:13: error: maxCalls is missing [field.missing]",
                "s.yaml:3:13: error: complianceBypass must be written as true: a simulation places no real calls, "
                    + "so compliance rules are bypassed on purpose, and the payload has to say so "
                    + "[compliance_bypass.required]",
                "s.yaml:4:28: error: duplicate key \"maxConcurrent\" [yaml.duplicate_key]",
                "s.yaml:5:1: error: a key must be a string, not a number; put it in quotes [yaml.key]",
                "s.yaml:6:3: error: a key must be a string, not an array; put it in quotes [yaml.key]",
                "s.yaml:8:25: error: the tag !rate is refused; leave it out [yaml.tag]",
            ]
        )
    }

    @Test("words that other tools change, and variables that no tool fills in, are named")
    func otherTools() {
        #expect(
            Fixture.problems(adding: "true: 1\n").first?.contains(
                "a key must be a string, not true; if a tool for YAML 1.1 made it of on, yes or y, write that in quotes [yaml.key]"
            ) == true
        )
        #expect(
            Fixture.problems(adding: "false: 1\n").first?.contains("made it of off, no or n, write that in quotes")
                == true
        )
        #expect(
            Fixture.problems(adding: "m\u{430}xCalls: 1\n").first?.hasSuffix(
                #"unknown field "m\u{430}xCalls" [field.unknown]"#
            ) == true
        )
        let text = Fixture.base.replacing("maxCalls: 50", with: "maxCalls: ${CALLS}")
        #expect(text != Fixture.base)
        let problems = Fixture.problems(of: text)
        #expect(
            problems.contains {
                $0.hasSuffix("warning: variables are not filled in; use --set: \"${CALLS}\" [yaml.variable]")
            }
        )
        #expect(problems.contains { $0.contains("maxCalls must be an integer, not \"${CALLS}\"") })
        for name in ["$5", "${}", "a ${", "$CALLS", "${5}"] {
            #expect(
                !Fixture.problems(adding: "description: '\(name)'\n").contains { $0.contains("yaml.variable") },
                "\(name)"
            )
        }
    }

    @Test("a bomb of aliases is refused in no time")
    func aliasBomb() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n? *a\(level)\n: x\n" }
        #expect(
            Fixture.problems(of: text).contains(
                "s.yaml:2:10: error: the alias *a0 is refused; write the value [yaml.alias]"
            )
        )
    }

    @Test("a file that is too large, problems that are too many")
    func bounds() {
        let large = "# " + String(repeating: "x", count: 1 << 20)
        #expect(Fixture.problems(of: large) == ["s.yaml:1:1: error: the file is larger than 1 MiB [file.too_large]"])
        let many = Fixture.problems(adding: "monitors:\n" + String(repeating: "- 5\n", count: 20_000))
        #expect(many.count == 501)
        #expect(many.last == "s.yaml: error: 19500 further problems are not listed [diagnostics.too_many]")
    }

    @Test("JSON is YAML: tabs, escapes, surrogate pairs and all")
    func json() throws {
        let text = """
            \t{"version":1,"name":"caf\\u00e9 \\ud83d\\ude00 \\/ \\\\ud83d",
            \t"simulation":{"campaignId":"A1B2C3D4-e5f6-7890-abcd-ef1234567890","virtualAgentMatrix":{"flowId":"f"},
            \t"outcomeInjection":{"enabled":true,"answerProbability":1e0},"concurrencyLimit":5,"maxCalls":5E1,
            \t"complianceBypass":true},
            \t"limits"\t:\t{"maxConcurrent":\t"5"}}
            """
        #expect(
            Fixture.problems(of: text) == [
                "s.yaml:5:31: error: maxConcurrent must be an integer, not \"5\" [field.type]"
            ]
        )
        let loaded = try Scenario.parse(text: text.replacing("\t\"5\"", with: " 5"), file: "s.json")
        #expect(loaded.scenario.name == "café 😀 / \\ud83d")
        #expect(loaded.scenario.payload.maxCalls == 50)
        #expect(loaded.scenario.payload.campaignID == "a1b2c3d4-e5f6-7890-abcd-ef1234567890")
    }
}
