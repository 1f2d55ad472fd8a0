import DialerEngine
import ExactJSON
import SimulationAPI

extension Form {
    /// What a contact centre and its campaign are read from.
    enum CampaignSource {
        /// A scenario file.
        case scenario
        /// The body of a create that a sandbox received.
        case payload
    }

    /// A contact centre and how it works through a campaign.
    ///
    /// - Parameter payload: What stands beside it; nil if that is wrong, and then the document is refused anyway.
    func campaign(of payload: SimulationPayload?, _ source: CampaignSource) -> Campaign? {
        var clock = ShiftClock(self["run"])
        var campaign = Campaign()
        let outcomes = payload?.outcomes.probabilities ?? .nobodyAnswers
        campaign.center = self["contactCenter"]?.contactCenter(outcomes: outcomes, clock)
        let roster = campaign.center?.roster
        if self["run"]?.member("shift") == nil { clock.shift = roster?.end }
        campaign.pacing = self["pacing"]?.pacing() ?? .progressive
        campaign.schedule = self["schedule"]?.schedule(of: campaign.center, clock) ?? []
        campaign.list = self["list"]?.contactList()
        let run = self["run"] ?? field.emptyMember("run")
        campaign.plan = run.runPlan(source, roster, maxCalls: payload?.maxCalls) ?? campaign.plan
        checkPacing(campaign)
        checkList(campaign)
        checkCenter(source, campaign.pacing)
        return campaign
    }

    private func checkPacing(_ campaign: Campaign) {
        if case .fixedLines(let wanted) = campaign.pacing, let lines = campaign.center?.lines, wanted > lines {
            self["pacing"]?.report(
                .pacingInvalid,
                "fixedLines keeps \(wanted) lines in flight; the contact centre has \(lines)"
            )
        }
    }

    private func checkList(_ campaign: Campaign) {
        guard let field = self["list"] else { return }
        if let calls = self["run"]?.member("calls") {
            calls.report(
                .runLength,
                "calls stands beside a list, which ends the dialling when it is exhausted; write shift in place of calls"
            )
        } else if self["contactCenter"] != nil, self["run"]?.member("shift") == nil, campaign.plan.length == nil {
            field.report(
                .runLength,
                "a list is called in shifts; write how long they are, such as run: {shift: 8h}, or a roster"
            )
        }
        if let list = campaign.list, let center = campaign.center {
            field.warnOfRetries(list, in: [center] + campaign.schedule.map(\.center))
        }
    }

    /// Warns of each part that has no effect because the scenario has no contact centre.
    private func checkCenter(_ source: CampaignSource, _ pacing: Pacing) {
        switch source {
        case .scenario:
            guard self["contactCenter"] == nil else { return }
            if pacing != .progressive {
                let message = "pacing has no effect without a contactCenter: virtual agents never run short"
                self["pacing"]?.warn(.pacingInvalid, message)
            }
            self["schedule"]?.warn(.scheduleInvalid, "schedule has no effect without a contactCenter, which it changes")
            self["list"]?.warn(.listInvalid, "list has no effect without a contactCenter, which calls its contacts")
        case .payload:
            guard self["contactCenter"] == nil || self["contactCenter"]?.json == .null else { return }
            if self["pacing"] != nil {
                _ = required("contactCenter", ": pacing says how its agents are served")
            } else if let other = ["schedule", "list", "run"].first(where: { self[$0] != nil }) {
                _ = required("contactCenter", ": \(other) is about its campaign")
            }
        }
    }
}

extension ContactCenter {
    /// The most agents on duty at once.
    var mostAgents: Int { roster?.mostAgents ?? agents }
}
