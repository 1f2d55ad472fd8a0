import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets the process die at a named place, to see that what is promised holds after a crash there.
///
/// `RINGBACK_CRASH_AT=after-intent` kills the process with SIGKILL when it comes there, `inbox-before-commit:7` when it
/// comes there for the seventh time. Without the variable nothing happens.
package enum CrashSwitch {
    private struct Wish {
        var name: String
        var count: Int
    }

    private static let wish: Wish? = getenv("RINGBACK_CRASH_AT").map { text in
        let parts = String(cString: text).split(separator: ":", maxSplits: 1)
        return Wish(name: parts.first.map(String.init) ?? "", count: parts.count == 2 ? Int(parts[1]) ?? 1 : 1)
    }
    private static let visits = Atomic(0)

    /// Dies here, where that is wanted.
    package static func reach(_ name: @autoclosure () -> String) {
        guard let wish, wish.name == name() else { return }
        if visits.add(1, ordering: .relaxed).newValue >= wish.count { kill(getpid(), SIGKILL) }
    }
}
