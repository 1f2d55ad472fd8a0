import Addresses

/// Text inside XML or HTML, escaped scalar by scalar.
///
/// By scalar and not by character: a quote with a combining mark is one `Character` that is not equal to a quote, but
/// still ends an attribute.
package enum MarkupText {
    /// The text on one line, printable and escaped for element content and for attributes in double quotes.
    package static func escaped(_ text: String) -> String { escape(PrintableText.line(text)) }

    /// The text with its line breaks, printable and escaped.
    package static func escapedBlock(_ text: String) -> String { escape(PrintableText.block(text)) }

    /// The text as it is, escaped and not made printable: for the fields of a form, which give it back.
    package static func exact(_ text: String) -> String { escape(text) }

    private static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): escaped.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): escaped.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "&"): escaped.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "\""): escaped.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): escaped.append(contentsOf: "&#39;".utf8)
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
