import ExactJSON
package import RingbackHome
package import RunStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where deliveries end up as lines: a file, which is synced before they count as delivered, or standard output.
package struct LineFile: Hashable, Sendable {
    /// The file; nil for standard output.
    package var path: String?

    /// A file, or standard output.
    package init(path: String?) { self.path = path }

    /// Appends a line for each delivery.
    ///
    /// A torn last line, of a process that died while writing, is ended first and left as it is.
    package func append(_ batch: [DueDelivery]) throws(FileError) {
        let lines = batch.flatMap { Self.line($0) }
        guard let path else {
            return try FileSystem.write(lines, to: STDOUT_FILENO, path: "standard output")
        }
        let descriptor = try FileSystem.open(path, FileSystem.readWriteCreate | O_APPEND)
        defer { FileSystem.close(descriptor) }
        // Pipes and devices have no end to look at, and cannot be synced.
        let end = lseek(descriptor, 0, SEEK_END)
        var isTorn = false
        if end > 0 {
            var last: UInt8 = 0
            isTorn = pread(descriptor, &last, 1, end - 1) == 1 && last != 0x0A
        }
        try FileSystem.write(isTorn ? [0x0A] + lines : lines, to: descriptor, path: path)
        if Self.sync(descriptor) != 0, errno != EINVAL { throw FileError("sync", path, errno) }
    }

    private static func sync(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
            fsync(descriptor)
        #else
            fdatasync(descriptor)
        #endif
    }

    /// `{"webhookId":…,"body":…}`: the body as a text, byte for byte.
    private static func line(_ delivery: DueDelivery) -> [UInt8] {
        let json: JSONValue = [
            "webhookId": .string(delivery.webhookID), "body": .string(String(decoding: delivery.body, as: UTF8.self)),
        ]
        return json.bytes + [0x0A]
    }
}

extension Courier {
    /// Appends lines; a file that cannot be written is tried again as the schedule says.
    package static func lines(_ file: LineFile) -> Courier {
        Courier { batch in
            do {
                try await BlockingWork.run { try file.append(batch) }
                return batch.map { _ in .delivered(status: nil) }
            } catch {
                return batch.map { _ in .failed(status: nil, reason: "\(error)") }
            }
        }
    }
}
