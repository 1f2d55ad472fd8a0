import CallRecords
import Foundation
import Statistics
import Testing

/// Files with damage of every kind: nothing crashes, and every row is accounted for.
@Suite(.timeLimit(.minutes(30)))
struct DamagedFileTests {
    /// What is damaged: each kind of file, small.
    static let corpora: [[UInt8]] = [
        Array(ReportedSituationTests.calls.utf8.prefix(3000)), Array(ReportedSituationTests.mixed.utf8),
        ReportedSituationTests.mixed.utf16.reduce([0xFF, 0xFE]) { $0 + [UInt8($1 & 255), UInt8($1 >> 8)] },
        Array(
            DialectTests.Dialect(delimiter: ";", lineEnd: "\r\n", quotesAll: true).text(
                Array(DialectTests.rows.prefix(20))
            ).utf8
        ),
        Array(
            "{\"dialedAt\":1700000000,\"outcome\":\"busy\",\"id\":\"\\u0041\\\"\"}\n{\"dialedAt\":\"2026-03-10 09:00:00\",\"outcome\":\"answered\",\"a\":{\"b\":[1,2]}}\n"
                .utf8
        ),
        CompressionTests.compressed, Array(VicidialTests.log.utf8), Array(VicidialTests.carrier.utf8),
        Array(VicidialTests.statuses.utf8),
    ]

    static let pieces: [[UInt8]] = [
        "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "\0", "sep=|\n", "\u{FEFF}", "2026-03-10 09:00:00", "NULL", "\\N",
        "-1", "1e9", "{", "}", "[", "\\u",
        "dialedAt,outcome\n", "99999999999999999999999", "\u{1F600}",
    ].map { Array($0.utf8) }

    static func damage(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int(random.next() % 5) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int(random.next() % UInt64(bytes.count))
            let end = min(bytes.count, place + 1 + Int(random.next() % 40))
            switch random.next() % 7 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int(random.next() % UInt64(bytes.count)))
            case 3: bytes.removeSubrange(place...)
            case 4: bytes[place] ^= 1 << UInt8(random.next() % 8)
            default: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: place)
            }
        }
        return bytes
    }

    /// `make fuzz` makes more rounds from another seed.
    static let rounds = ProcessInfo.processInfo.environment["RINGBACK_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 600
    static let seed = ProcessInfo.processInfo.environment["RINGBACK_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20

    @Test
    func damageOfAnyKindIsAccountedFor() throws {
        var random = SplitMix64(seed: Self.seed)
        var read = 0
        for round in 0..<Self.rounds {
            let files = (0...Int(random.next() % 2)).map { _ in
                Self.damage(Self.corpora[Int(random.next() % UInt64(Self.corpora.count))], &random)
            }
            let log = random.next() % 4 == 0 ? Self.damage(Array(VicidialTests.agents.utf8), &random) : nil
            let bits = random.next()
            var list: [UInt8] = []
            do throws(RecordsError) {
                let summary = try RecordFiles.read(
                    files,
                    agentLog: log.map { String(decoding: $0, as: UTF8.self) },
                    skipped: { list += $0 },
                    configure: { input in
                        input.seed = bits
                        if bits & 1 == 1 { input.encoding = .latin1 }
                        if bits & 2 == 2 {
                            input.outcomes = ["house=answered", "=busy", "sale=skip"].compactMap { OutcomeChoice($0) }
                        }
                        if bits & 4 == 4 { input.timeFormat = TimeFormat("DD/MM/YYYY HH:mm") }
                        if bits & 8 == 8, let zone = ClockZone("Europe/Berlin") { input.zone = zone }
                    }
                )
                read += 1
                let skipped = summary.rows.skipped.values.reduce(0, +)
                let ofAgents = summary.agentRows?.skipped.values.reduce(0, +) ?? 0
                #expect(summary.rows.read == summary.rows.used + skipped, "round \(round) of seed \(Self.seed)")
                #expect(summary.agentRows.map { $0.read == $0.used + ofAgents } ?? true, "round \(round)")
                #expect(summary.attempts == summary.rows.used, "round \(round)")
                #expect(summary.days.reduce(0) { $0 + $1.attempts } == summary.rows.used, "round \(round)")
                #expect(summary.hours.flatMap(\.values).reduce(0, +) == summary.rows.used, "round \(round)")
                #expect(list.count { $0 == 0x0A } == skipped + ofAgents + 1, "round \(round)")
            } catch {
                #expect(error.code != .spool && error.code != .output && error.code != .interrupted, "round \(round)")
                #expect(
                    error.message.hasSuffix(".")
                        && error.message.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" }
                )
            }
        }
        // Most damage leaves something to read.
        #expect(read * 5 > Self.rounds)
    }
}
