package import Tracing

/// Where a span stands: its trace and its own id, as `traceparent` carries them (W3C Trace Context).
package struct TraceContext: Hashable, Sendable {
    package var trace: UInt128
    package var span: UInt64
    package var isSampled: Bool

    package init(trace: UInt128, span: UInt64, isSampled: Bool = true) {
        (self.trace, self.span, self.isSampled) = (trace, span, isSampled)
    }

    /// The name of the field.
    package static let field = "traceparent"

    /// Reads a value such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`; `nil` if it is malformed.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHexadecimal(parts[0]), Self.isHexadecimal(parts[1]), parts[1].utf8.count == 32,
            Self.isHexadecimal(parts[2]), parts[2].utf8.count == 16, Self.isHexadecimal(parts[3]),
            parts[3].utf8.count == 2, let trace = UInt128(parts[1], radix: 16), let span = UInt64(parts[2], radix: 16),
            let flags = UInt8(parts[3], radix: 16), trace != 0, span != 0
        else { return nil }
        self.init(trace: trace, span: span, isSampled: flags & 1 == 1)
    }

    /// Lower case only, as the specification says.
    private static func isHexadecimal(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    package var traceText: String { Self.hexadecimal(trace, 32) }
    package var spanText: String { Self.hexadecimal(UInt128(span), 16) }

    /// The value of the field.
    package var text: String { "00-\(traceText)-\(spanText)-\(isSampled ? "01" : "00")" }

    static func hexadecimal(_ number: UInt128, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    private enum ContextKey: ServiceContextKey {
        typealias Value = TraceContext
        static var nameOverride: String? { "traceparent" }
    }

    /// What a context says of the trace; `nil` if it has none.
    package init?(_ context: ServiceContext?) {
        guard let known = context?[ContextKey.self] else { return nil }
        self = known
    }

    /// A context with this place in a trace.
    package func context(in context: ServiceContext = .topLevel) -> ServiceContext {
        var context = context
        context[ContextKey.self] = self
        return context
    }
}
