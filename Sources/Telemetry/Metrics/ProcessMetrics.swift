import Glibc

/// What the system says of this process, under the names that Prometheus gives it.
package enum ProcessMetrics {
    package static let families = [
        MetricFamily(
            "process_cpu_seconds_total",
            .counter,
            "Processor time of this process, of the user and the system, in seconds."
        ),
        MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory of this process in bytes."),
        MetricFamily("process_virtual_memory_bytes", .gauge, "Virtual memory of this process in bytes."),
        MetricFamily("process_start_time_seconds", .gauge, "When this process started, in seconds since 1970."),
        MetricFamily("process_open_fds", .gauge, "Open file descriptors of this process."),
        MetricFamily("process_max_fds", .gauge, "How many file descriptors this process may have open."),
        MetricFamily("process_threads", .gauge, "Threads of this process."),
    ]

    package static func readings() -> [String: [PrometheusMetrics.Reading]] {
        var found: [String: [PrometheusMetrics.Reading]] = [:]
        func add(_ name: String, _ value: Double?) { if let value { found[name] = [.init([], value)] } }
        // The fields after the name of the program, which may have blanks and brackets (proc(5)).
        let stat = text("/proc/self/stat") ?? ""
        let fields = (stat.lastIndex(of: ")").map { stat[stat.index(after: $0)...] } ?? "").split(separator: " ")
        func field(_ number: Int) -> Double? { number - 3 < fields.count ? Double(fields[number - 3]) : nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if let user = field(14), let system = field(15) { add("process_cpu_seconds_total", (user + system) / ticks) }
        add("process_resident_memory_bytes", field(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) })
        add("process_virtual_memory_bytes", field(23))
        add("process_threads", field(20))
        let boot = (text("/proc/stat") ?? "").split(separator: "\n").first { $0.hasPrefix("btime ") }
        if let boot = boot.flatMap({ Double($0.dropFirst(6)) }), let start = field(22) {
            add("process_start_time_seconds", boot + start / ticks)
        }
        add("process_open_fds", openDescriptors.map(Double.init))
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            add("process_max_fds", Double(limit.rlim_cur))
        }
        return found
    }

    private static var openDescriptors: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not `.`, `..` and the descriptor of the folder itself.
        return count - 3
    }

    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
