import Foundation
import RingbackTestKit

/// A library that stands between a program and the system (`LD_PRELOAD`), built once out of `Shims`.
struct Shim {
    /// Faults of the disk.
    static let disk = Result { try built("diskshim") }
    /// A machine's clock that somebody sets.
    static let clock = Result { try built("clockshim") }

    /// - Returns: the path of the library.
    private static func built(_ name: String) throws -> String {
        let library = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(getpid()).so").path
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Shims/\(name).c").path
        let compiler = ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl", "-lpthread"]
        guard Program.exitCode(of: compiler) == 0 else {
            throw ShimError(description: "cc could not build \(source)")
        }
        return library
    }
}

/// A shim could not be built.
private struct ShimError: Error, CustomStringConvertible {
    var description: String
}
