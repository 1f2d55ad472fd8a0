extension Page {
    /// What no comparison of this page says anything about.
    static let limits = """
        ## What could not be validated

        A simulation is right when it does what its model says; this page is about that. Whether the model is like a call
        centre is another question, and here the evidence is thin.

        - **Ringing times.** No published law of the time from dialling to answer was found. The distributions are the
          user's; those of the examples are illustrations.
        - **Outcomes.** Shares of answers, machines, busy signals and bad numbers are known from vendors' claims and
          anecdotes only, and depend on the list. They are inputs, not facts.
        - **Vendors' predictive algorithms** are not published. `vicidial` follows the source text of VICIdial 2.4 and
          2.14; its control law is tested step by step, but never against a running VICIdial. `feedback` takes its
          parameters and defaults from Cisco's documents, its controller from textbooks. `lookahead` is a law of this
          project built on expired patents and a published idea; no vendor's numbers exist to compare it with.
        - **Regulations.** The US Telemarketing Sales Rule (16 CFR 310.4) was seen in the FTC's wording as quoted by
          guides, not in the official edition. The wording of 47 CFR 64.1200 (FCC), of Ofcom's statements of 2010 (formula
          seen, place of the estimated false positives in the denominator not) and of 2016 (annex 3 not seen), and of the
          CRTC's Telecom Decision 2007-48 (five percent and the calendar month seen, clock and denominator not) comes from
          secondary sources, and nothing but secondary sources was seen of `it-garante-2014` and `us-reg-f`. Recorded
          messages and records are outside a simulation of queues. This is no legal advice.
        - **Answering-machine detection** is two error rates and a delay, independent from call to call. Real detection
          errs more on some greetings, and its delay depends on the greeting; published rates differ widely (80 to 98 %).
        - **People.** Patience is a distribution that does not depend on what a caller hears; no study says when
          people who were called hang up on silence. Contacts of a list are alike, and one that did not answer answers the
          next attempt as probably as any other: in real lists it is less likely, and it depends on the hour of the first.
        - **Agents** are alike, and a wrap-up does not depend on the call. They come, take their breaks and leave as the
          roster says, never late or unforeseen. Breaks have constant lengths, which no Markov chain follows, so
          only days with constant times are compared.
        - **Answer rates** change when the schedule says so, and nobody has measured how they change within a day; how fast
          adaptive policies follow a change is not compared with anything.
        - **Networks.** Set-up delays, failures and glare of lines are part of the ringing time or left out.
        - **Adaptive policies** (`vicidial`, `feedback`, `lookahead`) have no closed form. They are held to the upper limit,
          to the accounting and to reproducibility; their single steps are tested, their long-run numbers are not compared
          with an independent implementation.
        """
}
