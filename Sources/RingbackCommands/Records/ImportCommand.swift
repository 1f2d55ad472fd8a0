import Addresses
import ArgumentParser
import CallRecords
import ExactJSON
import HTTPExchange
import RingbackHome
import RunPipeline
import RunReport
import ScenarioFile
import SimulationAPI
import SimulationClient

extension DialerProduct: ExpressibleByArgument {}

/// `ringback import`: from a dialer's own configuration to a scenario.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn a dialer's configuration into a scenario, and list what became of each setting.",
        discussion: """
            Only parameters map; how a dialer behaves is a model. Each setting of the file
            is listed as mapped, approximated (with the reason) or ignored. What the file
            cannot know is listed under assumed in the scenario, and validate warns of it.
            The scenario goes to --out, else to standard output. docs/IMPORT.md says which
            settings are read, and how well each format is known.

            Examples:
              ringback import campaign.xml --from uccx --out scenario.yaml
              ringback import campaign.csv --from vicidial --out scenario.yaml
              ringback import campaign.sql --from vicidial --campaign SPRING
              ringback import campaign.tf.json --from genesys
              ringback import campaign.json --from amazon --json | jq '.settings[]'
              ringback import general-settings.json --from cxone --out scenario.yaml
              ringback import campaign.xml --from five9 --out scenario.yaml
              ringback import --from cxone --skill 4711 --profile tenant.yaml
              ringback validate scenario.yaml

            With --skill the settings are read from the tenant's API, with a token for the
            access key in CXONE_CLIENT_ID and CXONE_CLIENT_SECRET; tried against a fake of
            that API, never against a tenant.

            Exit codes:
              0  the scenario is written
              2  the file cannot be read, or is not of this dialer
              3  the API refused, or cannot be reached
              4  the API did not answer in time
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("dialer", "The dialer that the configuration is from."))
    var from: DialerProduct

    @Option(help: .value("name", "Which campaign, by name or identifier, of a file that holds several."))
    var campaign: String?

    @Option(help: .value("file", "Where the scenario is written."), completion: .yaml)
    var out: String?

    @Option(help: .value("number", "Read the settings of this CXone skill from the API, in place of a file."))
    var skill: Int?

    @Option(help: .value("file", "Where that API is (docs/TARGETS.md)."), completion: .yaml)
    var profile: String?

    @Argument(help: .value("file", "The configuration; - is standard input."), completion: .file())
    var file: String?

    func validate() throws {
        if (file == nil) == (skill == nil) {
            throw ValidationError(
                skill == nil ? "name the file of the configuration" : "a file and --skill are two sources; choose one"
            )
        }
        if skill != nil, from != .cxone { throw ValidationError("--skill is of CXone: say --from cxone") }
        if let skill, skill < 1 { throw ValidationError("--skill is the number of a skill, such as 4711") }
        if profile != nil, skill == nil {
            throw ValidationError("--profile says where --skill is read; a file needs none")
        }
    }

    func run() async throws {
        let imported =
            if let skill { try await SkillReading(skill: skill, profile: profile, common).campaign() } else {
                try Self.read(file ?? "-", from: from, campaign: campaign)
            }
        let text = imported.scenario().text
        if let out {
            try await CommandFailure.catching { try FileSystem.writeNamed(out, Array(text.utf8)) }
        }
        let view = ImportView(imported, style: out == nil ? Console.errorStyle : Console.outputStyle)
        if common.json {
            Console.output(imported.json)
        } else if let out {
            guard !common.quiet else { return }
            Console.output(view.table(width: Console.width))
            Console.output("wrote \(PrintableText.escaped(out))\nnext: ringback validate \(PrintableText.escaped(out))")
        } else {
            Console.output(text)
            if !common.quiet { Console.error(view.table(width: Console.width)) }
        }
    }

    /// Reads a configuration, and says why it cannot be read.
    static func read(_ path: String, from dialer: DialerProduct, campaign: String?) throws -> ImportedCampaign {
        try reading(path) { text throws(ConfigurationError) in
            try ImportedCampaign.read(text: text, from: dialer, campaign: campaign)
        }
    }

    /// Reads the configuration of whichever dialer it is, for an option of another command.
    static func recognize(_ path: String, option: String, campaign: String?) throws -> ImportedCampaign {
        try reading(path, option: option) { text throws(ConfigurationError) in
            try ImportedCampaign.recognize(text: text, campaign: campaign)
        }
    }

    private static func reading(
        _ path: String,
        option: String? = nil,
        _ read: (String) throws(ConfigurationError) -> ImportedCampaign
    ) throws -> ImportedCampaign {
        func refusal(_ reason: String, in file: String) -> CommandFailure {
            .usage((option.map { "\($0): " } ?? "") + "\(PrintableText.escaped(file)): \(reason)")
        }
        let source: (bytes: [UInt8], file: String)
        let text: String?
        do throws(ScenarioError) {
            source = try SourceText.bytes(path: path)
            // Another encoding would not make a configuration of anything else.
            let isHopeless = !SourceText.isUTF16(source.bytes) && !ImportedCampaign.mayBeOne(source.bytes)
            text = isHopeless ? nil : try SourceText.text(of: source.bytes, file: source.file)
        } catch {
            guard option != nil, let message = error.diagnostics.first?.message else {
                throw CommandFailure.printing(error.diagnostics)
            }
            throw refusal(message, in: path)
        }
        guard let text else { throw refusal(ImportedCampaign.otherFile, in: source.file) }
        do throws(ConfigurationError) { return try read(text) } catch { throw refusal("\(error)", in: source.file) }
    }
}

/// What became of each setting, for a terminal.
struct ImportView {
    private let imported: ImportedCampaign
    private let style: TextStyle

    init(_ imported: ImportedCampaign, style: TextStyle) {
        self.imported = imported
        self.style = style
    }

    /// One entry for each setting: what it became and where, and below it why.
    func table(width: Int) -> String {
        let settings = imported.settings
        let counts = ImportedSetting.State.allCases.map { state in
            "\(settings.count { $0.state == state }) \(state.rawValue)"
        }
        var lines = ["\(settings.count) settings of \(imported.product.subject): \(counts.joined(separator: ", "))"]
        let names = settings.filter { $0.state != .ignored }.map { TextColumns.width(Self.short($0.name)) }.max() ?? 0
        for setting in settings where setting.state != .ignored {
            let mark = setting.state == .mapped ? "=" : "~"
            let name = TextColumns.leading(Self.short(setting.name), names)
            lines.append(
                "  \(style.text(mark, setting.state == .mapped ? .pass : .inconclusive)) \(name)  \(setting.to ?? "")"
            )
            if setting.state == .approximated {
                lines += TextColumns.wrapped(setting.why, after: "      ", to: width)
            }
        }
        var reasons: [(why: String, names: [String])] = []
        for setting in settings where setting.state == .ignored {
            if let index = reasons.firstIndex(where: { $0.why == setting.why }) {
                reasons[index].names.append(Self.short(setting.name))
            } else {
                reasons.append((setting.why, [Self.short(setting.name)]))
            }
        }
        for reason in reasons {
            lines += TextColumns.wrapped(
                "\(reason.names.joined(separator: ", ")): \(reason.why)",
                after: "  - ",
                to: width
            )
        }
        return lines.joined(separator: "\n")
    }

    /// The end of a long path, by which people know a setting; the document has the whole.
    private static func short(_ name: String) -> String {
        guard name.count > 40 else { return name }
        var kept = ""
        for word in name.split(separator: ".").reversed() {
            guard kept.isEmpty || kept.count + word.count < 36 else { break }
            kept = kept.isEmpty ? String(word) : "\(word).\(kept)"
        }
        return "…" + TextColumns.cut(kept, to: 60)
    }
}
