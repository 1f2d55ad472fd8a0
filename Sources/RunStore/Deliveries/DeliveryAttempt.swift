package import ExactJSON

/// One attempt to deliver that was made: a request that left this machine, and what came of it.
package struct DeliveryAttempt: Hashable, Sendable {
    /// Its number since the delivery was queued, or queued again; from 1.
    package var number: Int
    package var sentAt: Timestamp
    /// From sending to the answer, or to the failure.
    package var milliseconds: Int64
    /// The status of the answer; `nil` without an answer, or if the monitor is not reached by HTTP.
    package var status: Int?
    /// Why it failed; `nil` if the monitor took it.
    package var error: String?

    package init(number: Int, sentAt: Timestamp, milliseconds: Int64, status: Int?, error: String?) {
        (self.number, self.sentAt, self.milliseconds) = (number, sentAt, milliseconds)
        (self.status, self.error) = (status, error)
    }

    private init(_ row: any StoreRow) {
        self.init(
            number: row["number"],
            sentAt: Timestamp(milliseconds: row["sentAt"]),
            milliseconds: row["milliseconds"],
            status: row["status"],
            error: row["error"]
        )
    }

    package var json: JSONValue {
        [
            "number": .integer(number), "sentAt": .string(sentAt.description),
            "durationMs": .integer(Int(milliseconds)), "status": status.map { .integer($0) } ?? .null,
            "error": error.map { .string($0) } ?? .null,
        ]
    }

    /// What stores it beside its delivery, in the transaction that changes the delivery.
    func insertion(for delivery: Int64) -> StoreStatement {
        StoreStatement(
            """
            INSERT INTO deliveryAttempts(delivery, sentAt, number, milliseconds, status, error)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING
            """,
            [delivery, sentAt.milliseconds, number, milliseconds, status, error]
        )
    }

    /// The attempts of a delivery, oldest first; none in a database of a format that did not keep them.
    static func all(of delivery: Int64, format: Int, _ transaction: any StoreTransaction) throws -> [DeliveryAttempt] {
        guard format >= 9 else { return [] }
        let sql = "SELECT * FROM deliveryAttempts WHERE delivery = ?1 ORDER BY sentAt, number"
        return try transaction.all(sql, [delivery]) { DeliveryAttempt($0) }
    }
}

/// A delivery with all that is kept of it.
package struct DeliveryHistory: Sendable {
    package var delivery: StoredDelivery
    /// What is sent, byte for byte.
    package var body: [UInt8]
    /// The attempts that were made, oldest first.
    ///
    /// They can be fewer than the delivery counts: a failed attempt for another event counts for every delivery that was due at
    /// that moment, and for the later events of its call.
    package var attempts: [DeliveryAttempt]

    /// How many of the attempts that the delivery counts, since it was queued or queued again, have no line of their own.
    package var unlistedAttempts: Int {
        // A delivery that is sent again counts from 1, so its newest round ends where the numbers stop falling.
        var (round, next) = (0, Int.max)
        for attempt in attempts.reversed() where attempt.number < next {
            (round, next) = (round + 1, attempt.number)
            if next == 1 { break }
        }
        return max(0, delivery.attempts - round)
    }

    /// The delivery and its attempts, without the body.
    package var json: JSONValue {
        guard case .object(let members) = delivery.json else { return delivery.json }
        return .object(members + [.init("history", .array(attempts.map(\.json)))])
    }
}
