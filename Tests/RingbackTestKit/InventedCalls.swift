/// Invented call records, the same for the same seed.
package struct InventedCalls {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    private mutating func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53
    }

    private mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(uniform() * Double(range.count))
    }

    /// A sum of uniform numbers: whole seconds that a gamma distribution describes well.
    private mutating func seconds(_ mean: Double) -> Int {
        var product = 1.0
        for _ in 0..<2 { product *= 1 - uniform() }
        return Int((-logarithm(product) * mean / 2).rounded())
    }

    private func logarithm(_ value: Double) -> Double {
        // Good to the last whole second, and without a library.
        var (rest, power) = (value, 0.0)
        while rest < 0.5 { (rest, power) = (rest * 2, power - 1) }
        let ratio = (rest - 1) / (rest + 1)
        let square = ratio * ratio
        return 2 * ratio * (1 + square / 3 + square * square / 5 + square * square * square / 7) + power
            * 0.693_147_180_559_945
    }

    /// Three days from nine to five with four agents, as CSV: answers are rarer in the afternoon.
    package mutating func csv(days: Int = 3, agents: [String] = ["ann", "bob", "cem", "dee"]) -> String {
        var lines = ["dialedAt,outcome,ringSeconds,waitSeconds,talkSeconds,wrapSeconds,agent,contact,id"]
        var number = 0
        for day in 0..<days {
            var clock = 9 * 3600 + whole(0...30)
            while clock < 17 * 3600 {
                number += 1
                let isPause = clock >= 12 * 3600 && clock < 12 * 3600 + 1800
                let time = "2026-03-0\(2 + day) \(pad(clock / 3600)):\(pad(clock / 60 % 60)):\(pad(clock % 60))"
                let chance = uniform()
                let contact = "+4930\(1_000_000 + number * 7)"
                let answer = clock < 13 * 3600 ? 0.4 : 0.25
                func row(_ cells: [String]) {
                    lines.append(([time] + cells + [contact, "c\(number)"]).joined(separator: ","))
                }
                if chance < answer, !isPause {
                    let ring = "\(2 + seconds(10))"
                    if uniform() < 0.08 {
                        row(["abandoned", ring, "\(1 + seconds(4))", "", "", ""])
                    } else {
                        let agent = agents[number % agents.count]
                        row([
                            "answered", ring, "\(uniform() < 0.8 ? 0 : seconds(2))", "\(seconds(150))",
                            "\(seconds(25))", agent,
                        ])
                    }
                } else if chance < 0.75 {
                    row(["no-answer", "\(25 + whole(0...2))", "", "", "", ""])
                } else if chance < 0.85 {
                    row(["busy", "\(1 + seconds(2))", "", "", "", ""])
                } else {
                    row(["voicemail", "\(15 + seconds(8))", "", "", "", ""])
                }
                clock += whole(5...45)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
