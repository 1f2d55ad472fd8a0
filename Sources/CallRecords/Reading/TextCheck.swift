import Addresses

// Text that is read as UTF-8 and is not: a word or a name of a column of it could never be named on a command line.
extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are UTF-8.
    var isUTF8: Bool { allSatisfy { $0 < 0x80 } || String(validating: self, as: UTF8.self) != nil }
}

extension RecordsError {
    /// The refusal of a text that is not UTF-8.
    ///
    /// - Parameter what: What the text is, such as `the word for the outcome`.
    static func notUTF8(_ what: String, _ text: some Collection<UInt8>, at place: String) -> RecordsError {
        let scalars = text.prefix(WordTable.longest).map { Unicode.Scalar($0) }
        let shown = UnknownWords.masked(String(String.UnicodeScalarView(scalars)))
        return RecordsError(
            .form,
            "\(place): \(what) is not UTF-8; read as Latin-1 it is \"\(shown)\". "
                + "Read the files with `--encoding latin-1`, or save them as UTF-8."
        )
    }
}
