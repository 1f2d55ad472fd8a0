extension String {
    /// What is wrong with the form of a message of ours; empty if nothing is.
    package var flaws: [String] {
        var (depth, flaws) = (0, [String]())
        for character in self where depth >= 0 { depth += character == "(" ? 1 : character == ")" ? -1 : 0 }
        if depth != 0 { flaws.append("parentheses that do not balance") }
        if contains(".. ") || hasSuffix("..") || contains("..\n") { flaws.append("two full stops") }
        let foreign = ["errno", "descriptor", "NIO", "OPENSSL", "AsyncHTTPClient", "Error(", "Error."]
        return flaws + foreign.filter(contains).map { "a library's \($0)" }
    }
}
