import DiscreteEvents
import Testing

@Suite("EventQueue", .timeLimit(.minutes(5)))
struct EventQueueTests {
    @Test func emptyQueueGivesNothing() {
        var queue = EventQueue<Int>(startingAt: 5)
        #expect(queue.isEmpty && queue.pop() == nil && queue.now == 5)
    }

    @Test func eventsComeOutByTimeAndThenByInsertion() {
        var queue = EventQueue<String>(capacity: 8)
        queue.push("d", at: 3)
        queue.push("a", at: 1)
        queue.push("b", at: 1)
        queue.push("c", at: 1)
        #expect(queue.count == 4)
        var order = ""
        while let (time, event) = queue.pop() {
            #expect(queue.now == time)
            order += event
            // An event of the present instant comes after those already waiting for it.
            if event == "a" { queue.push("e", at: time) }
        }
        #expect(order == "abced")
        #expect(queue.now == 3)
    }

    /// Random pushes and pops against a sorted array; few distinct times, so that ties are common.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func queueAgreesWithASortedArray(index: UInt64) {
        var draws = RandomStream(seed: 99).draws(index: index, purpose: 0)
        var queue = EventQueue<Int>()
        var model: [(time: Double, number: Int)] = []
        for number in 0..<1500 {
            if Int.random(in: 0..<5, using: &draws) < 3 {
                let time = queue.now + Double(Int.random(in: 0..<12, using: &draws))
                queue.push(number, at: time)
                let place = model.firstIndex { $0.time > time } ?? model.endIndex
                model.insert((time, number), at: place)
            } else {
                let expected = model.isEmpty ? nil : model.removeFirst()
                let popped = queue.pop()
                #expect(popped?.time == expected?.time && popped?.event == expected?.number)
            }
            #expect(queue.count == model.count)
        }
        while let (time, event) = queue.pop() {
            let expected = model.removeFirst()
            #expect(time == expected.time && event == expected.number)
        }
        #expect(model.isEmpty)
    }

    @Test func copiesAreIndependent() {
        var queue = EventQueue<Int>()
        queue.push(1, at: 1)
        var copy = queue
        copy.push(2, at: 0)
        #expect(copy.pop()?.event == 2)
        #expect(queue.count == 1 && queue.pop()?.event == 1)
    }

    @Test func virtualTimeNeverGoesBack() async {
        await #expect(processExitsWith: .failure) {
            var queue = EventQueue<Int>()
            queue.push(0, at: 2)
            _ = queue.pop()
            queue.push(1, at: 1.5)
        }
    }

    @Test func virtualTimeIsFinite() async {
        await #expect(processExitsWith: .failure) {
            var queue = EventQueue<Int>()
            queue.push(0, at: .nan)
        }
    }
}
