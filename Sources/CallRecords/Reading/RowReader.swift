import Addresses

/// The rows of one file, one after the other, as cells that lie in a buffer.
///
/// A row is a line of delimited text by RFC 4180, in which a quoted cell may hold line ends, or an object of JSON in a
/// line of its own. Cells are valid until the next row is read.
final class RowReader {
    /// The most bytes of a row.
    static let longestRow = 1 << 20
    /// The most bytes of a quoted cell with line ends in it; a longer one was opened by accident.
    static let longestQuote = 1 << 16
    /// The most cells of a row.
    static let mostCells = 4096
    /// How much is read at once.
    static let step = 1 << 17

    /// What came of asking for a row.
    enum RowStep: Hashable {
        case row
        case skipped(SkipReason)
        case end
    }

    /// How cells are told apart.
    enum RowForm: Hashable {
        case delimited(by: UInt8, hasQuotes: Bool)
        case jsonLines
    }

    /// A cell of the row: where it lies in the buffer.
    struct RowCell: BitwiseCopyable {
        var start: Int32
        var end: Int32
        /// The quotation marks that have to be taken out of it.
        var quotation: Quotation
    }

    let path: String
    var form = RowForm.delimited(by: UInt8(ascii: ","), hasQuotes: true)
    /// What the values are, if rows are objects of JSON; a field is the cell of its number.
    var fields: JSONFields?
    /// The line in which the row begins, from 1.
    var line = 0
    /// The number of cells of the row.
    var cellCount = 0
    let buffer: UnsafeMutablePointer<UInt8>
    let cells: UnsafeMutablePointer<RowCell>
    private let source: ByteSource
    private let capacity = RowReader.longestRow + RowReader.step
    var start = 0
    var end = 0
    private var isAtEnd = false
    var nextLine = 1
    /// How far down in the names of its field the name of each cell of a JSON row is.
    private var ranks = [Int](repeating: .max, count: RecordField.allCases.count)

    init(_ path: String, encoding: TextEncoding) throws(RecordsError) {
        self.path = path
        buffer = .allocate(capacity: capacity)
        cells = .allocate(capacity: Self.mostCells)
        do throws(RecordsError) {
            source = try ByteSource(path, encoding: encoding)
        } catch {
            buffer.deallocate()
            cells.deallocate()
            throw error
        }
        // The header is looked for in what was read, and a row may be long.
        while end < Self.longestRow, !isAtEnd { try refill() }
    }

    deinit {
        buffer.deallocate()
        cells.deallocate()
    }

    /// The place of a row as people write it.
    func place(_ line: Int) -> String { "\(PrintableText.excerpt(path, to: 300)):\(line)" }

    /// The bytes of a cell, without white space, NUL and byte order mark round them; empty if the row has no such cell.
    func cell(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard index < cellCount else { return UnsafeBufferPointer(start: nil, count: 0) }
        if cells[index].quotation != .absent { unquote(index) }
        var (from, to) = (Int(cells[index].start), Int(cells[index].end))
        while from < to, buffer[from] <= 0x20 { from += 1 }
        while from < to, buffer[to - 1] <= 0x20 { to -= 1 }
        if to - from >= 3, buffer[from] == 0xEF, buffer[from + 1] == 0xBB, buffer[from + 2] == 0xBF { from += 3 }
        return UnsafeBufferPointer(start: buffer + from, count: to - from)
    }

    /// Whether the row has a cell that is not empty at or after a place.
    func hasCells(from index: Int) -> Bool {
        var index = index
        while index < cellCount {
            if cell(index).count > 0 { return true }
            index += 1
        }
        return false
    }

    /// Reads the next row that is not blank.
    func next() throws(RecordsError) -> RowStep {
        while true {
            if start == end {
                if isAtEnd { return .end }
                try refill()
                continue
            }
            line = nextLine
            let scan = form == .jsonLines ? scanLine() : scanRow()
            switch scan {
            case .needsMore:
                if end - start >= Self.longestRow {
                    try dropLine()
                    return .skipped(.tooLong)
                }
                try refill()
            case .blank(let next):
                start = next
                nextLine += 1
            case .complete(let next, let lines):
                start = next
                nextLine += lines
                guard form == .jsonLines else { return .row }
                return try parseJSON() ? .row : .skipped(.notJSON)
            case .openQuote:
                try dropLine()
                return .skipped(.quoteOpen)
            case .tooManyCells:
                try dropLine()
                return .skipped(.cellsTooMany)
            }
        }
    }

    enum Scan {
        case needsMore
        case blank(next: Int)
        case complete(next: Int, lines: Int)
        case openQuote
        case tooManyCells
    }

    private func refill() throws(RecordsError) {
        if Task.isCancelled { throw RecordsError(.interrupted, "Reading was interrupted.") }
        if start > 0 {
            buffer.update(from: buffer + start, count: end - start)
            (start, end) = (0, end - start)
        }
        let room = min(capacity - end, Self.step)
        let count = try source.read(into: UnsafeMutableBufferPointer(start: buffer + end, count: room))
        end += count
        if count == 0 { isAtEnd = true }
    }

    /// Passes over everything up to the next line end.
    private func dropLine() throws(RecordsError) {
        while true {
            var place = start
            while place < end, buffer[place] != 0x0A, buffer[place] != 0x0D { place += 1 }
            if place < end, buffer[place] == 0x0D, place + 1 == end, !isAtEnd {
                start = place
                try refill()
                continue
            }
            if place < end {
                start = place + (buffer[place] == 0x0D && place + 1 < end && buffer[place + 1] == 0x0A ? 2 : 1)
                nextLine += 1
                return
            }
            start = end
            if isAtEnd {
                nextLine += 1
                return
            }
            try refill()
        }
    }

    /// Finds the end of a line of JSON.
    func scanLine() -> Scan {
        var place = start
        while place < end, buffer[place] != 0x0A { place += 1 }
        guard place < end || isAtEnd else { return .needsMore }
        let next = min(place + 1, end)
        var first = start
        while first < place, buffer[first] <= 0x20 { first += 1 }
        if first == place { return .blank(next: next) }
        lineRange = first..<place
        return .complete(next: next, lines: 1)
    }

    var lineRange = 0..<0

    private func parseJSON() throws(RecordsError) -> Bool {
        cellCount = ranks.count
        for index in 0..<cellCount {
            cells[index] = RowCell(start: 0, end: 0, quotation: .absent)
            ranks[index] = .max
        }
        var parser = JSONLineParser(buffer, lineRange)
        let isObject = parser.parse { path, range in
            for use in fields?.uses(of: path) ?? [] where use.rank <= ranks[use.field.rawValue] {
                ranks[use.field.rawValue] = use.rank
                cells[use.field.rawValue] = RowCell(
                    start: Int32(range.lowerBound),
                    end: Int32(range.upperBound),
                    quotation: .absent
                )
            }
        }
        if let name = fields?.foreign { throw .notUTF8("the name of a column", name, at: place(line)) }
        return isObject
    }

    /// Finds the cells of a row of delimited text.
    func scanRow() -> Scan {
        guard case .delimited(let delimiter, let hasQuotes) = form else { return .needsMore }
        let (buffer, cells, end) = (self.buffer, self.cells, self.end)
        var place = start
        var lines = 1
        var count = 0
        while true {
            var from = place
            var quotation = Quotation.absent
            // A quotation mark counts only at the start of a cell.
            if hasQuotes, place < end, buffer[place] == 0x22 || buffer[place] == 0x20 {
                var quote = place
                while quote < end, buffer[quote] == 0x20, quote - place < 64 { quote += 1 }
                if quote < end, buffer[quote] == 0x22 {
                    let linesBefore = lines
                    place = quote + 1
                    from = place
                    while true {
                        while place < end, buffer[place] != 0x22, buffer[place] != 0x0A, buffer[place] != 0x0D {
                            place += 1
                        }
                        if place - from > Self.longestQuote, lines > linesBefore { return .openQuote }
                        // Whether another mark, or a line feed, follows decides; it may not have been read yet.
                        guard place < end, place + 1 < end || isAtEnd else {
                            if place >= end, isAtEnd { return .openQuote }
                            return .needsMore
                        }
                        let byte = buffer[place]
                        if byte == 0x22 {
                            if place + 1 < end, buffer[place + 1] == 0x22 {
                                quotation = .pairs
                                place += 2
                                continue
                            }
                            break
                        }
                        lines += 1
                        place += byte == 0x0D && place + 1 < end && buffer[place + 1] == 0x0A ? 2 : 1
                    }
                    let close = place
                    place += 1
                    var rest = place
                    while rest < end, buffer[rest] == 0x20 { rest += 1 }
                    if rest >= end, !isAtEnd { return .needsMore }
                    if rest >= end || buffer[rest] == delimiter || buffer[rest] == 0x0A || buffer[rest] == 0x0D {
                        guard count < Self.mostCells else { return .tooManyCells }
                        cells[count] = RowCell(start: Int32(from), end: Int32(close), quotation: quotation)
                        count += 1
                        place = rest
                        if place < end, buffer[place] == delimiter {
                            place += 1
                            continue
                        }
                        return finish(place, lines: lines, count: count)
                    }
                    // Text follows the closing mark. Over several lines, the mark that opened was an accident.
                    if lines > linesBefore { return .openQuote }
                    from = quote
                    quotation = .tail
                }
            }
            while place < end, buffer[place] != delimiter, buffer[place] != 0x0A, buffer[place] != 0x0D { place += 1 }
            if place >= end, !isAtEnd { return .needsMore }
            guard count < Self.mostCells else { return .tooManyCells }
            cells[count] = RowCell(start: Int32(from), end: Int32(place), quotation: quotation)
            count += 1
            if place < end, buffer[place] == delimiter {
                place += 1
                continue
            }
            return finish(place, lines: lines, count: count)
        }
    }

    private func finish(_ place: Int, lines: Int, count: Int) -> Scan {
        var next = place
        if place < end {
            if buffer[place] == 0x0D, place + 1 == end, !isAtEnd { return .needsMore }
            next += buffer[place] == 0x0D && place + 1 < end && buffer[place + 1] == 0x0A ? 2 : 1
        }
        // A cell in quotation marks begins behind the first.
        if count == 1, cells[0].start == Int32(start), (start..<place).allSatisfy({ buffer[$0] <= 0x20 }) {
            return .blank(next: next)
        }
        cellCount = count
        return .complete(next: next, lines: lines)
    }

    /// Takes the quotation marks out of a cell, in place.
    private func unquote(_ index: Int) {
        let cell = cells[index]
        let count = Quotation.remove(buffer + Int(cell.start), Int(cell.end - cell.start), cell.quotation)
        cells[index] = RowCell(start: cell.start, end: cell.start + Int32(count), quotation: .absent)
    }
}
