import Foundation
import Testing

@Suite("Pages in docs", .timeLimit(.minutes(15)))
struct DocumentationTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func pageListsEveryVariableOfTheProgram() throws {
        let page = try Self.text("docs/CONFIGURATION.md")
        let read = try Self.names(in: "Sources", after: ["getenv(\"", "Environment.value(\"", "Environment.filled(\""])
        let named = try Self.names(in: "Sources", after: ["RINGBACK_", "CXONE_"])
        #expect(read.isSuperset(of: ["NO_COLOR", "TERM", "COLUMNS", "RINGBACK_HOME", "RINGBACK_CRASH_AT"]))
        #expect(named.count >= 12)
        for name in read.union(named).sorted() where !page.contains("`\(name)`") {
            Issue.record("docs/CONFIGURATION.md does not list \(name)")
        }
    }

    @Test func pageListsEveryVariableOfTestsAndTools() throws {
        let page = try Self.text("docs/CONFIGURATION.md")
        let read = try Self.names(in: "Tests", after: [".environment[\"RINGBACK_", "Context.environment[\"RINGBACK_"])
            .union(Self.names(in: "scripts", after: ["RINGBACK_"]))
            .union(Self.names(of: Self.text("Makefile"), after: ["RINGBACK_"]))
            .union(Self.names(of: Self.text("Package.swift"), after: ["RINGBACK_"]))
        #expect(read.count >= 7)
        for name in read.sorted() where !page.contains("`\(name)`") && !page.contains("`\(name)=") {
            Issue.record("docs/CONFIGURATION.md does not list \(name)")
        }
    }

    @Test func everyVariableOfThePageIsRead() throws {
        let prefixes = ["RINGBACK_", "CXONE_"]
        var known = try Self.names(of: Self.text("Makefile") + Self.text("Package.swift"), after: prefixes)
        for folder in ["Sources", "Tests", "scripts"] { try known.formUnion(Self.names(in: folder, after: prefixes)) }
        for name in try Self.names(of: Self.text("docs/CONFIGURATION.md"), after: prefixes).subtracting(known) {
            Issue.record("nothing reads \(name)")
        }
    }

    @Test func pageListsEveryKeyOfACampaign() throws {
        let page = try Self.text("docs/CONFIGURATION.md")
        let section = try #require(page.split(separator: "## A contact centre that changes through the day").last)
        var keys: Set<String> = []
        for file in ["Roster", "Schedule", "ContactList", "Run"] {
            let source = try Self.text("Sources/ScenarioFile/Reading/FormField+\(file).swift")
            for match in source.matches(of: /(?:form|self)\["([A-Za-z]+)"\]|required\("([A-Za-z]+)"/) {
                keys.insert(String(match.1 ?? match.2 ?? ""))
            }
        }
        // Keys that are as old as the scenario itself.
        keys.subtract(["replications", "warmUp"])
        #expect(keys.isSuperset(of: ["roster", "breaks", "lines", "maxAttempts", "weekdays"]))
        for key in keys.sorted() where !section.contains(try Regex("[`.{ ]\(key)[`,}]")) {
            Issue.record("docs/CONFIGURATION.md does not say what \(key) is")
        }
    }

    /// The words of messages that people met and could not act on: the program still says them, and the page what to do.
    private static let messages = [
        "compare the secret on both sides", "check that the target reaches the webhook URL during the whole run",
        "with 95 % confidence at least", "may still run, it could not be cancelled", "waiting for a slot (",
        "was given up", "no slot was free when the time was up", "CXONE_ALLOW_HTTP",
        "which is not this machine, and http hides nothing on the way",
        "is not a loopback address, so these are needed", "would take unsigned events on",
        "the name has no address here", "two clients have the id", "needs these environment variables",
        "which is not known", "was altered", "so what is printed from it is no evidence", "end with CR LF",
        "begins with a byte order mark", "is not an Ed25519 verifier key",
        "the delivery is not signed, and this receiver has a key", "contains a full stop",
        "was made with the text of the key", "is in hexadecimal", "is in Base64", "and no key", "in front of a key",
        "identity_reused", "bytes that are not UTF-8, so that different ids would look the same",
        "the only expectation that is known is 100-continue", "a request of HTTP/1.1 has exactly one Host field",
        "webhooks are taken without a signature", "there was no answer in time",
        "the client id or secret was refused", "which is not followed",
        "the answer is too large once it is decompressed", "the simulation may have been created",
        "certificate verify failed", "has no store of trusted certificates", "behind a proxy, set HTTPS_PROXY",
        "must be a proxy such as", "the answer is not JSON", "such a token needs a proof with each request",
        "no token is given there", "it is in UTF-16", "if a tool for YAML 1.1",
        "variables are not filled in; use --set", "does not model concurrencyLimit", "can never all talk at once",
        "the disk of the home is nearly full", "events could not be stored any more",
        "cannot sync folders, so a power cut may undo new files", "bytes long, and SQLite takes",
        "cannot write the part", "has quotation marks round its value",
        "has several lines; the first one is the secret", "holds no secret", "beats it",
        "died with its process; start the run again", "do not speak of this run", "stopped before the run had ended",
        "the simulation had not ended when the time was up", "not sent",
        "a duration is 250ms, 2s, 5m, 1h30m or a number of seconds", "the server asks to wait",
        "the token lacks the scope", "The scenario does not explain the records", "whole day",
        "More days lie outside than one in ten", "needs the length of a day",
        "the records do not say when agents were on duty", "RINGBACK_DATABASE_URL cannot be read as an address",
        "look at user and password in RINGBACK_DATABASE_URL", "and Ringback needs UTF8",
        "may not make tables in the schema",
        "may use no schema of its search_path", "lacks the right", "the database has no tables of Ringback",
        "this machine and the database do not agree", "the database cannot be used, and was waited for for",
        "the lock under which tables are changed was not free for",
        "in its own database, which RINGBACK_DATABASE_URL leaves out",
        "to a shared store was broken off", "was not moved: the store has another of that name",
    ]

    @Test func pageSaysWhatToDoForEachMessage() throws {
        let page = try Self.text("docs/TROUBLESHOOTING.md")
        let sources = try Self.sources(in: "Sources").values.joined(separator: "\n")
        for message in Self.messages {
            let row = page.split(separator: "\n").first { $0.hasPrefix("|") && $0.contains(message) }
            let advice = row?.split(separator: "|").last { !$0.allSatisfy(\.isWhitespace) } ?? ""
            #expect(sources.contains(message), "nothing says \"\(message)\" any more")
            #expect(advice.count > 8, "docs/TROUBLESHOOTING.md does not say what to do about \"\(message)\"")
        }
    }

    private static let pages = [
        "AUDIT", "CONFIGURATION", "DESIGN", "FAULTS", "MEASUREMENTS", "RECORDS", "RELIABILITY", "TARGETS",
        "TROUBLESHOOTING", "VICIDIAL", "WEBHOOKS",
    ]

    @Test(arguments: pages) func testsThatAPageNamesExist(_ page: String) throws {
        let tests = try Self.sources(in: "Tests").values.joined()
        for match in try Self.text("docs/\(page).md").matches(of: /`(?:\w+\/)?(\w+Tests)(?:\.(\w+))?/) {
            let isSuite = tests.contains("struct \(match.1)") || tests.contains("import \(match.1.dropLast(5))")
            let isTest = match.2.map { tests.contains("func \($0)(") } ?? true
            if !isSuite || !isTest { Issue.record("docs/\(page).md names \(match.0)`, which does not exist") }
        }
    }

    @Test(arguments: pages) func linksOfAPageResolve(_ page: String) throws {
        for match in try Self.text("docs/\(page).md").matches(of: /\]\(([^)#]+)/) where !match.1.hasPrefix("http") {
            let target = Self.root.appending(path: "docs/\(match.1)").standardized
            let exists = FileManager.default.fileExists(atPath: target.path)
            if !exists { Issue.record("docs/\(page).md links to \(match.1), which does not exist") }
        }
    }

    @Test(arguments: pages.map { "docs/\($0).md" } + ["README.md", "CONTRIBUTING.md"])
    func filesThatAPageNamesExist(_ page: String) throws {
        let named = /`((?:Benchmarks|Examples|Sources|Tests|docs|scripts)\/[\w+\-\/.]+)`/
        for match in try Self.text(page).matches(of: named) {
            let exists = FileManager.default.fileExists(atPath: Self.root.appending(path: String(match.1)).path)
            if !exists { Issue.record("\(page) names \(match.1), which does not exist") }
        }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The sources in a folder by path, this file excepted.
    private static func sources(in folder: String) throws -> [String: String] {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap {
            $0 as? String
        }
        return try (paths ?? []).reduce(into: [:]) { sources, path in
            guard [".swift", ".sh", ".py"].contains(where: path.hasSuffix), !#filePath.hasSuffix(path) else { return }
            sources[path] = try text("\(folder)/\(path)")
        }
    }

    /// The names of variables in the files of a folder.
    private static func names(in folder: String, after openings: [String]) throws -> Set<String> {
        try sources(in: folder).values.reduce(into: []) { $0.formUnion(Self.names(of: $1, after: openings)) }
    }

    /// The names that follow one of the openings: `RINGBACK_` is part of a name, `getenv("` is not.
    private static func names(of text: String, after openings: [String]) -> Set<String> {
        openings.reduce(into: []) { names, opening in
            let prefix = opening.hasSuffix("_") ? opening.split(separator: "\"").last.map(String.init) ?? "" : ""
            for piece in text.components(separatedBy: opening).dropFirst() {
                let rest = piece.prefix { ("A"..."Z").contains($0) || $0 == "_" }
                if let last = rest.last, last != "_" { names.insert(prefix + rest) }
            }
        }
    }
}
