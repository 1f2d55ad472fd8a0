import Addresses
import ExactJSON

extension DialerProduct {
    /// The path of the campaign in a file.
    ///
    /// - Parameter name: Which one, by a name or an identifier of it, where there are several.
    func campaign(in tree: JSONValue, named name: String?) throws(ConfigurationError) -> [String] {
        var found = campaigns(in: tree)
        guard !found.isEmpty else { throw ConfigurationError(mismatch(tree)) }
        if let name {
            found = found.filter { $0.labels.contains(name) }
            guard !found.isEmpty else {
                throw ConfigurationError("the file has no campaign \"\(PrintableText.excerpt(name))\"")
            }
        }
        guard found.count == 1 else {
            let names = found.compactMap(\.labels.first).prefix(10).map { "\"\(PrintableText.excerpt($0, to: 40))\"" }
            let list = names.isEmpty ? "" : ": " + names.joined(separator: ", ") + (found.count > 10 ? " …" : "")
            throw ConfigurationError("the file holds \(found.count) campaigns\(list); choose one with --campaign")
        }
        // The settings of a skill come as several objects beside each other.
        return self == .cxone && name == nil ? [] : found[0].path
    }

    /// Whether a file holds a campaign of this dialer.
    func isSource(of tree: JSONValue) -> Bool { !campaigns(in: tree).isEmpty }

    /// What a file is, if it is not of this dialer.
    private func mismatch(_ tree: JSONValue) -> String {
        let other = Self.allCases.first { $0 != self && $0.isSource(of: tree) }
        guard let other else {
            return "the file is not \(file): it has none of \(marks.joined(separator: ", "))"
        }
        return "the file is not \(file); it looks like \(other.file), so try --from \(other.rawValue)"
    }

    /// Names of which each campaign of this dialer has at least one.
    private var marks: [String] {
        switch self {
        case .uccx: ["dialerType", "typeSpecificInfo"]
        case .vicidial: ["dial_method"]
        case .genesys: ["dialing_mode"]
        case .amazon: ["dialerConfig", "channelSubtypeConfig", "outboundMode"]
        case .cxone:
            [
                "generalSettings", "retrySettings", "maximumRatio", "abandonRateThreshold", "abandonRateCutoff",
                "aggressiveness", "minimumRetryMinutes",
            ]
        case .five9: ["dialingMode"]
        }
    }

    private struct Candidate {
        var path: [String]
        /// Names and identifiers of the campaign.
        var labels: [String]
    }

    /// The objects of a tree that are campaigns of this dialer; what is inside one is not looked at.
    private func campaigns(in tree: JSONValue) -> [Candidate] {
        let words = Set(marks.map(SettingsSheet.word))
        var found: [Candidate] = []
        var open: [(value: JSONValue, path: [String])] = [(tree, [])]
        while let (value, path) = open.popLast() {
            switch value {
            case .object(let members):
                let isCampaign = members.contains { member in
                    words.contains(SettingsSheet.word(member.name)) && isOwn(member, members)
                }
                if isCampaign {
                    found.append(Candidate(path: path, labels: Self.labels(members, path)))
                } else {
                    for member in members.reversed() where !member.value.isLeaf {
                        open.append((member.value, path + [member.name]))
                    }
                }
            case .array(let elements):
                for (index, element) in elements.enumerated().reversed() where !element.isLeaf {
                    open.append((element, path + [String(index)]))
                }
            default: break
            }
        }
        return found
    }

    /// Genesys Cloud and Five9 have a setting of the same name; the words of one are in small letters.
    private func isOwn(_ member: JSONValue.Member, _ members: [JSONValue.Member]) -> Bool {
        guard self == .genesys || self == .five9, SettingsSheet.word(member.name) == "dialingmode" else { return true }
        let others = Set(members.map { SettingsSheet.word($0.name) })
        let isFive9 = !others.isDisjoint(with: [
            "callsagentratio", "dialingratio", "maxqueuetime", "monitordroppedcalls", "maxdroppedcallspercentage",
            "analyzelevel", "usetelemarketingmaxquetimeeq1", "distributionalgorithm", "callanalysismode", "profilename",
        ])
        let text = member.value.label ?? ""
        let isUpper = !text.isEmpty && text == text.uppercased()
        return (isFive9 || isUpper && member.name == "dialingMode") == (self == .five9)
    }

    private static func labels(_ members: [JSONValue.Member], _ path: [String]) -> [String] {
        let names = ["campaignname", "campaignid", "name", "id", "skillname", "skillid"]
        let own = names.compactMap { name in
            members.first { SettingsSheet.word($0.name) == name }.flatMap(\.value.label)
        }
        return own + path.reversed().filter { Int($0) == nil }
    }
}

extension JSONValue {
    /// The text of a leaf, or of an XML element with attributes.
    fileprivate var label: String? { string ?? number ?? self["#text"]?.string }

    fileprivate var isLeaf: Bool {
        switch self {
        case .object, .array: false
        case .null, .bool, .number, .string: true
        }
    }
}
