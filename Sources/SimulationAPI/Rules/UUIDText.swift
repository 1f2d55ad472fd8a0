/// The text form of a UUID (RFC 9562 section 4).
public enum UUIDText {
    /// The UUID in lower case; nil if the text is not a UUID.
    public static func canonical(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isHyphenPlace = index == 8 || index == 13 || index == 18 || index == 23
            let isHex =
                (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
            guard isHyphenPlace ? byte == UInt8(ascii: "-") : isHex else { return nil }
        }
        return text.lowercased()
    }
}
