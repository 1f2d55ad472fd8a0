import CallRecords
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Testing

/// What is written for people reads back as the same tree.
@Suite("A scenario with comments", .timeLimit(.minutes(15)))
struct CommentedScenarioTests {
    @Test func looksLikeThis() throws {
        var scenario = CommentedScenario(heading: ["Fitted to calls.csv.", ""])
        scenario.set("version", 1)
        scenario.set("contactCenter.agents", 12, comment: "assumed", heading: ["Who is on duty."])
        scenario.set(
            "contactCenter.talk",
            ["lognormal": ["mean": "180s", "sd": "240s"]],
            comment: "from 1,204 calls\nof May"
        )
        scenario.set(
            "contactCenter.roster",
            [["agents": 6, "from": 0, "to": "17:00"], ["agents": 2, "from": "2h", "to": "8h"]]
        )
        scenario.set("run.shift", "8h")
        scenario.set("run.start", "09:00")
        scenario.set("thresholds", ["waitSeconds.mean": "<= 2"])
        scenario.set("name", "off")
        scenario.set("run.shift", "7h30m", comment: "first to last call")
        #expect(
            scenario.text == """
                # Fitted to calls.csv.
                #
                version: 1
                contactCenter:
                  # Who is on duty.
                  agents: 12  # assumed
                  talk: {lognormal: {mean: 180s, sd: 240s}}  # from 1,204 calls of May
                  roster:
                    - {agents: 6, from: 0, to: "17:00"}
                    - {agents: 2, from: 2h, to: 8h}
                run:
                  shift: 7h30m  # first to last call
                  start: "09:00"
                thresholds: {waitSeconds.mean: "<= 2"}
                name: "off"

                """
        )
        #expect(try ScenarioDocument.tree(of: scenario.text) == scenario.json)
        #expect(scenario["contactCenter.talk.lognormal.mean"] == "180s")
        #expect(scenario["contactCenter.wrap"] == nil)
    }

    @Test("values are set inside others, replaced and removed")
    func changes() {
        var scenario = CommentedScenario()
        scenario.set("list", ["contacts": 5, "retry": ["noAnswer": "1h"]], heading: ["Who is called."])
        scenario.set("list.retry.busySignal", "5m", comment: "campaign")
        scenario.set("list.contacts", 7)
        scenario.remove("list.retry.noAnswer")
        #expect(scenario.json == ["list": ["contacts": 7, "retry": ["busySignal": "5m"]]])
        scenario.comment("list.contacts", "from 7 contacts")
        #expect(scenario.text.contains("# Who is called.\nlist:\n  contacts: 7  # from 7 contacts\n"))
        scenario.remove("list")
        #expect(scenario.text == "{}\n")
    }

    @Test("a long list goes on in further lines")
    func longLists() throws {
        var scenario = CommentedScenario()
        let values = (0..<200).map { JSONValue.double(Double($0) / 8) }
        scenario.set("contactCenter.talk", ["empirical": .array(values)], comment: "200 quantiles")
        scenario.set("words", .array((0..<40).map { .string("contactCenter.part\($0)") }))
        #expect(scenario.text.split(separator: "\n").allSatisfy { $0.count <= 120 })
        #expect(try ScenarioDocument.tree(of: scenario.text) == scenario.json)
    }

    @Test("whatever is written reads back as the same tree", arguments: UInt32(0)..<40)
    func readsBack(_ seed: UInt32) throws {
        var random = RandomTree(seed: seed)
        for _ in 0..<50 {
            var scenario = CommentedScenario(heading: [random.text()])
            for _ in 0..<random.number(8) {
                let path = (0...random.number(3)).map { _ in "k\(random.number(5))" }.joined(separator: ".")
                scenario.set(path, random.value(depth: 0), comment: random.text(), heading: [random.text()])
            }
            let text = scenario.text
            #expect(try ScenarioDocument.tree(of: text) == scenario.json, "\(text)")
        }
    }
}

/// Draws values of every kind, with texts that YAML could take for something else.
private struct RandomTree {
    private var random: RandomDraws

    init(seed: UInt32) { random = RandomStream(seed: seed).draws(index: 0, purpose: 0) }

    mutating func number(_ bound: Int) -> Int { Int(random.uniform() * Double(bound)) }

    mutating func text() -> String {
        let pieces = [
            "a", "yes", "no", "null", "~", "0x1F", "1e5", ".5", "12:30", "2026-03-02", " ", "  ", "#", " #", ": ", ":",
            "- ", "-",
            "?", "*a", "&a", "!t", "|", ">", "%", "@", "`", "'", "\"", "\\", "\n", "\r", "\t", "\u{0}", "\u{7F}",
            "\u{85}", "\u{9F}",
            "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{FFFF}", "é", "😀", "{", "}", "[", "]", ",", "true", "3%", "15s",
            "\u{301}", "\u{200B}",
            "...", "---", "=", "<<", "_", "+1", "0o7", "on",
        ]
        return (0..<number(4)).map { _ in pieces[number(pieces.count)] }.joined()
    }

    mutating func value(depth: Int) -> JSONValue {
        switch number(depth < 4 ? 8 : 5) {
        case 0: .null
        case 1: .bool(number(2) == 0)
        case 2: .number(["0", "-1", "1.50", "0.001", "1e-05", "123456789012345678901234567890"][number(6)])
        case 3, 4: .string(text())
        case 5: .array((0..<number(40)).map { _ in .string(text()) })
        case 6: .array((0..<number(5)).map { _ in value(depth: depth + 1) })
        default: object(depth)
        }
    }

    private mutating func object(_ depth: Int) -> JSONValue {
        var members: [JSONValue.Member] = []
        for _ in 0..<number(5) {
            let name = text()
            guard !members.contains(where: { Array($0.name.utf8) == Array(name.utf8) || $0.name == name }) else {
                continue
            }
            members.append(.init(name, value(depth: depth + 1)))
        }
        return .object(members)
    }
}
