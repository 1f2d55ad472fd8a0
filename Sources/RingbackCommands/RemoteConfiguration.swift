import RunPipeline
import RunReport
import ScenarioFile
import SimulationAPI
import SimulationClient

/// The remote target that the environment and a profile describe.
enum RemoteConfiguration {
    /// Everything that the environment and the profile say, with the problems found.
    static func settings(_ profile: LoadedProfile) -> RemoteSettings {
        RemoteSettings(
            profile.profile,
            profileName: profile.word,
            variable: { Environment.filled($0) }
        )
    }

    /// The target; the error names every variable that is missing or malformed, with its purpose.
    static func read(_ profile: LoadedProfile) throws -> RemoteTarget {
        let settings = settings(profile)
        for doubt in settings.odd { Console.error("ringback: warning: \(doubt)") }
        if let target = settings.target { return target }
        let missing = settings.missing.map { "  \($0.variable)  \($0.purpose)" }
        let needed = missing.isEmpty ? [] : ["--target cxone needs these environment variables:"] + missing
        throw CommandFailure.usage((settings.malformed + needed).joined(separator: "\n"))
    }
}

/// A profile, and the word that named it: a built-in name or a path.
struct LoadedProfile {
    var profile: TargetProfile
    var word: String

    /// Finds the profile of that name or path, and prints the problems of a file.
    static func load(_ word: String) throws -> LoadedProfile {
        do { return try find(word) } catch let error as ScenarioError {
            throw CommandFailure.printing(error.diagnostics)
        }
    }

    /// Finds the profile of that name or path.
    static func find(_ word: String) throws -> LoadedProfile {
        if TargetProfile.isFile(word) {
            return LoadedProfile(profile: try TargetProfile.load(path: word), word: word)
        }
        if let profile = TargetProfile.builtIn.first(where: { $0.name == word }) {
            return LoadedProfile(profile: profile, word: word)
        }
        let names = TargetProfile.builtIn.map(\.name)
        let meant = Suggestion.nearest(to: word, among: names).map { ", did you mean \($0)?" } ?? ""
        throw CommandFailure.usage(
            "--profile \(word): unknown profile\(meant); the built-in ones are \(names.joined(separator: " and ")), "
                + "and a file needs a path such as ./\(word).yaml [profile.unknown]"
        )
    }
}
