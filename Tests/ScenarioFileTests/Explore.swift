import Testing
import ScenarioFile
@Test func explore() {
    func show(_ title: String, _ list: [String]) { print("##", title.debugDescription); for l in list { print("   ", l) } }
    show("starter", Fixture.problems(of: Scenario.starter))
    show("base+center", Fixture.problems(adding: Fixture.center))
    for t in ["", "# c\n", "a: [", "a: b: c", "\tversion: 1", "a:\n\tb: 1", "version: 1\nname: @x", "thresholds: {occupancy: >= 75%}", "thresholds:\n  occupancy: >= 75%\n",
      "a: &x 1\nb: *x\nc: !!str 5\n", "a: 1\na: 2\n", "a: 1\n---\nb: 1\n", "1: x\n? [a]\n: b\nnull: 2\n", "*x", "&a", "--- !t", "%YAML 1.2\n---\nversion: 1\n", "%FOO\n", "a: \u{1}x", "- a", "5", "\"abc", "{\"version\": 1, \"name\": \"\\ud83d\\ude00\",\t\"x\": 1}", "\t{\"version\":1}", "version: 1 #c\nname: ''\nsimulaton: {}\nsimulation:\n",
      String(repeating: "[", count: 100), String(repeating: "- ", count: 100) + "x", "a: 'x\u{1b}[31m'\n\"\\e[31m\": 2", "simulation: *a", "simulation: {campaignId: *a, virtualAgentMatrix: {flowId: !x y}}", "&a a: &b {c: *a}", "? {a: b}\n: c", "version: 1.0\nname: 5"] {
        show(t, Fixture.problems(of: t))
    }
    for t in ["pacing: powr\n", "pacing: {powr: {}}\n", "pacing: {power: {linesPerAgent: 0}}\n", "pacing: power\n", "pacing: {power: {linesPerAgent: 2}, ratio: {level: 1}}\n", "pacing: {}\n", "pacing: 5\n", "pacing: {progressive: }\n", "pacing: {vicidial: {method: taperd, initialLevel: 4, dropLimit: 3}}\n",
      "run: {shift: 8h, calls: 5}\n", "run: {shift: 721h}\n", "run: {shift: 1h, warmUp: 60m, days: 0}\n", "run: {days: 2, warmUp: soon, replications: -1}\n", "compliance: [us-tsrr, us-tsr, us-tsr, {name: us-tsr, limit: 3, window: day}, 7]\n", "compliance: us-tsr\n",
      "thresholds: {abandonRate: '<= 3%', occupancy: 75%, accuracyRate: '>= 95', waitSeconds: '<= 2s', durationSeconds: '< 1m', callsAttempted: '== fifty'}\n",
      "monitors:\n  - {name: a b, url: 'http://example.com', kind: htp}\n  - {name: x, url: 'http://127.0.0.1:9/', secretEnv: whsec_abc=}\n  - {name: x, url: 'https://10.1.2.3/', allow: [10.0.0.0/33]}\n  - {name: y, url: 'http://localhost:1'}\n  - {name: z, url: 'https://0x7f.1/', states: [done], outcomes: []}\n  - {name: q, kind: stdout, url: x}\n",
      "contactCenter: {agents: 0, lines: 0, talk: {exponential: {mean: -3s}}, patience: 2s, wrap: {lognormal: {mean: 3s, sd: 0}}, ringing: {noAnswer: {constant: 3s, shift: 1s}}, answeringMachineDetection: {falsePositive: 1.5, falseNegative: 10}}\n",
      "contactCenter: {agents: 10, ringing: {default: {uniform: {min: 3s, max: 1s}}}, talk: {empirical: []}, patience: {constnt: 3}, greeting: {start: {exponential: {mean: 1, shift: 2}, shift: 3}}}\n", "limits: {maxConcurrent: 0}\n", "limits: {maxConcurent: 60}\n"] {
        show(t, Fixture.problems(adding: t))
    }
    show("binds", Fixture.problems(adding: Fixture.center, overrides: ["contactCenter.agents=10"]))
    for o in ["simulation.maxCalls", "simulation..x=1", "=1", "simulation.maxCalls=0", "simulation.maxCalls.x=3", "monitors.1.name=x", "monitors.0.name=x", "thresholds.waitSeconds.mean=<= 2s", "thresholds.occupancy=>= 75%", "pacing={power: {linesPerAgent: 2}}", "pacing={power", "name=", "name=\"a\\tb\"", "simulation.tag=*x", "x.y=1", "run.shift=8h"] {
        show(o, Fixture.problems(adding: "", overrides: [o]))
    }
    for p in ["/nonexistent", "/", "", "/dev/zero", "/dev/null", "/bin/ls"] {
        do { _ = try Scenario.load(path: p) } catch { show(p, error.diagnostics.map(\.description)) }
    }
}
