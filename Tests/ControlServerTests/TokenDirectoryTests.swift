import ExactJSON
import Foundation
import RunStore
import Synchronization
import Testing

@testable import ControlServer

/// How long a token counts that the store no longer has, and how often the store is asked.
@Suite(.timeLimit(.minutes(5)))
struct TokenDirectoryTests {
    /// A store of tokens that can fail, and a clock that stands still.
    private final class Source: Sendable {
        struct State {
            var tokens: [StoredToken] = []
            var fails = false
            var reads = 0
            var now = ContinuousClock.now
        }
        struct Failure: Error {}

        let state = Mutex(State())

        func advance(_ duration: Duration) { state.withLock { $0.now = $0.now.advanced(by: duration) } }

        func set(_ names: [String]) {
            state.withLock { state in
                state.tokens = names.map { name in
                    StoredToken(
                        name: name,
                        role: .viewer,
                        digest: APIToken("secret-\(name)").digest,
                        createdAt: Timestamp(milliseconds: 0),
                        createdBy: "test"
                    )
                }
            }
        }

        var directory: TokenDirectory {
            TokenDirectory(owner: APIToken("owner"), now: { self.state.withLock { $0.now } }) {
                try self.state.withLock { state in
                    state.reads += 1
                    if state.fails { throw Failure() }
                    return state.tokens
                }
            }
        }

        var reads: Int { state.withLock { $0.reads } }
    }

    private static let known = TokenDirectory.TokenOwner.known(Caller(name: "a", role: .viewer))

    @Test func aRevokedTokenEndsWithinTenSeconds() async {
        let source = Source()
        source.set(["a"])
        let directory = source.directory
        #expect(await directory.find("secret-a") == Self.known)
        source.set([])
        source.advance(TokenDirectory.maximumAge - .milliseconds(1))
        #expect(await directory.find("secret-a") == .unknown)
    }

    /// While the store cannot be read, what was read counts for ten seconds and no longer.
    @Test func tokensDoNotOutliveAStoreThatFails() async {
        let source = Source()
        source.set(["a"])
        let directory = source.directory
        #expect(await directory.find("secret-a") == Self.known)
        source.state.withLock { $0.fails = true }
        source.advance(.seconds(6))
        #expect(await directory.find("secret-a") == Self.known)
        source.advance(.seconds(4))
        #expect(await directory.find("secret-a") == .unavailable)
        #expect(await directory.find("owner") == .known(.owner), "the token of the start needs no store")
        source.state.withLock { $0.fails = false }
        #expect(await directory.find("secret-a") == Self.known)
    }

    @Test func aTokenOfAnotherProcessWorksAtOnce() async {
        let source = Source()
        let directory = source.directory
        #expect(await directory.find("secret-a") == .unknown)
        source.set(["a"])
        source.advance(.milliseconds(20))
        #expect(await directory.find("secret-a") == Self.known)
    }

    @Test func aChangeOfThisProcessCountsAtOnce() async {
        let source = Source()
        source.set(["a"])
        let directory = source.directory
        #expect(await directory.find("secret-a") == Self.known)
        source.set([])
        directory.changed()
        #expect(await directory.find("secret-a") == .unknown)
    }

    /// A hundred wrong tokens lock nobody out, and cost one look at the store in twenty milliseconds.
    @Test func wrongTokensCostLittle() async {
        let source = Source()
        source.set(["a"])
        let directory = source.directory
        for number in 0..<100 { #expect(await directory.find("wrong-\(number)") == .unknown) }
        #expect(source.reads == 1)
        #expect(await directory.find("secret-a") == Self.known)
        for _ in 0..<100 { #expect(await directory.find("secret-a") == Self.known) }
        #expect(source.reads == 1)
    }

    @Test(arguments: ["", " ", "secret", "secret-aa", "SECRET-A", "secret-a\n", "owne"])
    func whatIsNearlyATokenIsNone(_ text: String) async {
        let source = Source()
        source.set(["a"])
        #expect(await source.directory.find(text) == .unknown)
    }
}
