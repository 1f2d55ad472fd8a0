import DiscreteEvents
import Testing

@Suite("CalendarQueue", .timeLimit(.minutes(5)))
struct CalendarQueueTests {
    /// Random pushes, pops and removals against a sorted array; few distinct times, so that ties are common.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func agreesWithASortedArray(index: UInt64) {
        var draws = RandomStream(seed: 7).draws(index: index, purpose: 0)
        var queue = CalendarQueue<Int32>(startingAt: Double(index), capacity: 1)
        var model: [(time: Double, rank: UInt64, number: Int32, handle: Int32)] = []
        let spread = [0.001, 1, 500, 1e7][Int(index % 4)]
        for number in 0..<1500 as Range<Int32> {
            switch Int.random(in: 0..<10, using: &draws) {
            case 0..<6:
                let time = queue.now + spread * Double(Int.random(in: 0..<12, using: &draws))
                let rank = UInt64.random(in: 0..<4, using: &draws)
                let handle = queue.push(number, at: time, rank: rank)
                let place = model.firstIndex { ($0.time, $0.rank) > (time, rank) } ?? model.endIndex
                model.insert((time, rank, number, handle), at: place)
            case 6 where !model.isEmpty:
                let place = Int.random(in: model.indices, using: &draws)
                queue.remove(model.remove(at: place).handle)
            default:
                let expected = model.isEmpty ? nil : model.removeFirst()
                let popped = queue.pop()
                #expect(popped?.time == expected?.time && popped?.event == expected?.number)
            }
            #expect(queue.count == model.count)
        }
        while let (time, event) = queue.pop() {
            let expected = model.removeFirst()
            #expect(time == expected.time && event == expected.number && queue.now == time)
        }
        #expect(model.isEmpty && queue.isEmpty)
    }

    /// A long simulation of many servers: the same order as the plain queue, event by event.
    @Test(arguments: [1, 40, 1000])
    func agreesWithTheHeap(servers: Int) {
        var draws = RandomStream(seed: 8).draws(index: UInt64(servers), purpose: 0)
        let service = Sampler(Distribution(.lognormal(mean: 180, sd: 400)))
        var fast = CalendarQueue<Int32>()
        var plain = EventQueue<Int32>()
        for server in 0..<Int32(servers) {
            fast.push(server, at: 0)
            plain.push(server, at: 0)
        }
        for step in 0..<6000 {
            let (one, other) = (fast.pop(), plain.pop())
            #expect(one?.time == other?.time && one?.event == other?.event)
            guard let one else { break }
            let pause = step.isMultiple(of: 7) ? 25 : service.sample(&draws)
            fast.push(one.event, at: one.time + pause)
            plain.push(one.event, at: one.time + pause)
        }
    }

    /// Bursts far larger than the calendar, drained to nothing in between: it grows and stays in order, ties and ranks too.
    @Test(arguments: [1, 200])
    func burstsGrowTheCalendar(capacity: Int) {
        var draws = RandomStream(seed: 9).draws(index: UInt64(capacity), purpose: 0)
        var queue = CalendarQueue<Int32>(capacity: capacity)
        for burst in [3000, 10, 5000] {
            var expected: [(time: Double, rank: UInt64, number: Int32)] = []
            for number in 0..<Int32(burst) {
                let time = queue.now + 0.25 * Double(Int.random(in: 0..<600, using: &draws))
                let rank = UInt64.random(in: 0..<4, using: &draws)
                queue.push(number, at: time, rank: rank)
                expected.append((time, rank, number))
            }
            expected.sort { $0 < $1 }
            var popped: [Int32] = []
            while let (_, event) = queue.pop() { popped.append(event) }
            #expect(popped == expected.map(\.number))
        }
    }

    /// The first, a middle, the last and the only event of one instant, removed.
    @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [2, 1, 0]])
    func removesFromAnyPlace(places: [Int]) {
        var queue = CalendarQueue<Int32>()
        let handles = (0..<3 as Range<Int32>).map { queue.push($0, at: 5) }
        for place in places { queue.remove(handles[place]) }
        queue.push(3, at: 5)
        var popped: [Int32] = []
        while let (_, event) = queue.pop() { popped.append(event) }
        #expect(popped == [0, 1, 2, 3].filter { !places.contains(Int($0)) })
    }

    @Test func startsAnewAtAnyTime() {
        var queue = CalendarQueue<Int32>(startingAt: 1000)
        queue.push(1, at: 2000)
        queue.removeAll(restartingAt: 5)
        #expect(queue.isEmpty && queue.now == 5 && queue.pop() == nil)
        queue.push(2, at: 6)
        #expect(queue.pop()?.event == 2)
    }

    @Test func virtualTimeNeverGoesBack() async {
        await #expect(processExitsWith: .failure) {
            var queue = CalendarQueue<Int32>()
            queue.push(0, at: 2)
            _ = queue.pop()
            queue.push(1, at: 1.5)
        }
    }
}
