import Glibc
import RingbackHome

/// Measures forwarding in a process of its own; `scripts/bench.py` runs it.
///
/// usage: ForwardingBenchmark throughput|black-hole|baseline|backlog FOLDER
let arguments = CommandLine.arguments
guard arguments.count == 3, let measurement = Measurement(rawValue: arguments[1]) else {
    print("usage: ForwardingBenchmark throughput|black-hole|baseline|backlog FOLDER")
    exit(2)
}
try await measurement.run(in: try Home(path: arguments[2]))
