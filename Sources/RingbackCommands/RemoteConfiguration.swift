import RunPipeline
import RunReport
import ScenarioFile
import SimulationAPI
import SimulationClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The remote target as the environment and a profile describe it.
enum RemoteConfiguration {
    /// Everything that the environment and the profile say, with what is wrong.
    static func settings(_ profile: LoadedProfile) -> RemoteSettings {
        RemoteSettings(
            profile.profile,
            profileName: profile.word,
            readSecret: readSecret,
            variable: { Environment.filled($0) }
        )
    }

    /// The target; every variable that is missing or malformed is named, with what it is for.
    static func read(_ profile: LoadedProfile) throws -> RemoteTarget {
        let settings = settings(profile)
        if let target = settings.target { return target }
        let missing = settings.missing.map { "  \($0.variable)  \($0.purpose)" }
        let needed = missing.isEmpty ? [] : ["--target cxone needs these environment variables:"] + missing
        throw CommandFailure.usage((settings.malformed + needed).joined(separator: "\n"))
    }

    /// The first line of a file, of 4096 bytes at most.
    private static func readSecret(_ path: String) -> Result<String, RemoteSettings.SecretFileError> {
        guard let file = fopen(path, "r") else { return .failure(.init(reason: "it cannot be read")) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let secret = String(text.prefix { $0 != "\n" && $0 != "\r\n" })
        return secret.isEmpty ? .failure(.init(reason: "its first line is empty")) : .success(secret)
    }
}

/// A profile and the word that named it: a built-in name or a file.
struct LoadedProfile {
    var profile: TargetProfile
    var word: String

    /// Finds the profile of that name or file; the problems of a file go to standard error.
    static func load(_ word: String) throws -> LoadedProfile {
        do { return try find(word) } catch let error as ScenarioError {
            for diagnostic in error.diagnostics { Console.error("\(diagnostic)") }
            throw CommandFailure(code: .usage)
        }
    }

    /// Finds the profile of that name or file.
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
            "--profile \(word): there is no such profile\(meant); built in are \(names.joined(separator: " and ")), "
                + "and a file is named by a path such as ./\(word).yaml [profile.unknown]"
        )
    }
}
