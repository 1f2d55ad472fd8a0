import Addresses

/// Finds the word that was probably meant.
public enum Suggestion {
    /// The known word nearest to `word`, if at most a third of its letters differ.
    public static func nearest(to word: String, among known: [String]) -> String? {
        let candidates = known.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, best.name.count / 3) ? best.name : nil
    }

    /// A word in quotes, with the known one that was probably meant.
    package static func quoted(_ word: String, among known: [String]) -> String {
        let suggestion = nearest(to: word, among: known).map { ", did you mean \"\($0)\"?" } ?? ""
        return "\"\(PrintableText.excerpt(word))\"\(suggestion)"
    }

    /// The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.unicodeScalars.prefix(64)), Array(right.unicodeScalars.prefix(64)))
        var rows = [Array(0...right.count)]
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var cost = min(rows[i][j] + (left[i] == right[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
