import CallRecords
import Foundation
import Testing

/// Compressed files, pipes, and files that cannot be read.
@Suite(.timeLimit(.minutes(15)))
struct CompressionTests {
    /// Sixty calls, one a minute.
    static let compressed: [UInt8] = Array(
        Data(
            base64Encoded:
                "H4sIAAAAAAACA3XPO04CUBRAwd5VsABI3v2h2LkUFQoTCYVQuHvsSEwmOd2p5vj1/n06vl23l9v183I+PeXK/W7VLtZmHV7X+mv7cfv5/T9CIzVK"
                + "ozVGY6/xrPGiccAIyUPykDwkD8lD8pA8JA/JQ/KUPCVPyVPylDwlT8lT8pQ8JS/JS/KSvCQvyUvykrwkL8lL8pa8JW/JW/KWvCVvyVvylrwlH8lH8pF8"
                + "JB/JR/KRfCQfyechvwOnuqdN7QUAAA=="
        ) ?? Data()
    )

    @Test
    func gzipIsKnownByItsContent() throws {
        #expect(try RecordFiles.read([Self.compressed]).rows.used == 60)
    }

    @Test
    func membersInARowAreOneText() throws {
        let summary = try RecordFiles.read([Self.compressed + Self.compressed + [0, 0, 0, 0]])
        #expect(summary.rows.read == 121 && summary.rows.skipped == [.headerRepeated: 1])
    }

    @Test
    func damageIsSaid() {
        for count in [5, 40, Self.compressed.count - 1] {
            let error = #expect(throws: RecordsError.self) { try RecordFiles.read([Array(Self.compressed[..<count])]) }
            #expect(error?.code == .compression && error?.message.contains("ends in the middle") == true, "\(count)")
        }
        var damaged = Self.compressed
        damaged[60] ^= 0xFF
        #expect(throws: RecordsError.self) { try RecordFiles.read([damaged]) }
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read([Self.compressed + Array("more".utf8)]) }
        #expect(error?.message.contains("behind its compressed data") == true)
    }

    @Test
    func aPipeIsReadOnce() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let text = Array("dialedAt,outcome\n2026-03-10 09:00:00,busy\n2026-03-10 09:01:00,busy\n".utf8)
        #expect(write(ends[1], text, text.count) == text.count)
        close(ends[1])
        #expect(try RecordInput(calls: ["/dev/fd/\(ends[0])"]).summary().rows.used == 2)
    }

    @Test
    func whatCannotBeReadIsNamed() {
        let missing = #expect(throws: RecordsError.self) { try RecordInput(calls: ["/nowhere/calls.csv"]).summary() }
        #expect(
            missing?.code == .unreadable && missing?.message.hasPrefix("/nowhere/calls.csv cannot be read: ") == true
        )
        let folder = #expect(throws: RecordsError.self) { try RecordInput(calls: ["/tmp"]).summary() }
        #expect(folder?.message.contains("name the files in it") == true)
        let empty = #expect(throws: RecordsError.self) { try RecordFiles.read("", "\n\n") }
        #expect(empty?.code == .empty)
        let array = #expect(throws: RecordsError.self) { try RecordFiles.read("[{\"dialedAt\":1}]") }
        #expect(array?.code == .form && array?.message.contains("jq -c") == true)
        let wide = "dialedAt,outcome\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(
            (#expect(throws: RecordsError.self) { try RecordFiles.read([wide]) })?.message.contains("UTF-16") == true
        )
    }
}
