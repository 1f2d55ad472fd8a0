/// A duration as a cell says it, in milliseconds, or why it says none.
struct CellDuration: Hashable, BitwiseCopyable {
    /// A value of this size or more was not measured: counters of 16 bits end at 65,535 s.
    static let sentinel: UInt32 = 65_000_000
    static let missing = CellDuration(code: .max)
    static let unreadable = CellDuration(code: .max - 1)
    static let negative = CellDuration(code: .max - 2)
    static let notMeasured = CellDuration(code: .max - 3)

    private var code: UInt32

    private init(code: UInt32) { self.code = code }

    /// Creates a duration; one of 65,000 s and more is not measured, a negative one is negative.
    init(milliseconds: Int) {
        code =
            milliseconds < 0
            ? Self.negative.code
            : milliseconds >= Int(Self.sentinel) ? Self.notMeasured.code : UInt32(milliseconds)
    }

    /// The value in milliseconds; nil for an empty cell.
    var milliseconds: Int? { code < Self.sentinel ? Int(code) : nil }
    var seconds: Double { Double(milliseconds ?? 0) / 1000 }

    /// The difference of two clocks that were cut off to whole seconds: up to 2 s below zero are zero.
    static func difference(_ left: CellDuration, _ right: CellDuration) -> CellDuration {
        guard let from = left.milliseconds else { return left }
        guard let less = right.milliseconds else { return right == .missing ? left : right }
        let value = from - less
        return CellDuration(milliseconds: value < 0 && value >= -2000 ? 0 : value)
    }

    static func sum(_ left: CellDuration, _ right: CellDuration) -> CellDuration {
        guard let one = left.milliseconds else { return left }
        guard let other = right.milliseconds else { return right == .missing ? left : right }
        return CellDuration(milliseconds: one + other)
    }
}

/// Reads the durations of one column: `125`, `125.5`, `0:02:05`.
struct DurationColumn {
    /// Whether the file may write a decimal comma.
    var hasDecimalCommas: Bool
    /// The decimal mark of the column, once a value had one.
    private var mark: UInt8 = 0

    init(hasDecimalCommas: Bool) { self.hasDecimalCommas = hasDecimalCommas }

    /// Reads a cell without white space round it.
    mutating func read(_ cell: UnsafeBufferPointer<UInt8>) -> CellDuration {
        guard !MissingWord.isMissing(cell) else { return .missing }
        var place = 0
        let isNegative = cell[0] == UInt8(ascii: "-")
        if isNegative { place = 1 }
        guard var seconds = Self.number(cell, &place, upTo: 9) else { return .unreadable }
        if place < cell.count, cell[place] == UInt8(ascii: ":") {
            guard let minutes = Self.pair(cell, place + 1), let rest = Self.pair(cell, place + 4) else {
                return .unreadable
            }
            guard cell[place + 3] == UInt8(ascii: ":") else { return .unreadable }
            seconds = seconds * 3600 + minutes * 60 + rest
            place += 6
        }
        var fraction = 0
        if place < cell.count {
            let found = cell[place]
            guard found == UInt8(ascii: ".") || (found == UInt8(ascii: ",") && hasDecimalCommas) else {
                return .unreadable
            }
            guard mark == 0 || mark == found else { return .unreadable }
            place += 1
            let from = place
            var scale = 1000
            while place < cell.count, (0x30...0x39).contains(cell[place]) {
                let digit = Int(cell[place] - 0x30)
                if scale == 1, place - from == 3, digit >= 5 { fraction += 1 }
                if scale > 1 {
                    scale /= 10
                    fraction += digit * scale
                }
                place += 1
            }
            guard place > from, place == cell.count else { return .unreadable }
            mark = found
        }
        let milliseconds = seconds * 1000 + fraction
        return isNegative && milliseconds > 0 ? .negative : CellDuration(milliseconds: milliseconds)
    }

    private static func number(_ cell: UnsafeBufferPointer<UInt8>, _ place: inout Int, upTo digits: Int) -> Int? {
        let from = place
        var value = 0
        while place < cell.count, (0x30...0x39).contains(cell[place]) {
            guard place - from < digits else { return nil }
            value = value * 10 + Int(cell[place] - 0x30)
            place += 1
        }
        return place > from ? value : nil
    }

    /// Two digits below 60.
    private static func pair(_ cell: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int? {
        guard place + 1 < cell.count, (0x30...0x35).contains(cell[place]), (0x30...0x39).contains(cell[place + 1])
        else {
            return nil
        }
        return Int(cell[place] - 0x30) * 10 + Int(cell[place + 1] - 0x30)
    }
}

/// Cells that hold nothing.
enum MissingWord {
    /// Whether a cell is empty, `NULL` or `\N`.
    static func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        switch cell.count {
        case 0: true
        case 2: cell[0] == UInt8(ascii: "\\") && cell[1] == UInt8(ascii: "N")
        case 4:
            cell[0] | 0x20 == UInt8(ascii: "n") && cell[1] | 0x20 == UInt8(ascii: "u")
                && cell[2] | 0x20 == UInt8(ascii: "l") && cell[3] | 0x20 == UInt8(ascii: "l")
        default: false
        }
    }
}

/// Texts that tell calls, contacts and agents apart, as numbers.
struct KeyHash {
    /// No text.
    static let none: UInt64 = 0
    /// A text that tells nothing apart.
    static let unusable: UInt64 = 1

    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0x2545_F491_4F6C_DD1D }

    /// Returns a number for a text; 0 if it is missing.
    func callAsFunction(_ cell: UnsafeBufferPointer<UInt8>) -> UInt64 {
        MissingWord.isMissing(cell) ? Self.none : hash(cell)
    }

    /// Returns a number for two numbers together.
    func combined(_ left: UInt64, _ right: UInt64) -> UInt64 {
        max(2, Self.mix(Self.mix(seed ^ left, 0xA076_1D64_78BD_642F) ^ right, 0xE703_7ED1_A0B4_28DB))
    }

    /// Returns a number for a text that is there.
    func hash(_ cell: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state = seed ^ UInt64(cell.count)
        var place = 0
        let bytes = UnsafeRawBufferPointer(cell)
        while place + 8 <= bytes.count {
            state = Self.mix(state ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self), 0xA076_1D64_78BD_642F)
            place += 8
        }
        var rest: UInt64 = 0
        while place < bytes.count {
            rest = rest << 8 | UInt64(bytes[place])
            place += 1
        }
        return max(2, Self.mix(Self.mix(state ^ rest, 0xE703_7ED1_A0B4_28DB), 0x8EBC_6AF0_9C88_C6E3))
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Returns a number for an identity that a spreadsheet may have rounded; such a one tells nothing apart.
    func identity(_ cell: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard !MissingWord.isMissing(cell) else { return Self.none }
        return Self.isScientific(cell) ? Self.unusable : hash(cell)
    }

    /// Returns a number for a contact; what many contacts have in common tells nothing apart.
    func contact(_ cell: UnsafeBufferPointer<UInt8>, isNumber: Bool) -> UInt64 {
        guard !MissingWord.isMissing(cell) else { return Self.none }
        let first = cell[0]
        // 0 stands for a missing number; 11 may be somebody's number in a list, 1111 is nobody's telephone.
        let isRepeated =
            (0x30...0x39).contains(first) && cell.allSatisfy { $0 == first }
            && (first == 0x30 || isNumber && cell.count >= 4)
        return isRepeated || Self.isScientific(cell) ? Self.unusable : hash(cell)
    }

    /// Whether a text is a number such as `4.479E+11`.
    private static func isScientific(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = 0
        func digits() -> Bool {
            let from = place
            while place < cell.count, (0x30...0x39).contains(cell[place]) { place += 1 }
            return place > from
        }
        if cell[0] == UInt8(ascii: "-") || cell[0] == UInt8(ascii: "+") { place = 1 }
        guard digits() else { return false }
        // `12e5` can be a number in base 16; a spreadsheet writes a mark or a sign as well.
        var isCertain = false
        if place < cell.count, cell[place] == UInt8(ascii: ".") || cell[place] == UInt8(ascii: ",") {
            place += 1
            guard digits() else { return false }
            isCertain = true
        }
        guard place < cell.count, cell[place] | 0x20 == UInt8(ascii: "e") else { return false }
        place += 1
        if place < cell.count, cell[place] == UInt8(ascii: "-") || cell[place] == UInt8(ascii: "+") {
            place += 1
            isCertain = true
        }
        return digits() && place == cell.count && isCertain
    }
}
