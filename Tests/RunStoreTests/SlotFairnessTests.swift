import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Statistics
import Testing

@testable import RunStore

/// Many runs of ten tags share five slots, and half of their processes are killed: on a real store, in virtual time.
@Suite(.timeLimit(.minutes(30)))
struct SlotFairnessTests {
    private static let capacity = 5
    private static let tags = 10
    private static let isSoak = ProcessInfo.processInfo.environment["RINGBACK_SOAK"] != nil
    private static let runs = isSoak ? 1000 : 300

    /// What happened, by the names of runs.
    private struct Course {
        var waits: [String: Double] = [:]
        var tags: [String: Int] = [:]
        var peak = 0
        /// Runs that were killed while they waited, which never got a slot.
        var lost: Set<String> = []
    }

    /// Plays one seed to its end.
    private static func play(_ seed: UInt64, in store: RunStore) async throws -> Course {
        var random = SplitMix64(seed: seed)
        var course = Course()
        /// Ends of simulations, with the runs that hold a slot for them.
        var ends: [(at: Double, run: String)] = []
        /// Runs whose process has died with a simulation under way; the next process takes them up at that moment.
        var returns: [(at: Double, run: String)] = []
        var waiting: [String] = []
        var dead: Set<String> = []
        var now = 0.0
        for number in 0..<runs {
            let run = "run-\(number)"
            // Tags of different sizes: the first one has a third of all runs.
            let tag = number % 3 == 0 ? 0 : Int.random(in: 0..<tags, using: &random)
            course.tags[run] = tag
            try await store.queue(pool: "org", runID: run, tag: "tag-\(tag)", wireTag: run)
            waiting.append(run)
        }
        var killed = 0
        while !waiting.isEmpty || !ends.isEmpty || !returns.isEmpty {
            // Anybody asks, in any order; the one whose turn it is gets the slot.
            let turns = try await turns(of: store)
            let free = capacity - (try await store.tickets(pool: "org").filter(\.held).count)
            let asked = Array(waiting.shuffled(using: &random).prefix(3)) + Array(turns.prefix(max(0, free)))
            for run in asked where waiting.contains(run) && !dead.contains(run) {
                let gone = dead
                let decision = try await store.takeSlot(runID: run, capacity: capacity) { !gone.contains($0) }
                guard decision == .held else { continue }
                waiting.removeAll { $0 == run }
                course.waits[run] = now
                ends.append((now + Double.random(in: 5...15, using: &random), run))
            }
            let held = try await store.tickets(pool: "org").filter(\.held)
            course.peak = max(course.peak, held.count)
            #expect(Set(held.map(\.slot)).count == held.count)
            if killed < runs / 2, Bool.random(using: &random) {
                killed += 1
                if Bool.random(using: &random), let victim = ends.indices.randomElement(using: &random) {
                    // Its slot stays occupied, since its simulation goes on; it is resumed later.
                    let end = ends.remove(at: victim)
                    returns.append((max(end.at, now + 20), end.run))
                } else if let victim = waiting.randomElement(using: &random) {
                    dead.insert(victim)
                    course.lost.insert(victim)
                    waiting.removeAll { $0 == victim }
                }
            }
            let next = (ends + returns).min { $0.at < $1.at }
            guard let next else { continue }
            now = next.at
            ends.removeAll { $0.run == next.run }
            returns.removeAll { $0.run == next.run }
            try await store.releaseSlot(of: next.run)
        }
        return course
    }

    /// The living runs in the order in which slots go to them.
    private static func turns(of store: RunStore) async throws -> [String] {
        try await store.read { transaction in
            let waiting = try SlotTicket.all(of: "org", transaction).filter { !$0.held }
            let served = try transaction.numbers("SELECT tag, turn FROM slotTurns WHERE pool = ?1", ["org"])
            let turns = Dictionary(uniqueKeysWithValues: served.map { ($0.key ?? "", Int64($0.number)) })
            return SlotOrder.order(waiting, turns: turns).map(\.runId)
        }
    }

    @Test(arguments: 0..<UInt64(isSoak ? 20 : 3)) func noTagStarvesAndNoSlotLeaks(_ seed: UInt64) async throws {
        try await TemporaryFolder.with { folder in
            try await RunStore.with(try Home(path: folder)) { store in
                let course = try await Self.play(seed, in: store)
                #expect(course.peak == Self.capacity)
                #expect(course.waits.count + course.lost.count == Self.runs)
                #expect(course.waits.keys.allSatisfy { !course.lost.contains($0) })
                // The ticket of a run that died waiting goes when another one asks; nothing else is left.
                let left = try await store.tickets(pool: "org")
                #expect(left.allSatisfy { !$0.held && course.lost.contains($0.runId) }, "\(left.prefix(5))")
                let waits = course.waits.values
                let mean = waits.reduce(0, +) / Double(waits.count)
                let longest = try #require(waits.max())
                #expect(longest <= 3 * mean, "the longest wait is \(longest), the mean \(mean)")
                // While all tags have runs that wait, each gets a tenth of the slots, the large one too.
                let early = course.waits.sorted { $0.value < $1.value }.prefix(Self.runs * 3 / 10)
                let shares = Dictionary(grouping: early) { course.tags[$0.key] ?? 0 }.mapValues(\.count)
                #expect((0..<Self.tags).allSatisfy { abs((shares[$0] ?? 0) - Self.runs * 3 / 100) <= 2 }, "\(shares)")
            }
        }
    }
}
