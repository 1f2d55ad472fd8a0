#!/usr/bin/env bash
# Type-checks the package of benchmarks against the modules of a debug build, in seconds: `make bench` alone builds it.
# usage: check-benchmarks.sh     (after `swift build`)
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# The settings of Benchmarks/Package.swift.
flags=(-swift-version 6 -warnings-as-errors -I .build/debug/Modules -I "$out")
for feature in $(grep -o 'enableUpcomingFeature("[A-Za-z]*' Benchmarks/Package.swift | cut -d'"' -f2); do
    flags+=(-enable-upcoming-feature "$feature")
done
for headers in .build/checkouts/*/Sources/_NumericsShims/include; do flags+=(-Xcc "-I$headers"); done

# SwiftPM makes the first; the second has what the benchmarks use of the package that measures.
headers=$PWD/Benchmarks/Sources/AllocationCount/include/allocation_count.h
echo "module AllocationCount { header \"$headers\" export * }" > "$out/module.modulemap"
cat > "$out/Benchmark.swift" <<'SWIFT'
public enum BenchmarkMetric: Sendable { case wallClock, throughput }
public enum BenchmarkTimeUnits: Sendable { case automatic, nanoseconds }
public enum BenchmarkScalingFactor: Sendable { case one, kilo }
public final class Benchmark {
    public struct Configuration: Sendable {
        public init(
            metrics: [BenchmarkMetric],
            timeUnits: BenchmarkTimeUnits = .automatic,
            warmupIterations: Int = 1,
            scalingFactor: BenchmarkScalingFactor = .one,
            maxDuration: Duration = .zero,
            maxIterations: Int = 0
        ) {}
    }
    nonisolated(unsafe) public static var defaultConfiguration = Configuration(metrics: [])
    public let scaledIterations = 0..<1
    public func startMeasurement() {}
    public func stopMeasurement() {}
    @discardableResult public init?(_ name: String, closure: @escaping @Sendable (Benchmark) throws -> Void) {}
    @discardableResult public init?(_ name: String, closure: @escaping @Sendable (Benchmark) async throws -> Void) {}
}
public func blackHole(_ value: some Any) {}
SWIFT

module() { # NAME FILE…
    swiftc "${flags[@]}" -parse-as-library -emit-module -module-name "$1" -o "$out/$1.swiftmodule" "${@:2}"
}
check() { # NAME FILE…
    swiftc "${flags[@]}" -typecheck -module-name "$1" "${@:2}"
}
module Benchmark "$out/Benchmark.swift"
module BenchModel Benchmarks/Sources/BenchModel/*.swift
check EngineRun -parse-as-library Benchmarks/Sources/EngineRun/*.swift
check EngineBenchmarks -parse-as-library Benchmarks/Benchmarks/Engine/*.swift
check KernelBenchmarks -parse-as-library Benchmarks/Benchmarks/Kernel/*.swift
