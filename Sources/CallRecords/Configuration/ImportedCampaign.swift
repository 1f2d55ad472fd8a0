package import ExactJSON
import ScenarioFile

/// What a dialer's configuration says about a scenario.
package struct ImportedCampaign: Sendable {
    package let product: DialerProduct
    /// Every leaf of the file, in its order.
    package internal(set) var settings: [ImportedSetting]
    let draft: CampaignDraft

    init(_ product: DialerProduct, _ draft: CampaignDraft) {
        self.product = product
        self.draft = draft
        settings = draft.sheet.settings
    }

    /// Reads the configuration of a dialer.
    ///
    /// - Parameters:
    ///   - text: The content of a file.
    ///   - campaign: Which campaign, by its name or identifier, where the file holds several.
    package static func read(
        text: String,
        from product: DialerProduct,
        campaign: String? = nil
    ) throws(ConfigurationError) -> ImportedCampaign {
        try read(ConfigurationTree.read(text), from: product, campaign: campaign)
    }

    /// Reads a configuration whose dialer is recognised by the names of its settings.
    package static func recognize(
        text: String,
        campaign: String? = nil
    ) throws(ConfigurationError) -> ImportedCampaign {
        let tree = try ConfigurationTree.read(text)
        guard let product = DialerProduct.allCases.first(where: { $0.isSource(of: tree) }) else {
            let known = DialerProduct.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError("the file is not a configuration of a known dialer (\(known))")
        }
        return try read(tree, from: product, campaign: campaign)
    }

    /// Whether bytes may be a configuration in some encoding: UTF-8, or one in which only some letters differ.
    package static func mayBeOne(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) == nil else { return true }
        let start = bytes.drop { $0 <= 0x20 }
        if let first = start.first, "{[<".utf8.contains(first) { return true }
        guard let tree = try? ConfigurationTree.read(String(decoding: start, as: UTF8.self)) else { return false }
        return DialerProduct.allCases.contains { $0.isSource(of: tree) }
    }

    /// What is wrong with a file of something else.
    package static let otherFile =
        "the file is not a configuration: neither JSON nor XML, and no table of campaigns; call records are for ringback fit"

    /// Reads the configuration of a dialer from its tree.
    package static func read(
        _ tree: JSONValue,
        from product: DialerProduct,
        campaign: String? = nil
    ) throws(ConfigurationError) -> ImportedCampaign {
        let scope = try product.campaign(in: tree, named: campaign)
        var draft = CampaignDraft(tree, scope: scope)
        switch product {
        case .uccx: draft.readUCCX()
        case .vicidial: draft.readVicidial()
        case .genesys: draft.readGenesys()
        case .amazon: draft.readAmazon()
        case .cxone: draft.readCXone()
        case .five9: draft.readFive9()
        }
        return ImportedCampaign(product, draft)
    }

    /// The document of `--json`.
    package var json: JSONValue {
        [
            "version": 1, "from": .string(product.rawValue), "settings": .array(settings.map(\.json)),
            "scenario": .string(scenario().text),
        ]
    }
}
