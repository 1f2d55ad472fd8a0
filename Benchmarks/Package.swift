// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ringback-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "ringback", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        // The contact centre that is measured.
        .target(
            name: "BenchModel",
            dependencies: [
                .product(name: "DialerEngine", package: "ringback"),
                .product(name: "DiscreteEvents", package: "ringback"),
            ]
        ),
        // How many blocks of memory a process asks for.
        .target(name: "AllocationCount"),
        // One run in a process of its own: speed, allocations, peak memory.
        .executableTarget(
            name: "EngineRun",
            dependencies: ["AllocationCount", "BenchModel", .product(name: "DialerEngine", package: "ringback")]
        ),
        .executableTarget(
            name: "EngineBenchmarks",
            dependencies: [
                "BenchModel",
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "DialerEngine", package: "ringback"),
            ],
            path: "Benchmarks/Engine",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
        .executableTarget(
            name: "KernelBenchmarks",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "DiscreteEvents", package: "ringback"),
            ],
            path: "Benchmarks/Kernel",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ],
    swiftLanguageModes: [.v6]
)

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"), .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]
for target in package.targets where target.name != "AllocationCount" { target.swiftSettings = settings }
