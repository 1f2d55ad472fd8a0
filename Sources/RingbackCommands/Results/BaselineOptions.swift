import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `--baseline` and `--fail-on-regression`, of the commands whose results can be compared with an earlier one.
struct BaselineOptions: ParsableArguments {
    @Option(
        help: .value(
            "file|run-id|last-pass",
            "Compare with an earlier result.",
            "last-pass is the newest one of this command and scenario in the home that ended 0"
        ),
        completion: .file()
    )
    var baseline: String?

    @Option(
        help: .value(
            "metric=tolerance,…",
            "Exit 1 if a metric is worse than in the baseline.",
            "Alone it gates every metric; with a list the named ones, each with the tolerance in its unit"
        )
    )
    var failOnRegression: GateArgument?

    func validate() throws {
        if failOnRegression != nil, baseline == nil {
            throw ValidationError("--fail-on-regression needs --baseline FILE, RUN_ID or last-pass")
        }
    }

    /// Finds the baseline that the command line names, before anything runs; nil without one.
    func load(_ kind: StoredRun.Kind, scenario: String, _ common: CommonOptions) async throws -> Baseline? {
        guard let baseline else { return nil }
        let gate = failOnRegression?.gate
        return try await CommandFailure.catching({ .usage("--baseline \(baseline): \($0)") }) {
            guard baseline == "last-pass" else {
                let document = try await ResultSource(baseline, home: common.homePath).document()
                return try Baseline(document, called: baseline, gate: gate)
            }
            guard let (run, document) = try await ResultSource.lastPass(kind, scenario, home: common.homePath) else {
                return Baseline(
                    noneBecause: "no passing run of \(scenario) exists yet in \(common.homePath): judged alone",
                    called: baseline
                )
            }
            return try Baseline(document, called: run.id, gate: gate)
        }
    }
}

/// The value of `--fail-on-regression`.
struct GateArgument: ExpressibleByArgument {
    var gate: RegressionGate
    /// The value as it was written.
    var text: String

    init?(argument: String) {
        guard let gate = try? RegressionGate(parsing: argument) else { return nil }
        (self.gate, text) = (gate, argument)
    }

    /// Gives the option a value of its own where the command line has none: the word after it is then something else.
    ///
    /// - Throws: ``CommandFailure`` that says what is wrong with the value.
    static func completing(_ arguments: [String]) throws(CommandFailure) -> [String] {
        let option = "--fail-on-regression"
        guard ["run", "simulate"].contains(arguments.first) else { return arguments }
        var completed: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return completed + [word] + rest }
            var word = word
            if word == option {
                let isValue = rest.first?.prefixMatch(of: /[A-Za-z]+=[^\/]*$/) != nil
                word = "\(option)=\(isValue ? rest.removeFirst() : RegressionGate.all)"
            }
            if word.hasPrefix("\(option)=") {
                do throws(RegressionGate.SyntaxError) {
                    _ = try RegressionGate(parsing: String(word.dropFirst(option.count + 1)))
                } catch {
                    throw CommandFailure.usage("\(option): \(error)")
                }
            }
            completed.append(word)
        }
        return completed
    }
}

/// An earlier result as a user names it: a file, a folder with `result.json`, or a run of the home.
struct ResultSource {
    enum Place {
        case file(String)
        case run(String, home: String)
    }

    let place: Place
    /// The largest document that is read.
    private static let mostBytes = 1 << 30

    init(_ name: String, home: String) throws {
        if let facts = try FileSystem.inspect(name) {
            place = .file(facts.isFolder ? "\(name)/result.json" : name)
        } else if name.wholeMatch(of: /[0-9A-HJKMNP-TV-Z]{26}/) != nil {
            place = .run(name, home: home)
        } else {
            throw CommandFailure.usage(
                "there is no file \(name), and this home has no run of that id (`ringback runs list` shows them)"
            )
        }
    }

    func document() async throws -> JSONValue {
        switch place {
        case .file(let path): return try Self.read(path)
        case .run(let id, let home):
            return try await StoredHome.reading(home, "the run \(id) cannot be read") { reader in
                guard let run = try await reader.run(id: id) else {
                    throw CommandFailure.usage(
                        "there is no run \(id) in \(home); \"ringback runs list\" shows the runs"
                    )
                }
                return try await Self.document(of: run, reader)
            }
        }
    }

    /// The newest run of a command and scenario that passed; `nil` before the first.
    static func lastPass(
        _ kind: StoredRun.Kind,
        _ scenario: String,
        home: String
    ) async throws -> (StoredRun, JSONValue)? {
        let place = Home(inspecting: home)
        guard try place.store != .home || FileSystem.inspect(place.databasePath) != nil else { return nil }
        return try await StoredHome.reading(home, "the history cannot be read") { reader in
            guard let run = try await reader.lastPass(kind, scenario: scenario) else { return nil }
            return (run, try await document(of: run, reader))
        }
    }

    /// The document of a run: what the home keeps, or for runs of earlier versions the file in their folder.
    static func document(of run: StoredRun, _ reader: HomeReader) async throws -> JSONValue {
        if let bytes = try await reader.document(of: run) {
            return try parse(bytes, "the document of the run \(run.id)")
        }
        guard run.state != .running else {
            throw CommandFailure.usage("the run \(run.id) has no result: it still works, or its process died")
        }
        guard let folder = run.folder else {
            throw CommandFailure.usage("the home keeps no result of the run \(run.id); name its result.json")
        }
        return try read("\(folder)/result.json")
    }

    static func read(_ path: String) throws -> JSONValue {
        let bytes: [UInt8]
        do { bytes = try FileSystem.readPlain(path, upTo: mostBytes) } catch {
            throw CommandFailure.usage("\(error)")
        }
        return try parse(bytes, path)
    }

    private static func parse(_ bytes: [UInt8], _ name: String) throws -> JSONValue {
        do { return try JSONReader.read(bytes) } catch {
            throw CommandFailure.usage("\(name) is not a whole JSON document: \(error)")
        }
    }
}
