/// What quotation marks are in a cell.
enum Quotation: UInt8, BitwiseCopyable {
    case absent
    /// The cell lies between its marks; a pair of marks in it is one.
    case pairs
    /// The cell begins with a mark and goes on behind the one that closes.
    case tail

    /// Takes the marks out of a text, in place, and returns how long it is then.
    static func remove(_ text: UnsafeMutablePointer<UInt8>, _ count: Int, _ quotation: Quotation) -> Int {
        guard quotation != .absent else { return count }
        var isInside = quotation == .pairs
        var (read, write) = (0, 0)
        while read < count {
            let byte = text[read]
            read += 1
            if byte == 0x22 {
                if isInside, read < count, text[read] == 0x22 {
                    read += 1
                } else {
                    isInside.toggle()
                    continue
                }
            }
            text[write] = byte
            write += 1
        }
        return write
    }
}
