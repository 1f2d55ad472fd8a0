/// Answered calls without an agent, first come, first served; any of them can leave.
struct WaitingLine {
    private(set) var first: CallID = -1
    private var last: CallID = -1
    private(set) var count = 0

    mutating func append(_ id: CallID, in calls: inout CallPool) {
        calls[id].previous = last
        calls[id].next = -1
        if last < 0 { first = id } else { calls[last].next = id }
        last = id
        count += 1
    }

    mutating func remove(_ id: CallID, in calls: inout CallPool) {
        let (previous, next) = (calls[id].previous, calls[id].next)
        if previous < 0 { first = next } else { calls[previous].next = next }
        if next < 0 { last = previous } else { calls[next].previous = previous }
        count -= 1
    }
}
