/// The recorders of all profiles of a replication, side by side.
struct ComplianceBoard: ~Copyable {
    private let recorders: UnsafeMutableBufferPointer<ComplianceRecorder>
    /// Whether any profile wants to know of every attempt.
    let watchesAttempts: Bool
    private let hasRollingWindows: Bool
    /// The longest ringing in seconds that any profile asks for, by outcome; only unanswered calls are judged.
    private var minimumRinging: InlineArray<5, Double> = [0, 0, 0, 0, 0]

    init(_ profiles: [ComplianceProfile], calendar: CampaignCalendar) {
        recorders = .allocate(capacity: profiles.count)
        _ = recorders.initialize(from: profiles.map { ComplianceRecorder($0, calendar: calendar) })
        watchesAttempts = profiles.contains(where: \.watchesAttempts)
        hasRollingWindows = profiles.contains { $0.window.isRolling }
        let unanswered = Int(AttemptOutcome.noAnswer.rawValue)
        for profile in profiles {
            minimumRinging[unanswered] = max(minimumRinging[unanswered], profile.minimumRinging ?? 0)
        }
    }

    /// The place of a recorder, checked in debug builds; a subscript of the buffer crashes the compiler's thread sanitizer.
    private subscript(index: Int) -> UnsafeMutablePointer<ComplianceRecorder> {
        @inline(__always) get {
            assert(recorders.indices.contains(index))
            return recorders.baseAddress.unsafelyUnwrapped + index
        }
    }

    deinit {
        recorders.deinitialize()
        recorders.deallocate()
    }

    /// A call was dialled; the contact is -1 without a list.
    func dialled(contact: Int32, at time: Double) {
        for index in 0..<recorders.count { self[index].pointee.dialled(contact: contact, at: time) }
    }

    @inline(__always)
    func answered(at time: Double) {
        guard hasRollingWindows else { return }
        for index in 0..<recorders.count { self[index].pointee.answered(at: time) }
    }

    @inline(__always)
    func connected(_ call: borrowing Call, at time: Double) {
        for index in 0..<recorders.count { self[index].pointee.connected(call, at: time) }
    }

    func abandoned(_ call: borrowing Call, at time: Double) {
        for index in 0..<recorders.count { self[index].pointee.abandoned(call, at: time) }
    }

    func droppedAsMachine(_ call: borrowing Call) {
        for index in 0..<recorders.count { self[index].pointee.droppedAsMachine(call) }
    }

    /// A call ended without an answer after it rang for this many seconds.
    @inline(__always)
    func ended(_ outcome: AttemptOutcome, after seconds: Double) {
        // No branch on the outcome, which cannot be predicted.
        guard seconds < minimumRinging[Int(outcome.rawValue)] else { return }
        for index in 0..<recorders.count { self[index].pointee.ended(outcome, after: seconds) }
    }

    func cut() {
        for index in 0..<recorders.count { self[index].pointee.cut() }
    }

    /// Returns the calls of each piece, in the order of the profiles; call it before ``finish()``.
    func pieces() -> [[ComplianceCount.WindowCount]] {
        recorders.indices.map { index in
            self[index].pointee.cut()
            return self[index].pointee.pieces
        }
    }

    /// Returns the counts at the end of the replication, in the order of the profiles.
    func finish() -> [ComplianceCount] { recorders.indices.map { self[$0].pointee.finish() } }
}
