import CallRecords
import Testing

/// Files that are refused, each with what is wrong.
@Suite("Refused configurations", .timeLimit(.minutes(15)))
struct RefusedConfigurationTests {
    @Test(
        "a document type declaration is refused before anything is expanded",
        arguments: [
            "<!DOCTYPE campaign SYSTEM \"file:///etc/passwd\"><campaign><dialerType>PREDICTIVE</dialerType></campaign>",
            "<?xml version=\"1.0\"?>\n<!doctype campaign><campaign/>",
            "<campaign><!ENTITY x 'y'></campaign>",
        ]
    )
    func declarations(_ text: String) {
        #expect(Configurations.refusal(text, .uccx)?.contains("document type declaration") == true)
    }

    @Test func billionLaughs() {
        var text = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY l0 \"lol\">"
        for level in 1..<10 {
            text += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
        }
        text += "]><campaign><dialerType>&l9;</dialerType></campaign>"
        let started = ContinuousClock.now
        #expect(Configurations.refusal(text, .uccx)?.contains("document type declaration") == true)
        #expect(ContinuousClock.now - started < .seconds(1))
    }

    @Test(
        "encodings in which a declaration could hide are refused",
        arguments: [
            ("UTF-7", "a"), ("UTF-16", "a"), ("IBM037", "a"), ("ISO-8859-1", "ü"),
        ]
    )
    func encodings(_ name: String, _ text: String) {
        let text = "<?xml version=\"1.0\" encoding=\"\(name)\"?><campaign><dialerType>\(text)</dialerType></campaign>"
        #expect(Configurations.refusal(text, .uccx)?.contains("UTF-8") == true)
    }

    @Test(
        "an encoding in which the text is the same is read",
        arguments: ["ISO-8859-1", "windows-1252", "utf-8", "US-ASCII"]
    )
    func sameEncodings(_ name: String) {
        let text = "<?xml version='1.0' encoding='\(name)'?><campaign><dialerType>PREDICTIVE</dialerType></campaign>"
        #expect(Configurations.refusal(text, .uccx) == nil)
    }

    @Test("depth is bounded at 64", arguments: [63, 64, 65, 300, 20_000])
    func depth(_ depth: Int) {
        let inner = depth - 1
        let xml =
            "<dialerType>" + String(repeating: "<a>", count: inner) + "x" + String(repeating: "</a>", count: inner)
            + "</dialerType>"
        let json = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let isDeep = depth > 64
        #expect((Configurations.refusal(xml, .uccx)?.contains("deeper than 64") ?? false) == isDeep)
        #expect((Configurations.refusal(json, .uccx)?.contains("deeper than 64") ?? false) == isDeep)
    }

    @Test(
        "what is no document says where",
        arguments: [
            ("<campaign><a></campaign>", "line 1"), ("<campaign>", "XML"), ("<campaign>&x;</campaign>", "line 1"),
            ("<a/><b/>", "XML"), ("<", "XML"),
            ("{\"a\": }", "byte 6"), ("{\"a\": 1} x", "byte 9"), ("", "empty"), (" \n ", "empty"),
            ("\u{FEFF}", "empty"), ("hello", "neither JSON nor XML"),
            ("<a>\u{0}</a>", "zero bytes"),
        ]
    )
    func syntax(_ text: String, _ reason: String) {
        #expect(
            Configurations.refusal(text, .uccx)?.contains(reason) == true,
            "\(Configurations.refusal(text, .uccx) ?? "")"
        )
    }

    @Test("a file of another dialer is named", arguments: Configurations.samples.map(\.file))
    func wrongDialer(_ file: String) throws {
        let product = try #require(Configurations.samples.first { $0.file == file }?.product)
        let text = try Configurations.text(file)
        for other in DialerProduct.allCases where other != product {
            let refusal = Configurations.refusal(text, other)
            #expect(
                refusal?.contains("it looks like \(product.file), so try --from \(product.rawValue)") == true,
                "\(other): \(refusal ?? "")"
            )
        }
    }

    @Test func noDialerAtAll() {
        #expect(
            Configurations.refusal("{\"a\": 1}", .genesys)
                == "the file is not an outbound campaign of Genesys Cloud: it has none of dialing_mode"
        )
    }

    @Test("of several campaigns one is chosen")
    func several() throws {
        let table = "campaign_id,campaign_name,dial_method,auto_dial_level\nA,First,RATIO,2\nB,Second,RATIO,3\n"
        let refusal = Configurations.refusal(table, .vicidial)
        #expect(refusal == "the file holds 2 campaigns: \"First\", \"Second\"; choose one with --campaign")
        for name in ["B", "Second"] {
            let campaign = try ImportedCampaign.read(text: table, from: .vicidial, campaign: name)
            #expect(campaign.settings.count == 8 && campaign.fate("1.auto_dial_level") == "mapped pacing.ratio.level")
            #expect(campaign.settings[3].why == "it is not part of the campaign")
        }
        #expect(Configurations.refusal(table, .vicidial, campaign: "C") == "the file has no campaign \"C\"")
    }

    @Test(
        "tables that cannot be read",
        arguments: [
            ("INSERT INTO vicidial_campaigns VALUES ('A','RATIO');", "--complete-insert"),
            ("INSERT INTO vicidial_campaigns (a,b) VALUES ('A');", "names 2 columns and gives 1 values"),
            ("INSERT INTO vicidial_campaigns (a VALUES ('A');", "cannot be read"),
            ("INSERT INTO vicidial_campaigns (a) VALUES ('A", "has no end"),
            ("CREATE TABLE t (a int);", "inserts no row"),
            ("campaign_id,dial_method\n", "no campaign below it"),
            ("campaign_id,dial_method\nA\n", "a row has 1 fields"),
            ("campaign_id,dial_method\n,\n ,\n", "no campaign below it"),
            ("campaign_id,dial_method\n\"A,RATIO\n", "the quote that opens in line 2 has no end"),
            ("campaign_id,dial_method\n\"A\nB\",RATIO\nC,\"RATIO", "the quote that opens in line 4 has no end"),
            ("INSERT INTO vicidial_users (user) VALUES ('x');", "inserts no row into vicidial_campaigns"),
            ("INSERT INTO vicidial_users VALUES ('x', 'y');", "--complete-insert"),
            ("A|B|C\n", "no header"), ("ERROR: campaigns_list USER DOES NOT HAVE PERMISSION - 6666|x", "NON-AGENT_API"),
        ]
    )
    func tables(_ text: String, _ reason: String) {
        #expect(
            Configurations.refusal(text, .vicidial)?.contains(reason) == true,
            "\(Configurations.refusal(text, .vicidial) ?? "")"
        )
    }

    @Test(
        "inserts into other tables of a dump are left out",
        arguments: [
            "INSERT INTO vicidial_users (user,pass) VALUES ('x','y');",
            "INSERT INTO `vicidial_statuses` VALUES ('A','b'),('C','d');", "INSERT INTO other SELECT * FROM another;",
            "REPLACE INTO vicidial_users SET user='x';",
        ]
    )
    func otherTables(_ other: String) throws {
        let own = "INSERT INTO vicidial_campaigns (campaign_id,dial_method,auto_dial_level) VALUES ('A','RATIO','2');"
        for text in ["\(other)\n\(own)", "\(own)\n\(other)"] {
            let campaign = try ImportedCampaign.read(text: text, from: .vicidial)
            #expect(campaign.settings.map(\.name) == ["campaign_id", "dial_method", "auto_dial_level"])
            #expect(campaign.fate("auto_dial_level") == "mapped pacing.ratio.level")
        }
    }
}
