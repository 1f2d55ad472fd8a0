// What the first rows look like, before it is known how they are written.
extension RowReader {
    /// The first byte that is not white space, of what is left; nil if everything in reach is white space.
    var firstByte: UInt8? {
        var place = start
        while place < end, buffer[place] <= 0x20 { place += 1 }
        return place < end ? buffer[place] : nil
    }

    /// Whether what is left looks like UTF-16 without a byte order mark: half of the bytes are NUL.
    var isLikeUTF16: Bool {
        let sample = min(end - start, 1000)
        return sample >= 16 && (start..<start + sample).count { buffer[$0] == 0 } * 5 > sample * 2
    }

    /// A row that was looked at and not taken.
    struct Glance {
        var line: Int
        var cells: [[UInt8]]

        /// The number of cells that are not empty.
        var filled: Int { cells.count { !$0.isEmpty } }
    }

    /// Looks at the rows of the first lines without taking them, as far as they were read already.
    func glance(_ form: RowForm, lines: Int) -> [Glance] {
        let saved = (start, nextLine, line, cellCount, self.form)
        defer { (start, nextLine, line, cellCount, self.form) = saved }
        self.form = form
        var rows: [Glance] = []
        while start < end, nextLine <= lines {
            line = nextLine
            switch form == .jsonLines ? scanLine() : scanRow() {
            case .blank(let next):
                start = next
                nextLine += 1
            case .complete(let next, let lines):
                rows.append(Glance(line: line, cells: form == .jsonLines ? keysOfLine() : texts()))
                start = next
                nextLine += lines
            case .needsMore, .openQuote, .tooManyCells:
                while start < end, buffer[start] != 0x0A { start += 1 }
                start = min(start + 1, end)
                nextLine += 1
            }
        }
        return rows
    }

    /// The cells of the row, copied.
    private func texts() -> [[UInt8]] {
        (0..<cellCount).map { index in
            let cell = cells[index]
            var text = Array(UnsafeBufferPointer(start: buffer + Int(cell.start), count: Int(cell.end - cell.start)))
            let count = text.withUnsafeMutableBufferPointer { bytes in
                bytes.baseAddress.map { Quotation.remove($0, bytes.count, cell.quotation) } ?? 0
            }
            return trimmed(text[..<count])
        }
    }

    private func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var text = text.drop { $0 <= 0x20 }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        return Array(text)
    }

    /// The names of all values in a line of JSON.
    private func keysOfLine() -> [[UInt8]] {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: lineRange.count)
        defer { copy.deallocate() }
        copy.update(from: buffer + lineRange.lowerBound, count: lineRange.count)
        var names: [[UInt8]] = []
        var parser = JSONLineParser(copy, 0..<lineRange.count)
        let isObject = parser.parse { path, _ in names.append(path) }
        return isObject ? names : []
    }
}
