extension String {
    /// The text with its first letter large, as a heading or a sentence begins.
    package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

    /// The text as a sentence: with its first letter large, and with a full stop.
    package var sentence: String { capitalizedFirst + (hasSuffix(".") ? "" : ".") }
}
