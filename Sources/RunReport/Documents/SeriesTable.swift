package import ExactJSON

/// Every series of a result as comma-separated values, one figure a line: what stands behind the pictures.
///
/// The columns are series, place in it, measure, value, and the ends of its interval.
package struct SeriesTable: Sendable {
    private var rows: [[String]] = [["series", "at", "measure", "value", "low", "high"]]

    /// Sums for comparisons, and texts.
    private static let others: Set<String> = ["perReplication", "batches", "scenarioDocument", "assertions", "notes"]
    /// What names an entry of a series, best first.
    private static let labels = ["label", "date", "name", "profile", "metric", "value", "window", "cause", "policy"]

    package init(_ document: JSONValue) {
        guard case .object(let members) = document else { return }
        for member in members where !Self.others.contains(member.name) {
            switch member.value {
            case .array(let entries):
                for (index, entry) in entries.enumerated() where entry.isObject {
                    addSeries(member.name, at: Self.label(of: entry) ?? "\(index)", entry, [])
                }
            case .object(let entries):
                for entry in entries { add(member.name, entry) }
            default: break
            }
        }
    }

    /// The text, with a line end of RFC 4180.
    package var text: String { rows.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined() }

    private mutating func add(_ series: String, _ entry: JSONValue.Member) {
        switch entry.value {
        case .object: addSeries(series, at: entry.name, entry.value, [])
        case .array(let values):
            for (index, value) in values.enumerated() {
                if value.isObject {
                    addSeries("\(series).\(entry.name)", at: Self.label(of: value) ?? "\(index)", value, [])
                } else if let number = value.number {
                    rows.append(["\(series).\(entry.name)", "\(index)", "value", number, "", ""])
                }
            }
        default:
            guard let number = entry.value.number else { return }
            rows.append([series, entry.name, "value", number, "", ""])
        }
    }

    private mutating func addSeries(_ series: String, at place: String, _ value: JSONValue, _ path: [String]) {
        guard case .object(let members) = value else { return }
        if let mean = value["mean"] {
            // An estimate with its interval is one line.
            rows.append([
                series, place, path.isEmpty ? "value" : path.joined(separator: "."), mean.number ?? "",
                value["low"]?.number ?? "", value["high"]?.number ?? "",
            ])
        }
        let isEstimate = value["mean"] != nil
        for member in members where !isEstimate || !["mean", "low", "high"].contains(member.name) {
            if member.value.isObject {
                addSeries(series, at: place, member.value, path + [member.name])
            } else if let number = member.value.number {
                rows.append([series, place, (path + [member.name]).joined(separator: "."), number, "", ""])
            } else if let numbers = member.value.elements?.compactMap(\.number) {
                for (index, number) in numbers.enumerated() {
                    let name = (path + [member.name]).joined(separator: ".")
                    rows.append(["\(series).\(place)", "\(index)", name, number, "", ""])
                }
            }
        }
    }

    private static func label(of entry: JSONValue) -> String? {
        labels.lazy.compactMap { entry[$0]?.string ?? entry[$0]?.number }.first
    }

    /// A cell; a number stays as it is, also below zero.
    private static func cell(_ text: String) -> String { Double(text) == nil ? CSVText.cell(text) : text }
}
