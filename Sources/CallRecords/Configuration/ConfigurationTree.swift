import Addresses
import ExactJSON

/// The content of a configuration as one tree, in whatever format it was written.
enum ConfigurationTree {
    /// Reads JSON, XML, or the row of a table.
    static func read(_ text: String) throws(ConfigurationError) -> JSONValue {
        let plain = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        guard let first = plain.utf8.first(where: { !isSpace($0) }) else {
            throw ConfigurationError("the file is empty")
        }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            do throws(JSONSyntaxError) { return try JSONReader.read(plain) } catch {
                throw ConfigurationError("the file begins like JSON and cannot be read as JSON: \(error)")
            }
        case UInt8(ascii: "<"): return try XMLTree.read(plain)
        default: return try CampaignTable.read(plain)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
