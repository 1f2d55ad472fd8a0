import CallRecords
import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Testing

/// What holds for every configuration: all of it is listed, and the scenario is valid.
@Suite("Imported scenarios", .timeLimit(.minutes(15)))
struct ImportedScenarioTests {
    /// The number of leaves of a tree.
    private static func leaves(_ value: JSONValue) -> Int {
        switch value {
        case .object(let members) where !members.isEmpty: members.reduce(0) { $0 + leaves($1.value) }
        case .array(let elements) where !elements.isEmpty: elements.reduce(0) { $0 + leaves($1) }
        default: 1
        }
    }

    @Test("a scenario is valid, and warned of is what is assumed alone", arguments: Configurations.samples.map(\.file))
    func valid(_ file: String) throws {
        let campaign = try Configurations.sample(file)
        let loaded = try Configurations.scenario(campaign)
        #expect(loaded.warnings.allSatisfy { "\($0)".hasSuffix("[scenario.assumed]") }, "\(loaded.warnings)")
        let experiment = try #require(loaded.scenario.experiment(seed: 1))
        try experiment.validate()
        for path in [
            "simulation.outcomeInjection", "contactCenter.agents", "contactCenter.talk",
            "contactCenter.ringing.default",
        ] {
            #expect(loaded.scenario.assumed.contains(path))
        }
    }

    @Test(
        "every setting that is not ignored leads to a place of the scenario",
        arguments: Configurations.samples.map(\.file)
    )
    func places(_ file: String) throws {
        let campaign = try Configurations.sample(file)
        try Self.checkPlaces(campaign)
        #expect(campaign.settings.contains { $0.state != .ignored })
    }

    private static func checkPlaces(_ campaign: ImportedCampaign) throws {
        let document = try ScenarioDocument.tree(of: campaign.scenario().text)
        for setting in campaign.settings {
            #expect(!setting.why.isEmpty && setting.why.last != ".")
            #expect((setting.to == nil) == (setting.state == .ignored))
            guard let path = setting.to else { continue }
            var value: JSONValue? = document
            for step in path.split(separator: ".").map(String.init) {
                value = value?[step] ?? Int(step).flatMap { value?.elements?[$0] }
            }
            #expect(value != nil, "\(setting.name) leads to \(path)")
        }
    }

    @Test(
        "every leaf of JSON is listed once",
        arguments: Configurations.samples.map(\.file).filter { $0.hasSuffix("json") }
    )
    func everyLeaf(_ file: String) throws {
        let campaign = try Configurations.sample(file)
        #expect(campaign.settings.count == Self.leaves(try JSONReader.read(Configurations.text(file))))
        #expect(Set(campaign.settings.map(\.name)).count == campaign.settings.count)
    }

    @Test("every leaf of XML and every column is listed")
    func everyLeafElsewhere() throws {
        #expect(try Configurations.sample("uccx.xml").settings.count == 27)
        #expect(try Configurations.sample("five9.xml").settings.count == 27)
        #expect(try Configurations.sample("vicidial.csv").settings.count == 24)
        #expect(try Configurations.sample("vicidial.sql").settings.count == 10)
        #expect(try Configurations.sample("vicidial-api.txt").settings.count == 12)
    }

    @Test("the document has the settings and the scenario")
    func document() throws {
        let json = try Configurations.sample("vicidial-api.txt").json
        #expect(json["version"] == 1 && json["from"] == "vicidial")
        let method = json["settings"]?.elements?.first { $0["name"] == "dial_method" }
        #expect(method == ["name": "dial_method", "state": "mapped", "to": "pacing.ratio", "why": "the same law"])
        #expect(
            json["settings"]?.elements?.first == [
                "name": "campaign_id", "state": "ignored", "to": nil, "why": "nothing in a scenario depends on it",
            ]
        )
        #expect(json["scenario"]?.string?.contains("level: 1.8  # dial_level 1.8") == true)
    }

    @Test("no value of an ignored setting and no name of a person gets into the output")
    func privacy() throws {
        let text = try Configurations.text("five9.xml")
            .replacing(
                "<description>Invented</description>",
                with: "<ftpPassword>CANARY1</ftpPassword><description>CANARY2</description>"
            )
        let campaign = try ImportedCampaign.read(text: text, from: .five9)
        #expect(campaign.setting("ftpPassword")?.state == .ignored)
        #expect(!campaign.json.text.contains("CANARY"))
    }

    // MARK: Mutations

    /// A text with a few places changed.
    private static func mutated(_ text: String, _ random: inout RandomDraws) -> String {
        var bytes = Array(text.utf8)
        func number(_ bound: Int) -> Int { Int(random.uniform() * Double(max(1, bound))) }
        let pieces = [
            "-1", "0", "1e-60", "0.00001", "99999999999999999999", "1e400", "0.0000000001", "", "\"", "'", "<", ">",
            "&", "{", "}", "[",
            "]", ",", "|", "\\",
            "null", "true", "NULL", "MAX", "3%", "\n", "\u{85}", "\u{202E}", "<!--", "]]>", "&lt;", "&x;", "1,5",
            "24:00", "2400", "PT0H",
            "PREVIEW", "IVR", "MANUAL", "RATIO", "agentless", "power", "progressive", "PROGRESSIVE", "POWER", "100",
            "1000", "0x10", "é",
            "${X}", ": ", "# ",
        ]
        for _ in 0...number(3) where !bytes.isEmpty {
            let place = number(bytes.count)
            switch number(5) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(contentsOf: Array(pieces[number(pieces.count)].utf8), at: place)
            case 2:
                let end = min(bytes.count, place + number(30))
                bytes.replaceSubrange(place..<end, with: bytes[number(bytes.count)...].prefix(number(40)))
            case 3: bytes[place] = UInt8(number(256))
            default:
                // A whole number is the most interesting thing to change.
                guard let start = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { continue }
                let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) && $0 != 0x2E } ?? bytes.count
                bytes.replaceSubrange(start..<end, with: Array(pieces[number(pieces.count)].utf8))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "whatever a file holds, it is refused with a reason or gives a valid scenario",
        arguments: Configurations.samples.map(\.file)
    )
    func mutations(_ file: String) throws {
        let text = try Configurations.text(file)
        let product = try #require(Configurations.samples.first { $0.file == file }?.product)
        var random = RandomStream(seed: 20).draws(index: UInt64(file.utf8.count), purpose: 1)
        var read = 0
        for _ in 0..<400 {
            let changed = Self.mutated(text, &random)
            let campaign: ImportedCampaign
            do { campaign = try ImportedCampaign.read(text: changed, from: product) } catch {
                #expect(!error.description.isEmpty)
                continue
            }
            read += 1
            do {
                _ = try Configurations.scenario(campaign)
                try Self.checkPlaces(campaign)
            } catch {
                Issue.record("\(error)\n\(campaign.scenario().text)\n\(changed)")
                return
            }
        }
        #expect(read > 50)
    }
}
