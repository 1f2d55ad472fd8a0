import Testing

@testable import DialerEngine

/// Whom to try next, as a value.
@Suite("ContactQueue", .timeLimit(.minutes(5)))
struct ContactQueueTests {
    @Test func freshContactsInOrder() {
        var queue = ContactQueue(ContactList(contacts: 2))
        #expect(queue.nextDue(at: 5) == 5)
        #expect(queue.take(at: 5) == 0 && queue.take(at: 5) == 1 && queue.take(at: 5) == nil)
        #expect(queue.nextDue(at: 5) == nil && queue.count.attempted == 2 && !queue.isExhausted)
    }

    @Test func retriesThatAreDueGoFirst() {
        var queue = ContactQueue(ContactList(contacts: 5, retry: [.noAnswer: 10, .busySignal: 4]))
        for _ in 0..<3 { _ = queue.take(at: 0) }
        #expect(queue.ended(2, .noAnswer, at: 1) == 11 && queue.ended(1, .noAnswer, at: 1) == 11)
        #expect(queue.ended(0, .busySignal, at: 6) == 10)
        // Nothing is due: a fresh contact. Exactly at 10, contact 0; at 11 the lower of the two.
        #expect(queue.take(at: 9) == 3 && queue.take(at: 10) == 0 && queue.take(at: 11) == 1 && queue.take(at: 11) == 2)
        #expect(queue.take(at: 11) == 4 && queue.take(at: 11) == nil)
        #expect(queue.count.attempts == 8 && queue.count.attempted == 5)
    }

    @Test func withoutFreshContactsTheNextRetryIsAwaited() {
        var queue = ContactQueue(ContactList(contacts: 1, retry: [.voicemail: 100]))
        _ = queue.take(at: 0)
        #expect(queue.ended(0, .voicemail, at: 20) == 120)
        #expect(queue.take(at: 119.9) == nil && queue.nextDue(at: 20) == 120 && queue.nextDue(at: 500) == 500)
        #expect(queue.take(at: 500) == 0)
    }

    @Test(arguments: ContactList.Ending.allCases)
    func anEndingWithoutARetryEndsAContact(ending: ContactList.Ending) {
        var list = ContactList(contacts: 1)
        for other in ContactList.Ending.allCases where other != ending { list.retry[other] = 1 }
        var queue = ContactQueue(list)
        _ = queue.take(at: 0)
        #expect(queue.ended(0, ending, at: 7) == nil)
        #expect(queue.isExhausted && queue.count.done == 1 && queue.count.reached == 0 && queue.count.exhaustedAt == 7)
        list.retry[ending] = 3
        queue = ContactQueue(list)
        _ = queue.take(at: 0)
        #expect(queue.ended(0, ending, at: 7) == 10 && !queue.isExhausted && queue.count.exhaustedAt == nil)
    }

    @Test func theLastAttemptEndsAContact() {
        var queue = ContactQueue(ContactList(contacts: 1, maxAttempts: 3, retry: [.noAnswer: 0]))
        for attempt in 1...3 {
            #expect(queue.take(at: Double(attempt)) == 0)
            #expect(queue.ended(0, .noAnswer, at: Double(attempt)) == (attempt < 3 ? Double(attempt) : nil))
        }
        #expect(queue.count.exhaustedAt == 3 && queue.take(at: 9) == nil && queue.count.open == 0)
    }

    @Test func aReachedContactIsDone() {
        var queue = ContactQueue(ContactList(contacts: 2, retry: [.abandoned: 1]))
        _ = queue.take(at: 0)
        _ = queue.take(at: 0)
        queue.reached(at: 4)
        #expect(queue.count.reached == 1 && queue.count.done == 1 && queue.count.open == 1 && !queue.isExhausted)
        queue.reached(at: 6)
        #expect(queue.isExhausted && queue.count.exhaustedAt == 6)
    }

    /// Thousands of retries at few moments come in the order of a sorted list.
    @Test func theHeapIsASortedList() {
        let contacts = 3000
        var queue = ContactQueue(ContactList(contacts: contacts, retry: [.noAnswer: 0]))
        for _ in 0..<contacts { _ = queue.take(at: 0) }
        var expected: [(due: Double, contact: Int)] = []
        for step in 0..<contacts {
            let (contact, due) = ((step * 1201) % contacts, Double((step * 37) % 50))
            #expect(queue.ended(Int32(contact), .noAnswer, at: due) == due)
            expected.append((due, contact))
        }
        expected.sort { $0 < $1 }
        var found: [Int] = []
        for moment in stride(from: 0.0, through: 50, by: 0.5) {
            while let contact = queue.take(at: moment) { found.append(Int(contact)) }
            #expect(queue.nextDue(at: moment) ?? .infinity > moment)
        }
        #expect(found == expected.map(\.contact))
    }
}
