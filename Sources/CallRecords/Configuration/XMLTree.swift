import ExactJSON
import Foundation
import FoundationXML

/// Reads XML into a tree of names and texts, with Foundation's parser (libxml2).
///
/// An element without children and attributes is its text; any other is an object, in which attributes have an `@` before
/// their name and elements of one name become a list. Namespaces are left out, and so are the attributes that declare
/// them or name a type (`xmlns:…`, `xsi:…`), for they are not settings. A document type declaration is refused
/// before anything is parsed, so the five entities of XML are the only ones.
enum XMLTree {
    /// The deepest nesting of elements.
    static let maximumDepth = 64

    static func read(_ text: String) throws(ConfigurationError) -> JSONValue {
        guard !text.utf8.contains(0) else {
            throw ConfigurationError("the file cannot be read as XML: it has zero bytes")
        }
        let body = try withoutDeclaration(text)
        guard body.range(of: "<!DOCTYPE", options: .caseInsensitive) == nil,
            body.range(of: "<!ENTITY", options: .caseInsensitive) == nil
        else {
            throw ConfigurationError(
                "the file has a document type declaration, which is refused; take it out, a configuration needs none"
            )
        }
        let builder = XMLTreeBuilder()
        let parser = XMLParser(data: Data(body.utf8))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        let isRead = parser.parse()
        if builder.isTooDeep { throw ConfigurationError("the file is nested deeper than \(maximumDepth)") }
        guard isRead, builder.failure == nil, let root = builder.root else {
            let (line, column) = builder.failure ?? (parser.lineNumber, parser.columnNumber)
            let place = line > 0 ? " (line \(line), column \(column))" : ""
            throw ConfigurationError("the file begins like XML and cannot be read as XML\(place)")
        }
        return root
    }

    /// The document without its XML declaration, whose encoding has to be the one that the file was read in.
    private static func withoutDeclaration(_ text: String) throws(ConfigurationError) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard start.hasPrefix("<?xml"), let end = start.range(of: "?>") else { return String(start) }
        let declaration = start[..<end.lowerBound].lowercased()
        if let encoding = declaration.range(of: "encoding") {
            let value = declaration[encoding.upperBound...].filter { !" \t\r\n=\"'".contains($0) }
            // In these all-ASCII text is the same; UTF-7 and others could hide a declaration.
            let isSame =
                text.utf8.allSatisfy { $0 < 0x80 } && ["iso-8859-", "windows-125"].contains(where: value.hasPrefix)
            guard isSame || ["utf-8", "utf8", "us-ascii", "ascii"].contains(where: value.hasPrefix) else {
                throw ConfigurationError("the file is not in UTF-8; save it as UTF-8, and say so in its first line")
            }
        }
        return String(start[end.upperBound...].drop(while: \.isWhitespace))
    }
}

/// Builds the tree while the parser reports one element after the other.
private final class XMLTreeBuilder: NSObject, XMLParserDelegate {
    private struct OpenElement {
        var name: String
        var members: [JSONValue.Member] = []
        /// Where each name stands among the members.
        var places: [String: Int] = [:]
        /// The names whose member is a list already.
        var lists: Set<String> = []
        var text = ""

        mutating func add(_ name: String, _ value: JSONValue) {
            guard let place = places[name] else {
                places[name] = members.count
                members.append(.init(name, value))
                return
            }
            if lists.insert(name).inserted { members[place].value = .array([members[place].value]) }
            guard case .array(var elements) = members[place].value else { return }
            // Leaves one reference to the list, so that it grows in place.
            members[place].value = .null
            elements.append(value)
            members[place].value = .array(elements)
        }

        var value: JSONValue {
            let bare = text.trimmingCharacters(in: .whitespacesAndNewlines)
            if members.isEmpty { return .string(bare) }
            return .object(bare.isEmpty ? members : members + [.init("#text", .string(bare))])
        }
    }

    private(set) var root: JSONValue?
    private(set) var isTooDeep = false
    /// Where the text stops being XML.
    private(set) var failure: (line: Int, column: Int)?
    private var frames: [OpenElement] = []

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard frames.count < XMLTree.maximumDepth else {
            isTooDeep = true
            return parser.abortParsing()
        }
        var frame = OpenElement(name: name)
        for attribute in attributes.sorted(by: { $0.key < $1.key }) where !Self.isOfSchema(attribute.key) {
            frame.add("@\(attribute.key)", .string(attribute.value))
        }
        frames.append(frame)
    }

    private static func isOfSchema(_ attribute: String) -> Bool {
        attribute == "xmlns" || attribute.hasPrefix("xmlns:") || attribute.hasPrefix("xsi:")
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard let frame = frames.popLast() else { return }
        if frames.isEmpty {
            root = .object([.init(frame.name, frame.value)])
        } else {
            frames[frames.count - 1].add(frame.name, frame.value)
        }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !frames.isEmpty { frames[frames.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, foundCDATA data: Data) {
        if !frames.isEmpty { frames[frames.count - 1].text += String(decoding: data, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        failure = failure ?? (parser.lineNumber, parser.columnNumber)
    }
}
