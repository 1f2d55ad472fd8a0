import Glibc
import RingbackHome

/// Brings any number of records in order, in bounded memory.
///
/// What does not fit goes to a temporary file without a name, in sorted runs, and is merged when it is asked for.
final class RecordSorter<Record: BitwiseCopyable & Comparable> {
    /// Where records of a sorted run lie in the file.
    private struct SortedRun {
        var offset: Int
        var count: Int
        var level: Int
    }

    private var held: [Record] = []
    private var isSorted = true
    private var runs: [SortedRun] = []
    private var file: TemporaryFile?
    private let mostHeld: Int
    private let mostRuns: Int
    /// The number of records.
    private(set) var count = 0

    /// Creates a sorter with a limit on the bytes of records in memory, and on the runs that are merged at once.
    init(bytes: Int = 6 << 20, mostRuns: Int = 32) {
        mostHeld = max(2, bytes / MemoryLayout<Record>.stride)
        self.mostRuns = max(2, mostRuns)
    }

    func add(_ record: Record) throws(RecordsError) {
        if held.count == mostHeld { try spill() }
        held.append(record)
        isSorted = false
        count += 1
    }

    /// Calls a function with each record, in order; it may be called again.
    func forEach(_ body: (Record) throws(RecordsError) -> Void) throws(RecordsError) {
        sortHeld()
        if runs.isEmpty {
            for record in held { try body(record) }
            return
        }
        if !held.isEmpty { try spill() }
        held = []
        try merge(runs[...], body)
    }

    private func sortHeld() {
        if !isSorted { held.sort() }
        isSorted = true
    }

    private func spill() throws(RecordsError) {
        sortHeld()
        let file = try openFile()
        runs.append(SortedRun(offset: file.size, count: held.count, level: 0))
        try file.append(held)
        held.removeAll(keepingCapacity: true)
        // Many runs of one level become one of the next, so that a merge never has many buffers.
        while let level = runs.last?.level, runs.count >= mostRuns,
            runs.suffix(mostRuns).allSatisfy({ $0.level == level })
        {
            let merged = runs.suffix(mostRuns)
            var run = SortedRun(offset: file.size, count: 0, level: level + 1)
            var out: [Record] = []
            try merge(merged) { record throws(RecordsError) in
                out.append(record)
                run.count += 1
                if out.count == 4096 {
                    try file.append(out)
                    out.removeAll(keepingCapacity: true)
                }
            }
            try file.append(out)
            runs.removeLast(mostRuns)
            runs.append(run)
        }
    }

    private func openFile() throws(RecordsError) -> TemporaryFile {
        if let file { return file }
        let new = try TemporaryFile()
        file = new
        return new
    }

    /// Reads a run piece by piece.
    private struct Cursor {
        var run: SortedRun
        var piece: [Record] = []
        var place = 0

        init(_ run: SortedRun) { self.run = run }

        /// Makes sure that there is a record at the place; returns false at the end.
        mutating func fill(from file: TemporaryFile) throws(RecordsError) -> Bool {
            if place < piece.count { return true }
            guard run.count > 0 else { return false }
            let count = min(run.count, max(1, 32_768 / MemoryLayout<Record>.stride))
            try file.read(&piece, count: count, at: run.offset)
            run.offset += count * MemoryLayout<Record>.stride
            run.count -= count
            place = 0
            return true
        }
    }

    private func merge(
        _ runs: ArraySlice<SortedRun>,
        _ body: (Record) throws(RecordsError) -> Void
    ) throws(RecordsError) {
        guard let file else { return }
        var cursors: [Cursor] = []
        // A heap of the next record of each run and the run's place.
        var heap: [(record: Record, cursor: Int)] = []
        func isBefore(_ left: Int, _ right: Int) -> Bool {
            if heap[left].record < heap[right].record { return true }
            if heap[right].record < heap[left].record { return false }
            return heap[left].cursor < heap[right].cursor
        }
        func siftDown() {
            var parent = 0
            while true {
                var least = 2 * parent + 1
                guard least < heap.count else { return }
                if least + 1 < heap.count, isBefore(least + 1, least) { least += 1 }
                guard isBefore(least, parent) else { return }
                heap.swapAt(least, parent)
                parent = least
            }
        }
        for run in runs {
            var cursor = Cursor(run)
            guard try cursor.fill(from: file) else { continue }
            heap.append((cursor.piece[0], cursors.count))
            cursors.append(cursor)
            var child = heap.count - 1
            while child > 0, isBefore(child, (child - 1) / 2) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }
        while let first = heap.first {
            try body(first.record)
            cursors[first.cursor].place += 1
            if try cursors[first.cursor].fill(from: file) {
                heap[0].record = cursors[first.cursor].piece[cursors[first.cursor].place]
            } else {
                heap.swapAt(0, heap.count - 1)
                heap.removeLast()
            }
            siftDown()
        }
    }
}

/// A file of mode 0600 that has no name: it is gone with the process, however that ends.
final class TemporaryFile {
    private let descriptor: Int32
    private(set) var size = 0

    init() throws(RecordsError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(folder)/ringback-records-XXXXXX".utf8CString)
        descriptor = template.withUnsafeMutableBufferPointer { text in
            text.baseAddress.map { mkstemp($0) } ?? -1
        }
        guard descriptor >= 0 else { throw Self.failure("made", errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        template.withUnsafeBufferPointer { text in _ = text.baseAddress.map { unlink($0) } }
    }

    deinit { close(descriptor) }

    func append<Record: BitwiseCopyable>(_ records: [Record]) throws(RecordsError) {
        let number = records.withUnsafeBytes { bytes -> Int32 in
            var written = 0
            while written < bytes.count {
                let count = pwrite(
                    descriptor,
                    bytes.baseAddress.map { $0 + written },
                    bytes.count - written,
                    size + written
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count == 0 ? ENOSPC : errno }
                written += count
            }
            return 0
        }
        guard number == 0 else { throw Self.failure("written", number) }
        size += records.count * MemoryLayout<Record>.stride
    }

    /// Reads records that were appended, in place of those in the array.
    func read<Record: BitwiseCopyable>(_ records: inout [Record], count: Int, at offset: Int) throws(RecordsError) {
        var number: Int32 = 0
        records = [Record](unsafeUninitializedCapacity: count) { buffer, filled in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            let wanted = count * MemoryLayout<Record>.stride
            var done = 0
            while done < wanted {
                let got = pread(descriptor, bytes.baseAddress.map { $0 + done }, wanted - done, offset + done)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    number = got == 0 ? EIO : errno
                    return
                }
                done += got
            }
            filled = count
        }
        guard number == 0 else { throw Self.failure("read", number) }
    }

    private static func failure(_ what: String, _ number: Int32) -> RecordsError {
        RecordsError(
            .spool,
            "A temporary file cannot be \(what): \(SystemError.text(number)). "
                + "Name a folder with room in the variable TMPDIR; each row takes about 150 bytes there."
        )
    }
}

/// Keeps any number of records in the order in which they come, in bounded memory.
final class RecordSpool<Record: BitwiseCopyable> {
    private var held: [Record] = []
    private var file: TemporaryFile?
    private let mostHeld = max(2, 1 << 20 / MemoryLayout<Record>.stride)

    func add(_ record: Record) throws(RecordsError) {
        if held.count == mostHeld {
            if file == nil { file = try TemporaryFile() }
            try file?.append(held)
            held.removeAll(keepingCapacity: true)
        }
        held.append(record)
    }

    func forEach(_ body: (Record) -> Void) throws(RecordsError) {
        if let file {
            var piece: [Record] = []
            let stride = MemoryLayout<Record>.stride
            var offset = 0
            while offset < file.size {
                let count = min((file.size - offset) / stride, 16_384)
                try file.read(&piece, count: count, at: offset)
                offset += count * stride
                for record in piece { body(record) }
            }
        }
        for record in held { body(record) }
    }
}
