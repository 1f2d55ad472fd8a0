import ExactJSON
import Synchronization
import Testing

@testable import RunPipeline

/// Ids, addresses and the wish to stop.
@Suite(.timeLimit(.minutes(5)))
struct SmallPartTests {
    // MARK: Run ids

    @Test(arguments: [
        (Int64(0), UInt128.zero, "00000000000000000000000000"),
        (0, UInt128.max, "0000000000ZZZZZZZZZZZZZZZZ"),
        (1, UInt128.zero, "00000000010000000000000000"),
        // The example of the ULID specification.
        (1_469_918_176_385, UInt128.zero, "01ARYZ6S410000000000000000"),
        (281_474_976_710_655, UInt128.max, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
    ]) func idsAreULIDs(_ milliseconds: Int64, _ random: UInt128, _ expected: String) {
        #expect(RunID.make(at: Timestamp(milliseconds: milliseconds), random: random) == expected)
    }

    @Test func idsComeInTheOrderOfTime() {
        let times: [Int64] = [0, 1, 31, 32, 1_800_000_000_000, 1_800_000_000_001, 1_900_000_000_000]
        let ids = times.map { RunID.make(at: Timestamp(milliseconds: $0)) }
        #expect(ids == ids.sorted())
        let alphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        #expect(ids.allSatisfy { $0.count == 26 && $0.allSatisfy(alphabet.contains) })
        let same = (0..<100).map { _ in RunID.make(at: Timestamp(milliseconds: 5)) }
        #expect(Set(same).count == 100)
    }

    // MARK: Addresses

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080"), ("localhost:0", "localhost", 0, "localhost:0"),
        ("8080", "127.0.0.1", 8080, "127.0.0.1:8080"), ("[::1]:443", "::1", 443, "[::1]:443"),
        ("0.0.0.0:65535", "0.0.0.0", 65535, "0.0.0.0:65535"),
    ]) func readsAddresses(_ text: String, _ host: String, _ port: Int, _ authority: String) {
        let address = ListenAddress(text)
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address?.authority == authority)
    }

    @Test(arguments: [
        "", ":", ":8080", "localhost", "localhost:", "localhost:http", "localhost:65536", "localhost:-1", "[]:80",
        "::1:80", "[::1]", "[::1:80", "::1]:80", "a b:80", "http://localhost:80",
    ]) func refusesOtherTexts(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    // MARK: Interruption

    @Test func cancelsWhatGoesOn() async throws {
        let interruption = Interruption()
        let (began, begin) = AsyncStream<Void>.makeStream()
        let (forever, end) = AsyncStream<Void>.makeStream()
        async let wasCancelled = interruption.interruptibly {
            begin.finish()
            for await _ in forever {}
            return Task.isCancelled
        }
        for await _ in began {}
        interruption.request()
        #expect(try await wasCancelled)
        #expect(!Task.isCancelled)
        end.finish()
    }

    @Test func cancelsWhatBeginsLater() async throws {
        let interruption = Interruption()
        interruption.request()
        interruption.request()
        #expect(interruption.isRequested)
        #expect(try await interruption.interruptibly { Task.isCancelled })
    }

    @Test func leavesAloneWhatIsOver() async throws {
        let interruption = Interruption()
        #expect(try await interruption.interruptibly { !Task.isCancelled })
        #expect(!interruption.isRequested)
        interruption.request()
    }
}
