import RunStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What runs here.
enum Versions {
    /// Ringback, the compiler, SQLite and the system.
    static func finding() -> Finding {
        let sqlite = (try? StoreHealth.sqliteVersion()) ?? "unknown"
        return .ok("versions", "ringback \(Run.version), Swift \(swift), SQLite \(sqlite), \(system)")
    }

    /// The release of Swift that compiled this program, as far as a program can tell.
    private static var swift: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var system: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "an unknown system" }
        return [text(&name.sysname), text(&name.release), text(&name.machine)].joined(separator: " ")
    }

    /// The text of one of the C structure's arrays of characters.
    private static func text<Characters>(_ characters: inout Characters) -> String {
        withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
