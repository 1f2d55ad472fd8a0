import ExactJSON
import HTTPService
import HTTPTypes
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

/// The form that starts a run, with what is wrong with its scenario.
struct NewRun: Sendable {
    var path: PublicPath
    var caller: Caller
    var fields = Fields()
    /// What was found in the scenario; `nil` if nobody has looked yet.
    var found: [Diagnostic]?
    /// Why the run was not started, apart from the scenario.
    var problem: String?

    /// What is typed in the form.
    struct Fields: Sendable {
        var scenario = Scenario.starter
        var preset = ""
        var kind = StoredRun.Kind.run.rawValue
        var target = TargetKind.sandbox.rawValue
        var seed = ""
        var baseline = ""
        var gate = ""
        /// Makes a form that is sent twice start one run.
        var key = RunID.make(at: WallClock.now)

        init() {}
    }

    var page: DashboardPage {
        var page = DashboardPage("New run", .newRun)
        page.lead = .markup(problem.map { "<p role=\"alert\" class=\"alert\">\(MarkupText.escaped($0))</p>" } ?? "")
        if problem != nil || found?.contains(where: { $0.severity == .error }) == true { page.status = 422 }
        let mayStart = caller.role >= .operator
        let form = TemplateValue.template(
            "editor",
            [
                "path": .text(path("/runs/new")), "check": .text(path("/runs/check")), "key": .text(fields.key),
                "presets": presets, "scenario": .exact(fields.scenario), "rows": .text("24"),
                "diagnostics": diagnostics, "fields": .list(inputs.map { ["field": $0] }),
                "mayStart": .flag(mayStart), "mayNotStart": .flag(!mayStart),
            ]
        )
        page.sections = [ReportSection("Scenario and target", id: "new", [.markup(form)])]
        return page
    }

    private var presets: TemplateValue {
        .select(
            "Begin with",
            name: "preset",
            [("starter", "the starter scenario"), ("full", "a scenario with every part")]
                + ScenarioPreset.allCases.map { ($0.rawValue, "\($0.rawValue): \($0.summary)") },
            chosen: fields.preset
        )
    }

    private var inputs: [TemplateValue] {
        [
            .select(
                "Kind",
                name: "kind",
                [
                    ("run", "run: through the API"), ("simulate", "simulate: the engine alone"),
                    ("calibrate", "calibrate: find the pacing"),
                ],
                chosen: fields.kind
            ),
            .select(
                "Target",
                name: "target",
                [("sandbox", "sandbox, embedded"), ("cxone", "cxone, the remote API")],
                chosen: fields.target
            ),
            .field(
                "Seed",
                name: "seed",
                fields.seed,
                hint: "Empty: 1",
                more: " pattern=\"[0-9]*\""
            ),
            .field("Baseline", name: "baseline", fields.baseline, hint: "A run's id, or last-pass"),
            .field("Fail on regression", name: "failOnRegression", fields.gate, hint: "abandonmentRate=0.01, …"),
        ]
    }

    private var diagnostics: TemplateValue {
        let found = found ?? []
        let errors = found.count { $0.severity == .error }
        let warnings = found.count - errors
        let summary =
            self.found == nil
            ? ""
            : errors > 0
                ? "The scenario has \(NumberText.count(errors, "problem"))."
                : warnings > 0
                    ? "The scenario can be run, with \(NumberText.count(warnings, "warning"))."
                    : "The scenario is valid."
        return .template(
            "diagnostics",
            [
                "summary": .text(summary), "class": .text(errors > 0 ? "bad" : "ok"), "hasLines": .flag(!found.isEmpty),
                "lines": .list(
                    found.map { one in
                        [
                            "severity": .text(one.severity.rawValue), "line": .text("\(one.line ?? 1)"),
                            "place": .text(one.line.map { "line \($0)" } ?? "the file"), "message": .text(one.message),
                            "code": .text(one.code.rawValue),
                        ]
                    }
                ),
            ]
        )
    }
}

extension NewRun.Fields {
    /// What a form says.
    init(_ form: SentForm) {
        func text(_ name: String) -> String { form[name] ?? "" }
        // Browsers end the lines of a field with CR and LF.
        scenario = text("scenario").replacing("\r\n", with: "\n")
        (kind, target) = (text("kind"), text("target"))
        (seed, baseline, gate) = (text("seed"), text("baseline"), text("failOnRegression"))
        if let key = form["key"], !key.isEmpty { self.key = key }
    }

    /// The request of the API that asks for the same.
    ///
    /// A scenario in JSON is YAML too.
    var request: ServiceRequest {
        var request = ServiceRequest(
            .post,
            "/v1/runs",
            headers: [.contentType: "application/yaml", .idempotencyKey: key],
            body: Array(scenario.utf8)
        )
        request.query = [
            (name: "kind", value: kind), (name: "target", value: target), (name: "seed", value: seed),
            (name: "baseline", value: baseline), (name: "failOnRegression", value: gate),
        ].filter { !$0.value.isEmpty }
        return request
    }
}
