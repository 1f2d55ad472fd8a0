extension TargetProfile {
    /// Reads a file of one profile.
    public static func load(path: String) throws(ScenarioError) -> TargetProfile {
        let source = try SourceText.read(path: path)
        return try parse(text: source.text, file: source.file)
    }

    /// Reads a text of one profile.
    ///
    /// - Parameter file: what diagnostics call the text.
    public static func parse(text: String, file: String) throws(ScenarioError) -> TargetProfile {
        try ScenarioDocument.parse(text, file: file) { $0.targetProfile() }.value
    }

    /// Whether a word names a file, not a built-in profile: it has a slash, or ends as such files do.
    public static func isFile(_ word: String) -> Bool {
        word.contains("/") || [".yaml", ".yml", ".json"].contains { word.hasSuffix($0) }
    }
}
