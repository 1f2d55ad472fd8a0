import DialerEngine
package import ExactJSON
package import RunReport
import Statistics

/// The page of a stored result of the engine alone, for one whose own `report.html` is gone.
package enum StoredStudy {
    /// Nil if the document is of another command, or is not whole.
    package static func html(_ json: JSONValue) throws -> String? {
        switch json["kind"]?.string {
        case "calibrate": try CalibrationResult(json).map { try CalibrationReport($0, command: nil).text() }
        case "odds": try OddsResult(json).map { try OddsReport($0, command: nil).text() }
        case "explain": try Explanation(json).map { try ExplanationReport($0, command: nil).text() }
        case "simulate":
            try ResultDocument(json).map { document in
                let (pictures, missing) = pictures(of: document)
                return try StoredReport.html(document, pictures: pictures, missing: missing)
            }
        default: nil
        }
    }

    /// The page of a result of a run, a simulation or a calibration, for somebody who also has its files.
    package static func page(_ json: JSONValue) -> ReportPage? {
        if json["kind"]?.string == "calibrate", let result = CalibrationResult(json) {
            return CalibrationReport(result, command: nil).page
        }
        return ResultDocument(json).map { StoredReport.page($0, pictures: pictures(of: $0).pictures) }
    }

    private static func pictures(of document: ResultDocument) -> (pictures: [ReportSection?], missing: [String]) {
        let law = document.json["compliance"]?.elements?.first
        let limit = law?["limit"]?.double
        let course = DayCourse(document.json["intervals"])
        let shift = course?.shiftRows.last?.to ?? 0
        let day = course.flatMap { DayChart($0, shift: shift, roster: nil, limit: limit) }
        let gauges = GaugeChart(rows(document.json["gauges"]?.elements ?? []), limit: limit)
        return (
            [
                day?.section,
                gauges.map {
                    ReportSection("What the dialer's screen would say", id: "gauges", [.picture($0.picture)])
                },
            ],
            (day == nil
                ? ["the course of a day: the result has no intervals (they come with --by or --out)"] : [])
                + (gauges == nil ? ["the gauges: the result has none"] : [])
                + (day != nil ? ["the steps of the roster: the result has only what came of it"] : [])
        )
    }

    private static func rows(_ gauges: [JSONValue]) -> [GaugeChart.Row] {
        guard let first = gauges.first, let law = first["law"] else { return [] }
        func row(_ name: String, _ estimate: JSONValue?, _ verdict: JSONValue?) -> GaugeChart.Row {
            .init(name: name, estimate: Estimate(estimate), verdict: verdict?.string.flatMap(Verdict.init(rawValue:)))
        }
        let name = law["profile"]?.string ?? "the rule"
        return [row("\(name), the law", law["rate"], first["verdicts"]?["law"])]
            + gauges.map { row($0["name"]?.string ?? "", $0["value"], $0["verdicts"]?["gauge"]) }
    }
}
