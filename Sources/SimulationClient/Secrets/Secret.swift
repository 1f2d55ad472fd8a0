/// A text that cannot be printed by accident: a client secret, an access token.
///
/// Every way of showing a value gives `[redacted]`: interpolation, `dump`, a mirror, a debugger, an encoder. The content
/// is reached by name only, through ``exposed``.
public struct Secret: Hashable, Sendable {
    /// What stands in the place of a secret.
    public static let placeholder = "[redacted]"

    /// The content; every use is a place to look at in a review.
    public let exposed: String

    /// Wraps a text.
    public init(_ text: String) { exposed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `[redacted]`.
    public var description: String { Self.placeholder }
    /// Always `[redacted]`.
    public var debugDescription: String { Self.placeholder }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [] as [Mirror.Child]) }
}

extension Secret: Encodable {
    /// Encodes `[redacted]`; a secret is not to be stored, so it cannot be decoded either.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.placeholder)
    }
}
