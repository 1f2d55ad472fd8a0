import Foundation
import Statistics
import Testing

@testable import CallRecords

/// Any number of records comes in order from little memory.
@Suite(.timeLimit(.minutes(15)))
struct RecordSorterTests {
    @Test(arguments: [0, 1, 7, 8, 9, 500, 10_000], [2, 3, 32])
    func recordsComeInOrder(count: Int, mostRuns: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        let values = (0..<count).map { _ in random.next() % 1000 }
        let sorter = RecordSorter<UInt64>(bytes: 64, mostRuns: mostRuns)
        for value in values { try sorter.add(value) }
        for _ in 0..<2 {
            var sorted: [UInt64] = []
            try sorter.forEach { value throws(RecordsError) in sorted.append(value) }
            #expect(sorted == values.sorted())
        }
    }

    @Test
    func theTemporaryFileHasNoNameAndIsForNobodyElse() throws {
        let sorter = RecordSorter<UInt64>(bytes: 64)
        for value in 0..<100 { try sorter.add(UInt64(value)) }
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { descriptor in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
            return target.map { $0.contains("ringback-records-") && $0.hasSuffix(" (deleted)") } ?? false
        }
        var status = stat()
        let descriptor = try #require(files.compactMap { Int32($0) }.first)
        #expect(fstat(descriptor, &status) == 0 && status.st_mode & 0o777 == 0o600)
        withExtendedLifetime(sorter) {}
    }

    @Test
    func aSpoolKeepsTheOrder() throws {
        let spool = RecordSpool<UInt64>()
        for value in 0..<300_000 { try spool.add(UInt64(value)) }
        var next: UInt64 = 0
        try spool.forEach { value in
            if value == next { next += 1 }
        }
        #expect(next == 300_000)
    }
}
