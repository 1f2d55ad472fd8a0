import RingbackHome
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SecretVariableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var variables: [String: String] = [:]
        var file: [UInt8] = []
        var isList = false
        /// `nil` if it is refused or missing.
        var text: String?
        var source = "KEY"
        /// Parts of the doubts, or of the reason of a refusal.
        var says: [String] = []
    }

    private static let inFile = ["KEY_FILE": "secret.txt"]

    static let cases = [
        Case(testDescription: "not set"), Case(testDescription: "empty", variables: ["KEY": "", "KEY_FILE": ""]),
        Case(testDescription: "as it is", variables: ["KEY": "github:K"], text: "github:K"),
        Case(testDescription: "a line feed at the end", variables: ["KEY": "github:K\n"], text: "github:K"),
        Case(testDescription: "blanks, tabs, CR LF", variables: ["KEY": " \t github:K \r\n\r\n"], text: "github:K"),
        Case(testDescription: "a blank inside stays", variables: ["KEY": "a b"], text: "a b"),
        Case(testDescription: "blank", variables: ["KEY": " \n"], says: ["KEY holds no secret"]),
        Case(testDescription: "quoted", variables: ["KEY": "\"K\""], text: "\"K\"", says: ["quotation marks"]),
        Case(testDescription: "typographic", variables: ["KEY": "“K”\n"], text: "“K”", says: ["quotation marks"]),
        Case(testDescription: "a file", variables: inFile, file: Array("K\n".utf8), text: "K", source: "KEY_FILE"),
        Case(
            testDescription: "a file beats the variable",
            variables: ["KEY": "other", "KEY_FILE": "f"],
            file: Array("K".utf8),
            text: "K",
            source: "KEY_FILE",
            says: ["KEY is set too"]
        ),
        Case(
            testDescription: "a byte order mark",
            variables: inFile,
            file: [0xEF, 0xBB, 0xBF] + Array("K\r\n".utf8),
            text: "K",
            source: "KEY_FILE",
            says: ["byte order mark"]
        ),
        Case(
            testDescription: "two lines of one secret",
            variables: inFile,
            file: Array("K\nnote\n".utf8),
            text: "K",
            source: "KEY_FILE",
            says: ["several lines"]
        ),
        Case(
            testDescription: "two lines of a list",
            variables: inFile,
            file: Array("A\nB\n".utf8),
            isList: true,
            text: "A\nB",
            source: "KEY_FILE"
        ),
        Case(testDescription: "UTF-16", variables: inFile, file: [0xFF, 0xFE, 0x4B, 0], says: ["KEY_FILE", "UTF-16"]),
        Case(testDescription: "no text", variables: inFile, file: [0x4B, 0xFF], says: ["secret.txt", "UTF-8"]),
        Case(testDescription: "an empty file", variables: inFile, says: ["secret.txt: it is blank"]),
        Case(testDescription: "no file", variables: ["KEY_FILE": "gone"], says: ["gone: it cannot be read (No such"]),
    ]

    @Test(arguments: cases) func isReadInOnePlace(_ test: Case) {
        do throws(SecretVariable.ReadingError) {
            let secret = try SecretVariable.read("KEY", isList: test.isList, variable: { test.variables[$0] }) {
                path in
                guard path != "gone" else { throw FileError("open", path, 2) }
                return test.file
            }
            #expect(secret?.text == test.text)
            if let secret {
                #expect(secret.source == test.source && secret.doubts.count == test.says.count, "\(secret.doubts)")
                for (doubt, part) in zip(secret.doubts, test.says) { #expect(doubt.contains(part), "\(doubt)") }
            }
        } catch {
            #expect(test.text == nil && !test.says.isEmpty)
            for part in test.says { #expect(error.description.contains(part), "\(error)") }
        }
    }
}
