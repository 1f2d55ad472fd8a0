import ExactJSON
import RunReport
import Statistics

/// The recorded durations beside the fitted family: shares up to each duration, and quantiles against quantiles.
///
/// The band is that of Dvoretzky, Kiefer and Wolfowitz with Massart's constant (Ann. Probab. 18 (1990) 1269): with 95 % the whole
/// distribution function of the centre lies within ±√(ln(2 / 0.05) / 2n) of the recorded one. A rounded value v stands for
/// durations up to v + g/2, so that is where the recorded function steps.
struct DistributionChart {
    private let title: String
    private let id: String
    private let sample: RoundedSample
    private let model: DurationModel?
    /// Whether the test refuses the family.
    private let isRefused: Bool
    /// The end of the axis: the 99th percentile, and a little more.
    private let end: Double
    private let band: Double
    private static let height = 190.0
    private static let pieces = 120

    /// - Parameters:
    ///   - title: The quantity, such as `Talk`.
    ///   - id: A name that is unique in the page.
    ///   - sample: At least one value.
    init(_ title: String, id: String, _ sample: RoundedSample, _ model: DurationModel?, isRefused: Bool) {
        (self.title, self.id, self.sample) = (title, id, sample)
        (self.model, self.isRefused) = (model, isRefused)
        let most = sample.quantile(0.99) ?? sample.largest
        end = max((most + sample.grid.width / 2) * 1.08, sample.grid.width)
        band = (Double.logOfForty / (2 * Double(max(1, sample.heldCount)))).squareRoot()
    }

    private var curve: Paint { isRefused ? .limit : .rate }

    private var curveWords: String {
        guard let model else { return "" }
        return isRefused ? "\(model.family.rawValue), refused" : "fitted: \(model.family.rawValue)"
    }

    // MARK: Distribution functions

    /// The recorded and the fitted distribution function.
    var distribution: ReportPicture {
        let fitted = model.map { _ in [ReportPicture.LegendEntry(curve, curveWords)] } ?? []
        return ReportPicture(
            distributionSVG,
            keys: [.init(.steps, "records"), .init(.duty, "95 % band of the records")] + fitted,
            hasMargin: true,
            figures: distributionFigures
        )
    }

    private var distributionFigures: ReportTable {
        let marks = AxisScale(seconds: end, steps: 10).marks.filter { $0 > 0 }
        let rows = marks.map { mark in
            let share = recorded(mark)
            return [
                Duration.text(seconds: mark), NumberText.percent(share),
                NumberText.percentRange(max(0, share - band), min(1, share + band), digits: 1),
                model.map { NumberText.percent($0.cumulative(mark)) } ?? "–",
            ]
        }
        return ReportTable(
            "\(title): shares up to a duration",
            [.number("Up to"), .number("Records"), .number("95 % band"), .number("Fitted")],
            rows
        )
    }

    private var distributionSVG: SVG {
        let (top, bottom) = (26.0, 26 + Self.height)
        func y(_ share: Double) -> Double { bottom - min(1, max(0, share)) * Self.height }
        var svg = SVG(
            title: "\(title): distribution",
            description: description,
            id: "\(id)-distribution",
            height: bottom + 42
        )
        svg.text("Share up to a duration", 0, top - 10, .label)
        svg.text(NumberText.count(sample.count, "value"), 1, top - 10, .value, .end)
        let places = places
        let shares = places.map { recorded($0) }
        // Inside of a cell the records say nothing, so a straight line leads through it, and the band holds both of its ends.
        let pieces = zip(zip(places, places.dropFirst()), zip(shares, shares.dropFirst()))
        for (piece, share) in pieces {
            let (low, high) = (y(share.0 - band), y(share.1 + band))
            let tip = "up to \(Duration.text(seconds: piece.1)): \(NumberText.percent(share.1))"
            svg.bar(piece.0 / end, high, (piece.1 - piece.0) / end, low - high, .duty, tip: tip)
        }
        for share in [0, 0.25, 0.5, 0.75, 1.0] { svg.horizontal(y(share), share == 0 ? .axis : .grid) }
        for (piece, share) in pieces {
            svg.line(piece.0 / end, y(share.0), piece.1 / end, y(share.1), .steps)
        }
        if let model {
            svg.curve(pieces: Self.pieces, curve) { x in y(model.cumulative(x * end)) }
        }
        for share in [0.25, 0.5, 0.75, 1.0] {
            svg.text(NumberText.percent(share), 0, y(share) + 4, .tick, .end, shift: -6)
        }
        drawDurations(from: bottom, in: &svg, "duration")
        return svg
    }

    /// Whether the longest values are not drawn.
    var isCut: Bool { sample.largest > end }

    /// Where the recorded function is drawn: ends of cells, at most one for each pixel or two.
    private var places: [Double] {
        let width = sample.grid.width
        let cells = max(1, Int((end / width).rounded(.up)))
        let each = max(1, (cells + 179) / 180)
        var places = [0.0]
        var cell = 0
        while true {
            let place = (Double(cell) + 0.5) * width
            guard place < end else { break }
            places.append(place)
            cell += each
        }
        return places + [end]
    }

    /// The share of held values whose cells end at or before a duration.
    private func recorded(_ duration: Double) -> Double {
        let limit = duration - sample.grid.width / 2 + 1e-9
        var count = 0
        for entry in sample.entries {
            guard sample.seconds(entry) <= limit else { break }
            count += entry.count
        }
        return Double(count) / Double(max(1, sample.heldCount))
    }

    private var description: String {
        func text(_ share: Double) -> String { Duration.text(seconds: sample.quantile(share) ?? 0) }
        let records =
            "Half of \(NumberText.count(sample.count, "value")) are at most \(text(0.5)), nine in ten at most \(text(0.9))"
        guard let model else { return records + "." }
        return records + "; \(model.family.rawValue) has \(Duration.text(seconds: model.quantile(0.5))) and "
            + "\(Duration.text(seconds: model.quantile(0.9)))."
    }

    // MARK: Quantiles

    /// Recorded quantiles over fitted ones; nil without a family.
    var quantiles: ReportPicture? {
        guard let model else { return nil }
        let points = Self.shares.compactMap { share in
            sample.quantile(share).map { (share: share, fitted: model.quantile(share), recorded: $0) }
        }
        let rows = points.map { point in
            let range = recordedRange(point.share)
            return [
                NumberText.percent(point.share), Self.seconds(point.recorded),
                "\(Self.seconds(range.low))…\(Self.seconds(range.high))", Self.seconds(point.fitted),
            ]
        }
        return ReportPicture(
            quantileSVG(points.map { ($0.share, $0.fitted, $0.recorded) }),
            keys: [
                .init(.first, "a quantile"), .init(.whisker, "95 % band of the records"),
                .init(curve, "where both are equal"),
            ],
            hasMargin: true,
            figures: ReportTable(
                "\(title): quantiles",
                [.number("Share"), .number("Records, s"), .number("95 % band, s"), .number("Fitted, s")],
                rows
            )
        )
    }

    private func quantileSVG(_ points: [(share: Double, fitted: Double, recorded: Double)]) -> SVG {
        let (top, bottom) = (26.0, 26 + Self.height)
        let scale = AxisScale(seconds: end, steps: 4)
        func y(_ value: Double) -> Double { bottom - min(1, max(0, value / end)) * Self.height }
        var svg = SVG(
            title: "\(title): quantiles",
            description: "Recorded quantiles over those of the fitted family; on the line both are equal.",
            id: "\(id)-quantiles",
            height: bottom + 42
        )
        svg.text("Recorded quantile over fitted quantile", 0, top - 10, .label)
        for mark in scale.marks where mark <= end { svg.horizontal(y(mark), mark == 0 ? .axis : .grid) }
        svg.line(0, y(0), 1, y(end), curve)
        for point in points where point.fitted <= end {
            let range = recordedRange(point.share)
            svg.vertical(point.fitted / end, from: y(range.low), to: y(range.high), .whisker)
            svg.mark(
                point.fitted / end,
                y(point.recorded),
                .first,
                tip: "\(NumberText.percent(point.share)): \(Self.seconds(point.recorded)) s recorded, "
                    + "\(Self.seconds(point.fitted)) s fitted"
            )
        }
        for mark in scale.marks.dropFirst() where mark <= end {
            svg.text(scale.timeText(mark), 0, y(mark) + 4, .tick, .end, shift: -6)
        }
        drawDurations(from: bottom, in: &svg, "fitted quantile")
        return svg
    }

    /// The recorded quantiles at the ends of the band; rounding spreads each over its cell.
    private func recordedRange(_ share: Double) -> (low: Double, high: Double) {
        let half = sample.grid.width / 2
        let low = share - band > 0 ? (sample.quantile(share - band) ?? 0) - half : 0
        let high = share + band < 1 ? (sample.quantile(share + band) ?? end) + half : sample.largest + half
        return (max(0, low), high)
    }

    private static let shares = [0.01, 0.025] + (1...18).map { Double($0) * 0.05 } + [0.95, 0.975, 0.99]

    // MARK: Axes

    private func drawDurations(from bottom: Double, in svg: inout SVG, _ words: String) {
        let scale = AxisScale(seconds: end, steps: 6)
        for mark in scale.marks where mark <= end * 1.0001 {
            svg.vertical(mark / end, from: bottom, to: bottom + 4, .axis)
            svg.tick(scale.timeText(mark), mark / end, bottom + 18)
        }
        svg.text(words, 0.5, bottom + 36, .value, .middle)
    }

    private static func seconds(_ value: Double) -> String { NumberText.short(value, value < 10 ? 2 : 1) }
}

extension SVG {
    /// Draws a curve from 0 to 1 in straight pieces.
    mutating func curve(pieces: Int, _ paint: Paint, _ y: (Double) -> Double) {
        var (before, left) = (y(0), 0.0)
        for piece in 1...pieces {
            let right = Double(piece) / Double(pieces)
            let next = y(right)
            line(left, before, right, next, paint)
            (before, left) = (next, right)
        }
    }
}

extension Double {
    /// ln(2 / 0.05).
    fileprivate static let logOfForty = 3.688_879_454_113_936
}
