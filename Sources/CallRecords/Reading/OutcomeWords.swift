import Addresses
package import DialerEngine

/// What a row of records says about its attempt.
package enum RecordedOutcome: Hashable, Sendable {
    /// The attempt ended this way; a person who answered was connected.
    case attempt(AttemptOutcome)
    /// A person answered and was gone before an agent came.
    case abandoned
    /// The row is left out, since it says something other than an attempt.
    case skip

    /// The words that users write for outcomes.
    package static let words: [(word: String, outcome: RecordedOutcome)] = [
        ("busy", .attempt(.busy)), ("no-answer", .attempt(.noAnswer)), ("dial-tone", .attempt(.dialTone)),
        ("voicemail", .attempt(.voicemail)), ("answered", .attempt(.answered)), ("abandoned", .abandoned),
        ("skip", .skip),
    ]

    /// The words, one after the other.
    package static var list: String { words.map(\.word).joined(separator: ", ") }

    /// What a word means that every format knows.
    init?(word: String) {
        let word = RecordField.squeezed(word)
        if word == "busysignal" {
            self = .attempt(.busy)
            return
        }
        guard let found = Self.words.first(where: { RecordField.squeezed($0.word) == word }) else { return nil }
        self = found.outcome
    }
}

/// What a word of the records means, as a user says it: `WORD=OUTCOME`.
package struct OutcomeChoice: Hashable, Sendable {
    package var word: String
    package var outcome: RecordedOutcome

    /// Reads `WORD=OUTCOME`; nil if the outcome is not one of ``RecordedOutcome/words``, or the word is missing.
    package init?(_ argument: String) {
        guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else { return nil }
        guard let outcome = RecordedOutcome(word: String(argument[argument.index(after: equals)...])) else {
            return nil
        }
        self.outcome = outcome
        word = String(argument[..<equals])
    }
}

/// The words of one kind of rows: each once, with a number and a count.
struct WordTable {
    /// The most different words.
    static let most = 60_000
    /// The longest word that is told apart from others.
    static let longest = 64

    private(set) var words: [String] = []
    private(set) var counts: [Int] = []
    private(set) var isFull = false
    private var places: [UInt64: UInt16] = [:]
    private var last: (hash: UInt64, place: UInt16)?

    /// The beginning of a word, as far as it tells words apart; it ends with a whole character.
    static func text(_ word: some RandomAccessCollection<UInt8>) -> String {
        guard word.count > longest else { return String(decoding: word, as: UTF8.self) }
        let start = word.prefix(longest + 1)
        let end = start.lastIndex { $0 & 0xC0 != 0x80 } ?? start.endIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }

    /// Returns the number of a word, and counts it.
    mutating func place(_ cell: UnsafeBufferPointer<UInt8>, _ hash: KeyHash) -> UInt16 {
        let key = hash.hash(cell)
        if let last, last.hash == key {
            counts[Int(last.place)] += 1
            return last.place
        }
        let place: UInt16
        if let known = places[key] {
            place = known
        } else if words.count < Self.most {
            place = UInt16(words.count)
            places[key] = place
            words.append(Self.text(cell))
            counts.append(0)
        } else {
            isFull = true
            return 0
        }
        counts[Int(place)] += 1
        last = (key, place)
        return place
    }
}

/// Words that nothing is known of.
struct UnknownWords {
    /// How many are shown.
    static let most = 50
    private var counts: [String: Int] = [:]

    var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ word: String, _ count: Int) {
        let word = Self.masked(word)
        if counts.count < 10_000 || counts[word] != nil { counts[word, default: 0] += count }
    }

    /// A list with counts, the most frequent word first.
    var list: String {
        let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        let shown = sorted.prefix(Self.most).map { "  \($0.key)  \($0.value)" }.joined(separator: "\n")
        let more = sorted.count - Self.most
        return more > 0 ? "\(shown)\n  and \(more) more words" : shown
    }

    var first: String { counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "WORD" }
    var count: Int { counts.count }

    /// A word that is safe to show: four digits in a row and more could be a telephone number.
    static func masked(_ word: String) -> String {
        var shown = ""
        var digits = ""
        func flush() {
            shown += digits.count >= 4 ? "####" : digits
            digits = ""
        }
        for character in word {
            if character.isNumber {
                digits.append(character)
            } else {
                flush()
                shown.append(character)
            }
        }
        flush()
        return PrintableText.excerpt(shown, to: 40)
    }
}
