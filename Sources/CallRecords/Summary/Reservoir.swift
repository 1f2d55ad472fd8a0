import Statistics

/// All values of a quantity up to a number, from there on a random sample of them.
///
/// Source: Vitter, "Random sampling with a reservoir", ACM TOMS 11(1), 1985, algorithm R.
struct Reservoir {
    /// The most values that are held.
    static let most = 100_000

    private var seen = RoundedSample.Seen()
    private var held: [UInt64] = []
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Adds a duration in milliseconds.
    mutating func add(_ milliseconds: Int) {
        seen.add(milliseconds)
        if held.count < Self.most {
            held.append(UInt64(milliseconds))
        } else {
            let place = random.next().multipliedFullWidth(by: UInt64(seen.count)).high
            if place < UInt64(Self.most) { held[Int(place)] = UInt64(milliseconds) }
        }
    }

    var count: Int { seen.count }
    var isFull: Bool { seen.count > Self.most }
    var sample: RoundedSample { RoundedSample(held: held.map { Int($0) }, of: seen) }
}
