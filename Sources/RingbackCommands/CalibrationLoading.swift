import DialerStudy
import ScenarioFile

/// Plans a calibration of a scenario file, and prints what is odd or wrong about it.
struct CalibrationLoading {
    private let path: String
    private let fields: OverrideOptions
    private let options: CalibrationOptions
    private let common: CommonOptions
    /// The command that needs it, for messages.
    private let command: String

    init(
        _ path: String,
        _ fields: OverrideOptions,
        _ options: CalibrationOptions,
        _ common: CommonOptions,
        for command: String
    ) {
        (self.path, self.fields, self.options, self.common) = (path, fields, options, common)
        self.command = command
    }

    /// The plan, and what made it.
    func plan() throws -> (planned: PlannedCalibration, planning: CalibrationPlanning) {
        do throws(ScenarioError) {
            let planning = CalibrationPlanning(
                try SourceText.read(path: path),
                overrides: fields.overrides,
                options.request,
                seed: common.seed,
                for: command
            )
            let planned = try planning.plan()
            if !common.quiet { for warning in planned.warnings { Console.error("\(warning)") } }
            return (planned, planning)
        } catch {
            throw ScenarioLoading.failure(error, of: path, common)
        }
    }
}
