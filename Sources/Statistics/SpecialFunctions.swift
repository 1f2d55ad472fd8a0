/// Special functions of statistics in double precision.
///
/// Formulas are those of the NIST Digital Library of Mathematical Functions (DLMF, dlmf.nist.gov), cited by number.
package enum SpecialFunctions {}
