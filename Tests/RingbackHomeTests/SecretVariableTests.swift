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
        /// The doubts, or the reason of a refusal.
        var says: [String] = []
    }

    private static let inFile = ["KEY_FILE": "secret.txt"]

    static let cases = [
        Case(testDescription: "not set"), Case(testDescription: "empty", variables: ["KEY": "", "KEY_FILE": ""]),
        Case(testDescription: "as it is", variables: ["KEY": "github:K"], text: "github:K"),
        Case(testDescription: "a line feed at the end", variables: ["KEY": "github:K\n"], text: "github:K"),
        Case(testDescription: "blanks, tabs, CR LF", variables: ["KEY": " \t github:K \r\n\r\n"], text: "github:K"),
        Case(testDescription: "a blank inside stays", variables: ["KEY": "a b"], text: "a b"),
        Case(testDescription: "blank", variables: ["KEY": " \n"], says: ["KEY holds no secret: it is blank"]),
        Case(
            testDescription: "quoted",
            variables: ["KEY": "\"K\""],
            text: "\"K\"",
            says: ["KEY has quotation marks round its value; they are taken as a part of the secret"]
        ),
        Case(
            testDescription: "typographic",
            variables: ["KEY": "“K”\n"],
            text: "“K”",
            says: ["KEY has quotation marks round its value; they are taken as a part of the secret"]
        ),
        Case(testDescription: "a file", variables: inFile, file: Array("K\n".utf8), text: "K", source: "KEY_FILE"),
        Case(
            testDescription: "a file beats the variable",
            variables: ["KEY": "other", "KEY_FILE": "f"],
            file: Array("K".utf8),
            text: "K",
            source: "KEY_FILE",
            says: ["KEY is set too; KEY_FILE beats it"]
        ),
        Case(
            testDescription: "a byte order mark",
            variables: inFile,
            file: [0xEF, 0xBB, 0xBF] + Array("K\r\n".utf8),
            text: "K",
            source: "KEY_FILE",
            says: ["KEY_FILE begins with a byte order mark, which was taken off"]
        ),
        Case(
            testDescription: "two lines of one secret",
            variables: inFile,
            file: Array("K\nnote\n".utf8),
            text: "K",
            source: "KEY_FILE",
            says: ["KEY_FILE has several lines; the first one is the secret"]
        ),
        Case(
            testDescription: "two lines of a list",
            variables: inFile,
            file: Array("A\nB\n".utf8),
            isList: true,
            text: "A\nB",
            source: "KEY_FILE"
        ),
        Case(
            testDescription: "UTF-16",
            variables: inFile,
            file: [0xFF, 0xFE, 0x4B, 0],
            says: ["KEY_FILE names a file that holds no secret: secret.txt: it is UTF-16; save it as UTF-8"]
        ),
        Case(
            testDescription: "no text",
            variables: inFile,
            file: [0x4B, 0xFF],
            says: ["KEY_FILE names a file that holds no secret: secret.txt: it is not text in UTF-8"]
        ),
        Case(
            testDescription: "an empty file",
            variables: inFile,
            says: ["KEY_FILE names a file that holds no secret: secret.txt: it is blank"]
        ),
        Case(
            testDescription: "no file",
            variables: ["KEY_FILE": "gone"],
            says: ["KEY_FILE names a file that holds no secret: gone: it cannot be read (No such file or directory)"]
        ),
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
                #expect(secret.source == test.source)
                #expect(secret.doubts == test.says)
            }
        } catch {
            #expect(test.text == nil && !test.says.isEmpty)
            #expect([error.description] == test.says)
        }
    }
}
