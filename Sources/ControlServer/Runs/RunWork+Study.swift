import RunPipeline
import RunReport

extension RunWork {
    /// Simulates or calibrates with the engine alone.
    func study() async throws -> RunReport.ExitCode {
        throw RunError(.configuration, "not yet")
    }
}
