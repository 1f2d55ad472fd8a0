import CallRecords
import ExactJSON
import Foundation
import ScenarioFile
import Testing

/// The configurations in Examples/records, and short ways to read others.
enum Configurations {
    static let samples: [(file: String, product: DialerProduct)] = [
        ("uccx.xml", .uccx), ("uccx.json", .uccx), ("vicidial.csv", .vicidial), ("vicidial.sql", .vicidial),
        ("vicidial-api.txt", .vicidial), ("vicidial-api-header.txt", .vicidial), ("genesys.tf.json", .genesys),
        ("amazon-v1.json", .amazon), ("amazon-v2.json", .amazon), ("cxone.json", .cxone), ("five9.xml", .five9),
    ]

    static let folder = URL(filePath: #filePath).appending(path: "../../../../Examples/records/configurations")
        .standardized

    static func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }

    static func sample(_ file: String) throws -> ImportedCampaign {
        let product = try #require(samples.first { $0.file == file }?.product)
        return try ImportedCampaign.read(text: text(file), from: product)
    }

    /// The scenario of a configuration, which has to be valid.
    static func scenario(_ campaign: ImportedCampaign) throws -> LoadedScenario {
        try Scenario.parse(text: campaign.scenario().text, file: "imported.yaml")
    }

    /// The refusal of a text; nil if it is read.
    static func refusal(_ text: String, _ product: DialerProduct, campaign: String? = nil) -> String? {
        do {
            _ = try ImportedCampaign.read(text: text, from: product, campaign: campaign)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension ImportedCampaign {
    /// The setting whose path ends so.
    func setting(_ name: String) -> ImportedSetting? {
        settings.first { $0.name == name || $0.name.hasSuffix("." + name) }
    }

    /// `state to` of a setting, such as `mapped pacing.ratio.level`.
    func fate(_ name: String) -> String? {
        setting(name).map { $0.state.rawValue + ($0.to.map { " \($0)" } ?? "") }
    }

    /// Expects the fate of each of these settings.
    func expect(_ fates: KeyValuePairs<String, String>) {
        for (name, found) in fates { #expect(fate(name) == found, "\(name)") }
    }
}
