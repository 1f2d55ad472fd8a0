import Dispatch
import RingbackHome
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BatchWriterTests {
    /// What a writer wrote, and a gate that its batches wait at.
    private final class Log: Sendable {
        let batches = Mutex<[[Int]]>([])
        let gate = DispatchSemaphore(value: 0)

        var items: [Int] { batches.withLock { $0.flatMap { $0 } } }
    }

    @Test func whatIsAddedDuringAWriteIsTheNextBatch() async {
        let log = Log()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let writer = BatchWriter<Log, Int>(label: "test") { log, batch in
            begin.yield()
            log.gate.wait()
            log.batches.withLock { $0.append(batch) }
        }
        writer.add(0, for: log)
        for await _ in begun { break }
        for item in 1...5 { writer.add(item, for: log) }
        for _ in 0..<2 { log.gate.signal() }
        await writer.flush()
        #expect(log.batches.withLock { $0 } == [[0], [1, 2, 3, 4, 5]])
    }

    @Test func everyItemIsWrittenOnceAndInTheOrderOfItsSender() async {
        let log = Log()
        let writer = BatchWriter<Log, Int>(label: "test") { log, batch in log.batches.withLock { $0.append(batch) } }
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<8 {
                group.addTask { for item in 0..<1000 { writer.add(sender * 1000 + item, for: log) } }
            }
        }
        await writer.flush()
        #expect(log.items.sorted() == Array(0..<8000))
        for sender in 0..<8 {
            let own = log.items.filter { $0 / 1000 == sender }
            #expect(own == own.sorted())
        }
    }

    @Test func batchesAreWrittenOneAtATimeAndNeverEmpty() async {
        let log = Log()
        let writers = Atomic(0)
        let writer = BatchWriter<Log, Int>(label: "test") { log, batch in
            #expect(writers.add(1, ordering: .sequentiallyConsistent).newValue == 1)
            #expect(!batch.isEmpty)
            log.batches.withLock { $0.append(batch) }
            writers.subtract(1, ordering: .sequentiallyConsistent)
        }
        for item in 0..<500 {
            writer.add(item, for: log)
            if item % 50 == 0 { await writer.flush() }
        }
        await writer.flush()
        #expect(log.items == Array(0..<500))
    }

    @Test func aFlushOfAnIdleWriterReturns() async {
        let writer = BatchWriter<Log, Int>(label: "test") { _, _ in }
        await writer.flush()
        writer.add(1, for: Log())
        await writer.flush()
        await writer.flush()
    }

    /// A batch on its way keeps the owner, and nothing keeps it afterwards.
    @Test func theOwnerLivesUntilItsItemsAreWritten() async throws {
        final class Owner: Sendable {
            let written: @Sendable (Int) -> Void
            init(_ written: @escaping @Sendable (Int) -> Void) { self.written = written }
        }
        let (written, write) = AsyncStream<Int>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        let writer = BatchWriter<Owner, Int>(label: "test") { owner, batch in
            gate.wait()
            for item in batch { owner.written(item) }
        }
        weak var last: Owner?
        do {
            let owner = Owner { write.yield($0) }
            last = owner
            writer.add(7, for: owner)
        }
        gate.signal()
        var items = written.makeAsyncIterator()
        #expect(await items.next() == 7)
        await writer.flush()
        while last != nil { try await Task.sleep(for: .milliseconds(1)) }
    }
}
