import QueueingTheory

/// The formulas of this page against numbers that others computed or printed.
enum OracleFamily {
    /// A number as it is printed, and the same from the project's formula.
    private typealias Row = (model: String, parameters: String, quantity: String, printed: String, value: Double)

    /// Every number, to its last printed place.
    static var family: Family {
        let tables: [(source: String, rows: [Row])] = [
            ("traffic tables at 1 % loss", traffic),
            ("Gans, Koole and Mandelbaum, Manuf. Service Oper. Management 5 (2003) 79", callCenters),
            ("independent program, 12 to 14 digits", lossAndDelay + impatience + dialing),
            ("independent linear program (HiGHS, dual simplex)", optima),
        ]
        return Family(
            title: "The formulas themselves",
            introduction:
                "The exact values of this page come from formulas that are part of the project. Here they meet "
                + "numbers from outside: tables in print, and values that were computed by separate programs in another "
                + "language. They agree to the last printed place, or one unit of it.",
            comparisons: tables.flatMap { source, rows in
                rows.map { row in
                    let places = row.printed.split(separator: ".").dropFirst().first?.count ?? 0
                    let unit = (0..<places).reduce(1.0) { unit, _ in unit / 10 }
                    let difference = abs((Double(row.printed) ?? .nan) - row.value)
                    return Comparison(
                        model: row.model,
                        parameters: row.parameters,
                        quantity: row.quantity,
                        exact: row.printed,
                        estimate: digits(row.value, 14),
                        test: .identity(holds: difference <= 1.01 * unit),
                        source: source
                    )
                }
            }
        )
    }

    private static var traffic: [Row] {
        [(10, "4.46"), (20, "12.03"), (50, "37.90"), (100, "84.06")].map { servers, printed in
            (
                "Erlang B", "n = \(servers), 1 % lost", "load a", printed,
                ErlangB.offeredLoad(servers: servers, blocking: 0.01)
            )
        }
    }

    private static var callCenters: [Row] {
        let delay = ErlangC(servers: 50, arrivalRate: 48.0 / 60, serviceRate: 1.0 / 60)
        let impatience = ErlangA(servers: 50, arrivalRate: 48.0 / 60, serviceRate: 1.0 / 60, abandonmentRate: 1.0 / 120)
        let parameters = "50 agents, 48 calls/min, 1 min service"
        return [
            ("Erlang C", parameters, "mean wait, s", "20.8", delay.meanWait),
            ("Erlang C", parameters, "mean queue", "17", delay.meanQueueLength),
            ("Erlang C", parameters, "P(W > 58.1 s)", "0.100", delay.probabilityOfWait(longerThan: 58.1)),
            ("Erlang C", parameters, "occupancy", "0.96", delay.occupancy),
            ("Erlang A", parameters + ", 2 min patience", "abandoned", "0.031", impatience.abandonmentProbability),
            ("Erlang A", parameters + ", 2 min patience", "mean wait, s", "3.7", impatience.meanWait),
            ("Erlang A", parameters + ", 2 min patience", "mean queue", "3", impatience.meanQueueLength),
            ("Erlang A", parameters + ", 2 min patience", "occupancy", "0.93", impatience.occupancy),
        ]
    }

    private static var lossAndDelay: [Row] {
        let losses = [
            (5, 3.0, "0.11005434782609"), (10, 8, "0.12166106425295"), (50, 40, "0.018690671109632"),
            (100, 90, "0.026957380464359"),
        ]
        let delays = [
            (5, 4.0, "0.55411255411255", "0.50415830063966"), (10, 8, "0.40918015079644", "0.67235414872615"),
            (20, 18, "0.55076900481612", "0.55897865747647"), (50, 45, "0.36386446720699", "0.79123151725519"),
            (100, 95, "0.50645685391302", "0.70941864761149"),
        ]
        let finite = [(0.8, 5, "0.0888194986556"), (1.2, 10, "0.192586495127")]
        let general = [(0.5, "255.45627700927"), (0.8, "1021.8251080371")]
        var rows: [Row] = losses.map { servers, load, printed in
            (
                "Erlang B", "n = \(servers), a = \(digits(load))", "blocked", printed,
                ErlangB(servers: servers, offeredLoad: load).blocking
            )
        }
        for (servers, load, waiting, within) in delays {
            let system = ErlangC(servers: servers, arrivalRate: load / 180, serviceRate: 1.0 / 180)
            let parameters = "n = \(servers), a = \(digits(load)), 1/μ = 180 s"
            rows.append(("Erlang C", parameters, "P(W > 0)", waiting, system.waitingProbability))
            rows.append(("Erlang C", parameters, "P(W ≤ 20 s)", within, 1 - system.probabilityOfWait(longerThan: 20)))
        }
        for (load, capacity, printed) in finite {
            let queue = FiniteSingleServerQueue(offeredLoad: load, capacity: capacity)
            rows.append(("M/M/1/K", "ρ = \(load), K = \(capacity)", "blocked", printed, queue.blocking))
        }
        for (load, printed) in general {
            let mean = 187.954_224_859_81
            let queue = GeneralServiceQueue(
                arrivalRate: load / mean,
                meanService: mean,
                squaredVariation: 1.718_281_828_459_045
            )
            rows.append(
                ("M/G/1", "lognormal, median 114 s, σ = 1, ρ = \(load)", "mean wait, s", printed, queue.meanWait)
            )
        }
        return rows
    }

    private static var impatience: [Row] {
        let exponential = [
            (5, 4.0, 1.0, "0.37116306482013", "0.10257604860813", "0.71793916111349"),
            (10, 9, 0.5, "0.46894170444134", "0.067011715473448", "0.8396894560739"),
            (50, 48, 0.5, "0.46777406855379", "0.030912249162193", "0.93032424080429"),
            (100, 100, 1, "0.51329879827915", "0.039860996809147", "0.96013900319085"),
            (20, 25, 2, "0.76444137823729", "0.22613325437142", "0.96733343203573"),
        ]
        let constant = [
            (1, 0.005, 2.0, "0.37732725664596", "0.3711212389234"),
            (5, 0.03, 2, "0.17112289846222", "0.15781686003849"),
            (10, 0.07, 2, "0.15628871148059", "0.13370479793437"),
            (20, 0.14, 2, "0.10133891450242", "0.075491839188323"),
        ]
        var rows: [Row] = []
        for (servers, rate, impatience, waiting, abandoned, occupancy) in exponential {
            let system = ErlangA(servers: servers, arrivalRate: rate, serviceRate: 1, abandonmentRate: impatience)
            let parameters = "n = \(servers), λ = \(digits(rate)), μ = 1, θ = \(digits(impatience))"
            rows.append(("Erlang A", parameters, "P(W > 0)", waiting, system.waitingProbability))
            rows.append(("Erlang A", parameters, "abandoned", abandoned, system.abandonmentProbability))
            rows.append(("Erlang A", parameters, "occupancy", occupancy, system.occupancy))
        }
        for (servers, rate, patience, waiting, abandoned) in constant {
            let system = DeterministicPatienceQueue(
                servers: servers,
                arrivalRate: rate,
                serviceRate: 1.0 / 120,
                patience: patience
            )
            let parameters = "n = \(servers), λ = \(rate)/s, D = 2 s, 1/μ = 120 s"
            rows.append(("M/M/n+D", parameters, "P(W > 0)", waiting, system.waitingProbability))
            rows.append(("M/M/n+D", parameters, "abandoned", abandoned, system.abandonmentProbability))
        }
        return rows
    }

    private static var dialing: [Row] {
        let progressive = [(120.0, 0.3, 15.0, 15.0, 0.0, "0.705882352941"), (150, 0.2, 12, 22, 1, "0.588235294118")]
        let fixed = [(2, 10, "0.014879335187", "0.472857919110"), (36, 100, "0.015438824186", "0.850660855903")]
        let power = [
            (1, 2.0, "0.210526315789", "0.827586206897"), (1, 3, "0.347826086957", "0.878048780488"),
            (10, 2, "0.041134458669", "0.835600672664"),
        ]
        var rows: [Row] = progressive.map { handle, p, live, fail, delay, printed in
            let system = ProgressiveDialing(
                meanHandle: handle,
                answerProbability: p,
                meanLiveLine: live,
                meanFailedLine: fail,
                dialDelay: delay
            )
            return ("progressive", "S = \(digits(handle)) s, p = \(p)", "occupancy", printed, system.occupancy)
        }
        for (lines, agents, abandoned, occupancy) in fixed {
            let system = FixedLinesDialing(
                agents: agents,
                lines: lines,
                answerProbability: 0.3,
                meanRinging: 15,
                meanHandle: 120
            )
            rows.append(("fixedLines", "n = \(agents), K = \(lines)", "abandoned", abandoned, system.abandonment))
            rows.append(("fixedLines", "n = \(agents), K = \(lines)", "occupancy", occupancy, system.occupancy))
        }
        for (agents, factor, abandoned, occupancy) in power {
            let chain = PowerDialingChain(
                agents: agents,
                linesPerAgent: factor,
                answerProbability: 0.3,
                meanRinging: 15,
                meanHandle: 120
            )
            rows.append(("power", "n = \(agents), k = \(digits(factor))", "abandoned", abandoned, chain.abandonment))
            rows.append(("power", "n = \(agents), k = \(digits(factor))", "occupancy", occupancy, chain.occupancy))
        }
        return rows
    }

    /// Six places: the project's optimum is an upper bound that lies less than 1e-7 too high.
    private static var optima: [Row] {
        [(1, "0.718131"), (2, "0.741735"), (5, "0.783575"), (10, "0.829177"), (20, "0.879017")].map { agents, printed in
            (
                "optimum", "n = \(agents), 3 % abandoned", "occupancy", printed,
                DialingOptimum(DialingOptimum.Model(agents: agents)).occupancy
            )
        }
    }
}
