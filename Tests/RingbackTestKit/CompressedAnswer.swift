/// Bodies of answers as `gzip -9` makes them, in Base64.
package enum CompressedAnswer {
    /// A token answer of 20 bytes.
    package static let token = "H4sIAAAAAAACA6tWSkxOTi0uji/Jz07NU7JSKlGqBQC3yM+0FAAAAA=="

    /// 2 MiB of the digit 0 in 2 KiB.
    package static let bomb =
        "H4sIAAAAAAACA+3BMQEAAADCoErrn84YPkAB" + String(repeating: "A", count: 2708) + "fA3+VAM0AAAgAA=="
}
