extension ComplianceProfile {
    /// The Telemarketing Sales Rule of the US Federal Trade Commission.
    ///
    /// 16 CFR 310.4(b)(4)(i): "abandonment of no more than three percent of all calls answered by a live person, measured
    /// over the duration of a single calling campaign, if less than 30 days, or separately over each successive 30-day
    /// period or portion thereof that the campaign continues". A call is abandoned if the person is not connected
    /// "within two seconds of the person's completed greeting" (310.4(b)(1)(iv)), so also if the person was taken for a
    /// machine. (ii) asks for 15 seconds or four rings, (iii) for a recorded message, (iv) for records.
    public static let usTSR = american(
        "us-tsr",
        ["recorded message", "records"],
        Standing(.inForce, from: "2008-10-01", source: "FTC, 16 CFR 310.4(b)(1)(iv) and (b)(4)")
    )

    /// The rules of the US Federal Communications Commission.
    ///
    /// 47 CFR 64.1200(a)(7): no more than three percent of all telemarketing calls that are answered live by a person, over
    /// a 30-day period for a single campaign, with the same two seconds after the completed greeting; (a)(6) asks for 15
    /// seconds or four rings. Taken from secondary sources; the wording was not checked against the official text.
    public static let usFCC = american(
        "us-fcc",
        ["recorded message with opt-out", "records"],
        Standing(.repealProposed, source: "FCC, 47 CFR 64.1200(a)(6) and (a)(7)")
    )

    /// The Ofcom statement on persistent misuse of 2010, in force until 28 February 2017: three percent of live calls.
    ///
    /// "Revised statement of policy on the persistent misuse of an electronic communications network or service", Ofcom,
    /// 1 October 2010: per campaign over 24 hours (a calendar day), two seconds from the start of the salutation, persons
    /// taken for machines included. `(x + y)/(x + y + z)` for x calls abandoned in the queue, y false positives and z live
    /// calls passed to agents. Operators have to estimate y, and which of x were machines; a simulation knows them, so
    /// no estimate is made. Unanswered calls ring for 15 seconds. Whether y stands in the denominator differs between
    /// the secondary texts that were seen.
    public static let ukOfcom2010 = british(
        "uk-ofcom-2010",
        limit: DecimalFactor(3, per: 100),
        Standing(
            .withdrawn,
            until: "2017-02-28",
            source:
                "Ofcom, Revised statement of policy on the persistent misuse of an electronic communications network or "
                + "service, 1 October 2010"
        )
    )

    /// The Ofcom statement on persistent misuse of 20 December 2016, in force since 1 March 2017: no share is safe.
    ///
    /// The formula of 2010 stays (annex 3) as a measure by which cases get priority, so the share is reported and nothing is
    /// judged. Taken from secondary sources; the annex was not checked.
    public static let ukOfcom2017 = british(
        "uk-ofcom-2017",
        limit: nil,
        Standing(
            .inForce,
            from: "2017-03-01",
            source: "Ofcom, Persistent misuse: a statement, 20 December 2016, annex 3"
        )
    )

    /// The Unsolicited Telecommunications Rules of the Canadian CRTC, part III.
    ///
    /// Telecom Decision CRTC 2007-48: an abandonment rate that "should not exceed, in any calendar month", five percent; a
    /// call is abandoned when it is not answered by a representative within two seconds of the answer. The wording of
    /// clock and denominator could not be checked; the strictest reading is taken.
    public static let caCRTC = ComplianceProfile(
        name: "ca-crtc",
        limit: DecimalFactor(5, per: 100),
        window: .calendarMonth,
        clock: .answer,
        notModelled: ["records"],
        standing: Standing(
            .inForce,
            source: "CRTC, Telecom Decision 2007-48, Unsolicited Telecommunications Rules, part III"
        )
    )

    /// The decision of the Italian data protection authority on silent calls.
    ///
    /// Garante per la protezione dei dati personali, decision of 20 February 2014: at most 3 silent calls for
    /// every 100 that went through, over a campaign; a call is silent if no operator comes within three seconds of the
    /// answer. Nobody has read the official text for this profile: clock, denominator and window follow secondary sources.
    public static let itGarante2014 = {
        var profile = ComplianceProfile(
            name: "it-garante-2014",
            limit: DecimalFactor(3, per: 100),
            window: .campaign30DayBlocks,
            clock: .answer,
            seconds: 3,
            notModelled: ["comfort noise", "no call to the same number within 5 days after a silent one", "records"],
            standing: Standing(
                .unverified,
                source: "Garante per la protezione dei dati personali, decision of 20 February 2014 on silent calls"
            )
        )
        profile.denominator = .connected
        return profile
    }()

    /// The frequency of calls that US Regulation F presumes to be lawful for collectors of debts.
    ///
    /// 12 CFR 1006.14(b)(2)(i)(A): not more than seven calls within seven consecutive days about a debt. Nobody has read the
    /// official text for this profile. The wait of seven days after a conversation, (B), needs no rule here: a contact
    /// that was reached is not called again.
    public static let usRegF = ComplianceProfile(
        name: "us-reg-f",
        attemptLimit: AttemptLimit(attempts: 7, seconds: 7 * 86_400),
        notModelled: ["seven days after a conversation", "calls about several debts"],
        standing: Standing(.unverified, source: "CFPB, Regulation F, 12 CFR 1006.14(b)(2)")
    )

    /// Every profile that has a name.
    public static let named = [usTSR, usFCC, ukOfcom2010, ukOfcom2017, caCRTC, itGarante2014, usRegF]

    private static func american(_ name: String, _ notModelled: [String], _ standing: Standing) -> ComplianceProfile {
        ComplianceProfile(
            name: name,
            limit: DecimalFactor(3, per: 100),
            window: .campaign30DayBlocks,
            minimumRinging: 15,
            notModelled: notModelled,
            standing: standing
        )
    }

    private static func british(_ name: String, limit: DecimalFactor?, _ standing: Standing) -> ComplianceProfile {
        ComplianceProfile(
            name: name,
            limit: limit,
            window: .calendarDay,
            clock: .greetingStart,
            minimumRinging: 15,
            notModelled: ["information message", "72-hour rule"],
            standing: standing
        )
    }
}
