import NIOCore
import Synchronization

/// Answers on their way to the connections of one event loop.
///
/// Whoever answers many requests at once wakes the loop once: what is posted until the loop has come goes along.
final class AnswerMailbox: Sendable {
    struct Letter: Sendable {
        var reply: DirectReply
        var answer: DirectAnswer
    }

    private let eventLoop: any EventLoop
    private let letters = Mutex<[Letter]>([])

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func post(_ letter: Letter) {
        let isFirst = letters.withLock { letters in
            letters.append(letter)
            return letters.count == 1
        }
        if isFirst { eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let batch = letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
        for letter in batch { letter.reply.connection.value.answer(letter.answer) }
    }
}

/// The mailboxes of a server, one for each event loop.
final class AnswerMailboxes: Sendable {
    private let mailboxes = Mutex<[ObjectIdentifier: AnswerMailbox]>([:])

    func mailbox(for eventLoop: any EventLoop) -> AnswerMailbox {
        mailboxes.withLock { mailboxes in
            let mailbox = mailboxes[ObjectIdentifier(eventLoop)] ?? AnswerMailbox(eventLoop)
            mailboxes[ObjectIdentifier(eventLoop)] = mailbox
            return mailbox
        }
    }
}
