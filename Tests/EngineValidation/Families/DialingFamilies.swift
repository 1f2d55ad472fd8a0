/// Dialling laws whose results can be computed.
enum DialingFamilies {}
