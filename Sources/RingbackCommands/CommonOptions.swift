import ArgumentParser

/// The flags that every command has.
struct CommonOptions: ParsableArguments {
    @Flag(help: "One JSON document on standard output, and nothing else there.")
    var json = false

    @Flag(name: [.short, .long], help: "No progress, no steps: the verdict only.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Say more on standard error.")
    var verbose = false

    @Option(
        help: ArgumentHelp(
            "The folder that keeps database, audit log and reports.",
            discussion: "Default: $RINGBACK_HOME, else .ringback",
            valueName: "dir"
        )
    )
    var home: String?

    @Option(help: ArgumentHelp("Every random number follows from it (0…4294967295).", valueName: "n"))
    var seed: UInt32 = 1

    /// The home to use.
    var homePath: String { home ?? Environment.filled("RINGBACK_HOME") ?? ".ringback" }
}
