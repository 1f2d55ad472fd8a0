package import CoreMetrics
import Synchronization

/// The metrics of a process, and the page that Prometheus reads.
///
/// Only families that were declared are kept, so a library that counts something of its own adds no series.
package final class PrometheusMetrics: MetricsFactory {
    private struct FamilyState {
        let family: MetricFamily
        var series: [[String]: MetricSeries] = [:]
        /// The values that free labels have.
        var free: [String: Set<String>] = [:]
    }

    /// A value of a gauge or of a counter that is read when the page is asked for.
    package struct Reading: Sendable {
        package var labels: [String]
        package var value: Double

        package init(_ labels: [String] = [], _ value: Double) { (self.labels, self.value) = (labels, value) }
    }

    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private let order = Mutex<[String]>([])
    private let families = Mutex<[String: FamilyState]>([:])

    package init(_ families: [MetricFamily]) { declare(families) }

    /// Adds families to the end of the page.
    package func declare(_ added: [MetricFamily]) {
        for family in added {
            var state = FamilyState(family: family)
            for labels in family.initial { state.series[labels] = MetricSeries(labels: labels, kind: family.kind) }
            families.withLock { $0[family.name] = state }
        }
        order.withLock { $0 += added.map(\.name) }
    }

    /// The series of a family with these labels; `nil` if the family was not declared.
    package func series(_ name: String, _ dimensions: [(String, String)]) -> MetricSeries? {
        families.withLock { families in
            // The entry is taken out meanwhile, so that it is changed in place.
            guard var state = families.removeValue(forKey: name) else { return nil }
            defer { families[name] = state }
            let values = state.family.labels.map { label in
                state.family.value(dimensions.first { $0.0 == label.name }?.1, of: label, free: &state.free)
            }
            if let known = state.series[values] { return known }
            let made = MetricSeries(labels: values, kind: state.family.kind)
            state.series[values] = made
            return made
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: The page

    /// The page in Prometheus' text format.
    ///
    /// - Parameter readings: values that are read now, by the name of their family; they take the place of what was kept.
    package func page(_ readings: [String: [Reading]] = [:]) -> String {
        let states = families.withLock { $0 }
        var text = ""
        for name in order.withLock({ $0 }) {
            guard let state = states[name] else { continue }
            let family = state.family
            text += "# HELP \(name) \(Self.escaped(family.help))\n# TYPE \(name) \(family.kind.word)\n"
            if let readings = readings[name] {
                for (labels, value) in Self.bounded(readings, family) {
                    text += "\(name)\(Self.labels(family, labels)) \(Self.number(value))\n"
                }
                continue
            }
            for series in state.series.values.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
                text += Self.lines(family, series)
            }
        }
        return text
    }

    private static func lines(_ family: MetricFamily, _ series: MetricSeries) -> String {
        let current = series.current
        guard case .histogram(let bounds) = family.kind else {
            return "\(family.name)\(labels(family, series.labels)) \(number(current.value))\n"
        }
        var text = ""
        var total: UInt64 = 0
        for (bound, count) in zip(bounds.map { number($0) } + ["+Inf"], current.counts) {
            total += count
            text += "\(family.name)_bucket\(labels(family, series.labels, [("le", bound)])) \(total)\n"
        }
        text += "\(family.name)_sum\(labels(family, series.labels)) \(number(current.value))\n"
        return text + "\(family.name)_count\(labels(family, series.labels)) \(total)\n"
    }

    /// The readings by the labels that they may have; what has too many values adds up in `other`.
    private static func bounded(_ readings: [Reading], _ family: MetricFamily) -> [(labels: [String], value: Double)] {
        var free: [String: Set<String>] = [:]
        var sums: [[String]: Double] = [:]
        for reading in readings.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
            let labels = zip(reading.labels, family.labels).map { family.value($0, of: $1, free: &free) }
            sums[labels, default: 0] += reading.value
        }
        return sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }

    private static func labels(_ family: MetricFamily, _ values: [String], _ more: [(String, String)] = []) -> String {
        let pairs = zip(family.labels.map(\.name), values).map { ($0, $1) } + more
        guard !pairs.isEmpty else { return "" }
        return "{" + pairs.map { "\($0.0)=\"\(quoted($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    private static func quoted(_ text: String) -> String { escaped(text).replacing("\"", with: "\\\"") }
}

extension MetricFamily.Instrument {
    fileprivate var word: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
