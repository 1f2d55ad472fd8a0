// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ringback",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "ringback", targets: ["ringback"]),
        .library(name: "DialerEngine", targets: ["DialerEngine"]),
        .library(name: "DiscreteEvents", targets: ["DiscreteEvents"]),
        .library(name: "SimulationAPI", targets: ["SimulationAPI"]),
        .library(name: "SimulationClient", targets: ["SimulationClient", "HTTPExchange"]),
        .library(name: "RunPipeline", targets: ["RunPipeline", "RunReport", "ScenarioFile"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // URLs, addresses, their encodings, and the one way to make text of unknown origin safe to show.
        .target(name: "Addresses"),
        // JSON whose numbers stay as written, with what it carries: decimals, timestamps, hexadecimal text.
        .target(name: "ExactJSON", dependencies: ["Addresses"]),
        // The wire: payload, events, problems, and the one set of payload rules.
        .target(name: "SimulationAPI", dependencies: ["Addresses", "ExactJSON"]),
        // Simulation kernel, statistics and the dialer itself: no Foundation, no package but the functions of mathematics.
        .target(
            name: "DiscreteEvents",
            dependencies: [
                .product(name: "RealModule", package: "swift-numerics")
            ]
        ),
        .target(
            name: "Statistics",
            dependencies: [
                .product(name: "RealModule", package: "swift-numerics")
            ]
        ),
        .target(name: "DialerEngine", dependencies: ["DiscreteEvents"]),
        // YAML in; a total `Scenario`, or diagnostics with places, out.
        .target(
            name: "ScenarioFile",
            dependencies: [
                "Addresses", "ExactJSON", "DiscreteEvents", "DialerEngine", "SimulationAPI",
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        // One HTTP client for all senders: connections, `Retry-After`, circuit breaker, time.
        .target(
            name: "HTTPExchange",
            dependencies: [
                "Addresses", "ExactJSON", "RingbackHome",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]
        ),
        .target(name: "SimulationClient", dependencies: ["Addresses", "ExactJSON", "SimulationAPI", "HTTPExchange"]),
        // Where things are kept: paths, modes, and the lock that processes of one home share.
        .target(name: "RingbackHome"),
        .target(
            name: "AuditLog",
            dependencies: [
                "ExactJSON", "RingbackHome",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "RunStore",
            dependencies: [
                "ExactJSON", "SimulationAPI", "RingbackHome", "PostgreSQL",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .systemLibrary(name: "SystemLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // PostgreSQL over libpq: connections, values, a bounded pool.
        .target(name: "PostgreSQL", dependencies: ["SystemLibpq"]),
        // Bounded requests, problem answers, and a server that lives as long as a scope.
        .target(
            name: "HTTPService",
            dependencies: [
                "Addresses", "ExactJSON", "SimulationAPI",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        // Signatures of webhooks, and the way of an event from the socket to the store.
        .target(
            name: "Webhooks",
            dependencies: [
                "ExactJSON", "SimulationAPI", "HTTPService",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        // Forwarding to QA monitors: a queue, a guard and a way out for each.
        .target(
            name: "Monitors",
            dependencies: [
                "Addresses", "ExactJSON", "SimulationAPI", "ScenarioFile", "HTTPExchange", "RingbackHome", "RunStore",
                "Webhooks",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        .target(
            name: "Sandbox",
            dependencies: [
                "Addresses", "ExactJSON", "DiscreteEvents", "DialerEngine", "SimulationAPI", "ScenarioFile",
                "HTTPExchange", "HTTPService", "Webhooks",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [.embedInCode("openapi.yaml")]
        ),
        .target(
            name: "RunReport",
            dependencies: [
                "Addresses", "ExactJSON", "Statistics", "DialerEngine", "SimulationAPI", "ScenarioFile",
                .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),
        // The engine alone: replications of a scenario, estimates with intervals, verdicts, and their renderings.
        .target(
            name: "DialerStudy",
            dependencies: [
                "Addresses", "ExactJSON", "Statistics", "DialerEngine", "SimulationAPI", "ScenarioFile", "RunReport",
            ]
        ),
        // The system's zlib, for compressed call records.
        .systemLibrary(name: "SystemZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Call records and dialers' configurations in; fitted scenarios, and how well they explain the records, out.
        .target(
            name: "CallRecords",
            dependencies: [
                "SystemZlib", "Addresses", "RingbackHome", "ExactJSON", "DiscreteEvents", "Statistics", "DialerEngine",
                "SimulationAPI",
                "ScenarioFile",
                "RunReport", "DialerStudy",
            ]
        ),
        .target(
            name: "RunPipeline",
            dependencies: [
                "Addresses", "ExactJSON", "DialerEngine", "SimulationAPI", "ScenarioFile", "HTTPExchange",
                "SimulationClient",
                "RingbackHome", "AuditLog", "RunStore", "HTTPService", "Webhooks", "Monitors", "Sandbox", "RunReport",
                "Telemetry",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        // Metrics and traces of a process, in the formats of Prometheus and OpenTelemetry.
        .target(
            name: "Telemetry",
            dependencies: [
                "ExactJSON",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        // `serve`: events around the clock, and the control API.
        .target(
            name: "ControlServer",
            dependencies: [
                "Addresses", "ExactJSON", "SimulationAPI", "ScenarioFile", "HTTPExchange", "RingbackHome", "RunStore",
                "HTTPService", "Webhooks", "Monitors", "AuditLog", "SimulationClient", "RunReport", "DialerStudy",
                "RunPipeline", "Telemetry",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            resources: [.embedInCode("openapi.yaml")]
        ),
        .target(
            name: "RingbackCommands",
            dependencies: [
                "Addresses", "ExactJSON", "DialerEngine", "SimulationAPI", "ScenarioFile", "SimulationClient",
                "RingbackHome", "AuditLog", "RunStore", "HTTPService", "Webhooks", "Monitors", "Sandbox", "RunReport",
                "DialerStudy", "CallRecords", "RunPipeline", "ControlServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(name: "ringback", dependencies: ["RingbackCommands"]),

        // A user's own program: it sees the public interface only, like the package in Examples/Embedding.
        .executableTarget(
            name: "Embedding",
            dependencies: ["ScenarioFile", "RunPipeline"],
            path: "Examples/Embedding/Sources/Embedding",
            packageAccess: false
        ),

        // Exact values of queueing and dialing models, which the engine is compared with.
        .target(
            name: "QueueingTheory",
            dependencies: [
                "Statistics",
                .product(name: "RealModule", package: "swift-numerics"),
            ],
            path: "Tests/QueueingTheory"
        ),
        // Contact centres that are drawn from a seed, for properties that hold in every run.
        .target(
            name: "RandomCenters",
            dependencies: ["DiscreteEvents", "Statistics", "DialerEngine"],
            path: "Tests/RandomCenters"
        ),
        // Compares the engine with queueing theory; `make validation` writes docs/VALIDATION.md with it.
        .executableTarget(
            name: "EngineValidation",
            dependencies: ["DiscreteEvents", "Statistics", "DialerEngine", "QueueingTheory"],
            path: "Tests/EngineValidation"
        ),

        // Writes and verifies audit logs; `make bench` and the tests run it.
        .executableTarget(
            name: "AuditBenchmark",
            dependencies: ["ExactJSON", "RingbackHome", "AuditLog"],
            path: "Benchmarks/Sources/AuditBenchmark"
        ),
        // Measures forwarding to monitors; `make bench` runs it.
        .executableTarget(
            name: "ForwardingBenchmark",
            dependencies: [
                "ExactJSON", "SimulationAPI", "ScenarioFile", "HTTPExchange", "RingbackHome", "RunStore", "Monitors",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/Sources/ForwardingBenchmark"
        ),

        // What tests share: a fake API over real HTTP, a way to start the built program, golden files.
        .target(
            name: "RingbackTestKit",
            dependencies: [
                "ExactJSON", "SimulationAPI", "HTTPExchange", "RingbackHome", "PostgreSQL", "HTTPService", "Webhooks",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/RingbackTestKit"
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "ExactJSON", "Telemetry",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        .testTarget(name: "AddressesTests", dependencies: ["Addresses"]),
        .testTarget(name: "ExactJSONTests", dependencies: ["ExactJSON", "Statistics"]),
        .testTarget(
            name: "AuditLogTests",
            dependencies: [
                "ExactJSON", "RingbackHome", "AuditLog", "RingbackTestKit",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "CallRecordsTests",
            dependencies: [
                "ExactJSON", "DiscreteEvents", "Statistics", "DialerEngine", "ScenarioFile", "RunReport", "CallRecords",
                "RingbackTestKit",
            ],
            exclude: ["Backtest/Golden", "Report/Golden"]
        ),
        .testTarget(
            name: "ControlServerTests",
            dependencies: [
                "ExactJSON", "ScenarioFile", "SimulationAPI", "HTTPExchange", "RingbackHome", "RunStore", "HTTPService",
                "Monitors",
                "Webhooks", "ControlServer", "RingbackTestKit",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(name: "DialerEngineTests", dependencies: ["DiscreteEvents", "DialerEngine", "RandomCenters"]),
        .testTarget(
            name: "DialerStudyTests",
            dependencies: [
                "ExactJSON", "Statistics", "DialerEngine", "SimulationAPI", "ScenarioFile", "RunReport", "DialerStudy",
                "QueueingTheory", "RandomCenters", "RingbackTestKit",
            ],
            exclude: ["Golden"]
        ),
        .testTarget(name: "EngineValidationTests", dependencies: ["Statistics", "DialerEngine", "EngineValidation"]),
        .testTarget(name: "DiscreteEventsTests", dependencies: ["DiscreteEvents"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "ringback", "AuditBenchmark", "Embedding", "ExactJSON", "Statistics", "SimulationAPI", "RunStore",
                "HTTPExchange", "HTTPService", "Webhooks", "RunPipeline", "RingbackTestKit",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            exclude: ["Golden", "Shims"]
        ),
        .testTarget(
            name: "MonitorsTests",
            dependencies: [
                "Addresses", "ExactJSON", "SimulationAPI", "ScenarioFile", "HTTPExchange", "RingbackHome", "RunStore",
                "HTTPService", "Webhooks", "Monitors", "RingbackTestKit",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "HTTPServiceTests",
            dependencies: [
                "ExactJSON", "SimulationAPI", "HTTPService", "RingbackTestKit",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "HTTPExchangeTests",
            dependencies: [
                "Addresses", "HTTPExchange", "HTTPService", "SimulationClient", "RingbackTestKit",
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "RingbackCommandsTests",
            dependencies: [
                "ExactJSON", "RingbackHome", "RunReport", "RunPipeline", "RingbackCommands", "RingbackTestKit",
            ],
            exclude: ["Golden"]
        ),
        .testTarget(name: "RingbackHomeTests", dependencies: ["RingbackHome", "RingbackTestKit"]),
        .testTarget(
            name: "RunPipelineTests",
            dependencies: [
                "Addresses", "ExactJSON", "Statistics", "DialerEngine", "SimulationAPI", "ScenarioFile", "HTTPExchange",
                "SimulationClient", "RingbackHome", "AuditLog", "RunStore", "HTTPService", "RunReport", "RunPipeline",
                "RingbackTestKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "RunReportTests",
            dependencies: ["ExactJSON", "SimulationAPI", "ScenarioFile", "RunReport", "RingbackTestKit"],
            exclude: ["Golden"]
        ),
        .testTarget(
            name: "RunStoreTests",
            dependencies: [
                "ExactJSON", "Statistics", "SimulationAPI", "RingbackHome", "PostgreSQL", "RunStore", "RingbackTestKit",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "SandboxTests",
            dependencies: [
                "ExactJSON", "SimulationAPI", "ScenarioFile", "HTTPExchange", "HTTPService", "Webhooks", "Sandbox",
                "RingbackTestKit",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "ScenarioFileTests",
            dependencies: [
                "ExactJSON", "DiscreteEvents", "Statistics", "DialerEngine", "SimulationAPI", "ScenarioFile",
            ]
        ),
        .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL", "RingbackHome", "RingbackTestKit"]),
        .testTarget(name: "QueueingTheoryTests", dependencies: ["QueueingTheory"]),
        .testTarget(name: "SimulationAPITests", dependencies: ["ExactJSON", "Statistics", "SimulationAPI"]),
        .testTarget(
            name: "SimulationClientTests",
            dependencies: [
                "Addresses", "ExactJSON", "SimulationAPI", "HTTPExchange", "SimulationClient", "RingbackTestKit",
            ]
        ),
        .testTarget(
            name: "StatisticsTests",
            dependencies: [
                "Statistics",
                .product(name: "RealModule", package: "swift-numerics"),
            ]
        ),
        .testTarget(
            name: "WebhooksTests",
            dependencies: [
                "ExactJSON", "SimulationAPI", "HTTPService", "Webhooks", "RingbackTestKit",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"), .enableUpcomingFeature("ImmutableWeakCaptures"),
    ] + (Context.environment["RINGBACK_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

// The example keeps a user's default settings, and a library of the system has none.
for target in package.targets where target.name != "Embedding" && target.type != .system {
    target.swiftSettings = settings
}
