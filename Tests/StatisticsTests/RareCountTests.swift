import Statistics
import Testing

struct RareCountTests {
    /// Found with exact fractions in Python: the fewest of n at 1 in 20 whose tail is below 1 in 1,000.
    @Test(
        arguments: [
            (1, nil), (2, nil), (3, 3), (5, 4), (8, 4), (10, 5), (20, 6), (40, 8), (60, 10), (100, 14), (250, 25),
            (1000, 74),
        ] as [(Int, Int?)]
    )
    func theFewestCountBelowOneInAThousand(trials: Int, fewest: Int?) {
        let rare = RareCount(trials: trials)
        #expect(rare.fewestBelow() == fewest)
        if let fewest {
            #expect(rare.probability(ofAtLeast: fewest) < 0.001)
            #expect(rare.probability(ofAtLeast: fewest - 1) >= 0.001)
        }
    }

    @Test
    func aTieIsNotBelow() {
        // 1 in 8 for three of three at one half.
        let rare = RareCount(trials: 3, odds: 2)
        #expect(!rare.isBelow(oneIn: 8, atLeast: 3))
        #expect(rare.isBelow(oneIn: 7, atLeast: 3))
    }

    @Test
    func edges() {
        #expect(!RareCount(trials: 0).isBelow(atLeast: 0))
        #expect(RareCount(trials: 5).isBelow(atLeast: 6))
        #expect(RareCount(trials: 0).fewestBelow() == nil)
        #expect(RareCount(trials: 20).probability(ofAtLeast: 0) == 1)
        #expect(RareCount(trials: 20).probability(ofAtLeast: 21) == 0)
    }

    /// The comparison in whole numbers and the rounded probability agree wherever they are apart.
    @Test
    func wholeNumbersAgreeWithTheRoundedProbability() {
        for trials in stride(from: 1, through: 400, by: 7) {
            for count in 0...min(trials, 60) {
                let rare = RareCount(trials: trials)
                #expect(
                    rare.isBelow(atLeast: count) == (rare.probability(ofAtLeast: count) < 0.001),
                    "\(count) of \(trials)"
                )
            }
        }
    }
}
