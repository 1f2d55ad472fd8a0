import ExactJSON

/// One key after another: the old one signs the new one.
struct KeySuccession {
    let old: NoteSigner
    let new: NoteSigner
    private let signature: [UInt8]

    init(from old: NoteSigner, to new: NoteSigner) throws {
        self.old = old
        self.new = new
        signature = try old.sign(Self.statement(of: new.verifier))
    }

    /// What the old key signs.
    private static func statement(of key: NoteVerifier) -> [UInt8] {
        Array("ringback audit key succession\n\(key)\n".utf8)
    }

    /// What the log says of it.
    var payload: JSONValue {
        [
            "key": .string("\(new.verifier)"), "previousKey": .string("\(old.verifier)"),
            "signature": .string(Hexadecimal.text(signature)),
        ]
    }

    /// The keys of an entry that hands over; `nil` where it is none, or the first has not signed the second.
    static func keys(in payload: JSONValue?) -> (previous: NoteVerifier, next: NoteVerifier)? {
        guard let next = payload?["key"]?.string.flatMap({ NoteVerifier($0) }),
            let previous = payload?["previousKey"]?.string.flatMap({ NoteVerifier($0) }), previous.name == next.name,
            let signature = payload?["signature"]?.string.flatMap({ Hexadecimal.bytes($0) }),
            previous.verifies(signature, over: statement(of: next))
        else { return nil }
        return (previous, next)
    }
}
