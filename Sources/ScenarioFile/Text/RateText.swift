import ExactJSON

/// Shares of a whole as people write them, `3%` or `0.03`, kept as exact decimals.
enum RateText {
    /// The share that a text stands for, of any size and sign; `nil` where it is none.
    static func value(_ text: String) -> ExactDecimal? {
        guard text.hasSuffix("%") else { return CoreSchema.number(text).flatMap { ExactDecimal($0) } }
        let number = text.dropLast()
        guard number.utf8.allSatisfy({ $0 != 0x65 && $0 != 0x45 }), let literal = CoreSchema.number(String(number))
        else { return nil }
        return ExactDecimal(literal + "e-2")
    }
}
