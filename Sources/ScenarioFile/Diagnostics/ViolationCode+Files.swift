public import SimulationAPI

extension ViolationCode {
    /// The file cannot be read, or is not UTF-8.
    public static let fileUnreadable = Self(rawValue: "file.unreadable")
    /// The file is larger than 1 MiB.
    public static let fileTooLarge = Self(rawValue: "file.too_large")
    /// The text is not YAML.
    public static let yamlSyntax = Self(rawValue: "yaml.syntax")
    /// There is no document in the file.
    public static let yamlEmpty = Self(rawValue: "yaml.empty")
    /// There is more than one document in the file.
    public static let yamlDocuments = Self(rawValue: "yaml.documents")
    /// Something is nested deeper than 64.
    public static let yamlDepth = Self(rawValue: "yaml.depth")
    /// An anchor (`&name`).
    public static let yamlAnchor = Self(rawValue: "yaml.anchor")
    /// An alias (`*name`).
    public static let yamlAlias = Self(rawValue: "yaml.alias")
    /// An explicit tag (`!name`).
    public static let yamlTag = Self(rawValue: "yaml.tag")
    /// A key that occurs twice in one mapping.
    public static let yamlDuplicateKey = Self(rawValue: "yaml.duplicate_key")
    /// A key that is not a string.
    public static let yamlKey = Self(rawValue: "yaml.key")
    /// There are more problems than are listed.
    public static let tooMany = Self(rawValue: "diagnostics.too_many")

    /// An override that is not `path=value`.
    public static let setSyntax = Self(rawValue: "set.syntax")
    /// An override of something that cannot be there.
    public static let setPath = Self(rawValue: "set.path")

    /// A version of the format that this program does not know.
    public static let versionUnsupported = Self(rawValue: "version.unsupported")
    /// A name that is empty or has characters that it must not have.
    public static let nameFormat = Self(rawValue: "name.format")
    /// Parameters that do not describe a distribution.
    public static let distributionInvalid = Self(rawValue: "distribution.invalid")
    /// Not exactly one pacing policy, or parameters that exclude each other.
    public static let pacingInvalid = Self(rawValue: "pacing.invalid")
    /// A length of the run that is stated twice, or not at all.
    public static let runLength = Self(rawValue: "run.length")
    /// A warm-up that is not shorter than the shift.
    public static let runWarmUp = Self(rawValue: "run.warm_up")
    /// A compliance profile that does not exist.
    public static let complianceProfile = Self(rawValue: "compliance.profile")
    /// A compliance profile that is named twice.
    public static let complianceDuplicate = Self(rawValue: "compliance.duplicate")
    /// A metric that does not exist.
    public static let thresholdMetric = Self(rawValue: "threshold.metric")
    /// A threshold that is not a comparison.
    public static let thresholdExpression = Self(rawValue: "threshold.expression")
    /// A limit that a rate cannot reach.
    public static let thresholdLimit = Self(rawValue: "threshold.limit")
    /// Two monitors of one name.
    public static let monitorDuplicate = Self(rawValue: "monitor.duplicate")
    /// An address that a monitor cannot have.
    public static let monitorURL = Self(rawValue: "monitor.url")
    /// A private address that the monitor's `allow` does not name.
    public static let monitorPrivateAddress = Self(rawValue: "monitor.private_address")
    /// A monitor on standard output, which the command uses itself.
    public static let monitorStdout = Self(rawValue: "monitor.stdout")
    /// An entry of `allow` that is not a range of addresses.
    public static let monitorAllow = Self(rawValue: "monitor.allow")
    /// The calls at once of the simulation leave lines or agents of the contact centre idle.
    public static let concurrencyBinds = Self(rawValue: "concurrency.binds")
    /// A fault that cannot happen at its point, or several faults in one.
    public static let faultInvalid = Self(rawValue: "fault.invalid")
    /// An address of a target profile that credentials must not be sent to.
    public static let profileAddress = Self(rawValue: "profile.address")
    /// A path of a target profile that cannot be a path.
    public static let profilePath = Self(rawValue: "profile.path")
    /// Scopes that are empty or have characters that a scope cannot have.
    public static let profileScope = Self(rawValue: "profile.scope")
}
