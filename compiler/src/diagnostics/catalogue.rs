//! Every diagnostic that this crate can report, once: code, name and severity. What each means stands in `pages/`. Syntax errors
//! (E0001 to E0099) are the grammar's.

use super::Severity;

#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub name: &'static str,
    pub severity: Severity,
}

macro_rules! catalogue {
    ($($ident:ident $code:literal $name:literal $severity:ident;)*) => {
        $(pub static $ident: Entry =
            Entry { code: $code, name: $name, severity: Severity::$severity };)*

        /// In order of their codes.
        pub static CATALOGUE: &[&Entry] = &[$(&$ident),*];
    };
}

catalogue! {
    // Files and modules
    FILE_NOT_FOUND "E0100" "file-not-found" Error;
    FILE_NOT_READABLE "E0101" "file-not-readable" Error;
    UNKNOWN_MODULE "E0102" "unknown-module" Error;
    MISSING_EXPORT "E0103" "missing-export" Error;
    AMBIGUOUS_EXPORT "E0104" "ambiguous-export" Error;
    DUPLICATE_EXPORT "E0105" "duplicate-export" Error;
    MISSING_CAPABILITY "E0106" "missing-capability" Error;
    BAD_MANIFEST "E0107" "bad-manifest" Error;
    TYPE_ONLY_IMPORT "E0108" "type-only-import" Error;
    TOO_MANY_FILES "E0109" "too-many-files" Error;

    // Names
    UNRESOLVED_NAME "E0120" "unresolved-name" Error;
    UNRESOLVED_TYPE "E0121" "unresolved-type" Error;
    DUPLICATE_DECLARATION "E0122" "duplicate-declaration" Error;
    ASSIGN_TO_CONST "E0123" "assign-to-const" Error;
    TYPE_AS_VALUE "E0124" "type-as-value" Error;
    VALUE_AS_TYPE "E0125" "value-as-type" Error;
    USED_BEFORE_DECLARATION "E0126" "used-before-declaration" Error;
    RESERVED_NAME "E0132" "reserved-name" Error;

    BAD_PATTERN "E0134" "bad-pattern" Error;

    // What the language leaves out
    NO_WITH "E0200" "no-with" Error;
    NO_EVAL "E0201" "no-eval" Error;
    NO_ARGUMENTS "E0202" "no-arguments" Error;
    NO_PROTO "E0203" "no-prototype-surgery" Error;
    NO_NEW_ON_FUNCTION "E0204" "no-new-on-function" Error;
    NO_DESCRIPTORS "E0205" "no-accessor-members" Error;
    NO_GLOBAL "E0206" "not-in-mosl" Error;
    NO_BIGINT "E0207" "no-bigint" Error;
    NO_DYNAMIC_IMPORT "E0208" "no-dynamic-import" Error;
    NO_TYPE_FORM "E0209" "no-type-form" Error;
    NO_NAMESPACE "E0210" "no-namespace" Error;
    NO_CONST_ENUM "E0211" "no-const-enum" Error;
    UNKNOWN_DECORATOR "E0212" "unknown-decorator" Error;
    NO_PARAMETER_PROPERTY "E0213" "no-parameter-property" Error;
    NO_ANGLE_CAST "E0214" "no-angle-cast" Error;
    NO_LOOSE_EQUALITY "E0215" "no-loose-equality" Error;
    NO_DECLARE "E0216" "no-declare" Error;
    NO_IMPORT_ATTRIBUTES "E0217" "no-import-attributes" Error;
    NO_AUTO_ACCESSOR "E0218" "no-auto-accessor" Error;
    NO_TOP_LEVEL_THIS "E0219" "no-top-level-this" Error;

    // Types
    TYPE_MISMATCH "E0300" "type-mismatch" Error;
    MISSING_MEMBER "E0301" "missing-member" Error;
    MISSING_PROPERTY "E0302" "missing-property" Error;
    EXCESS_PROPERTY "E0303" "excess-property" Error;
    NOT_CALLABLE "E0304" "not-callable" Error;
    WRONG_ARGUMENT_COUNT "E0305" "wrong-argument-count" Error;
    NO_OVERLOAD "E0306" "no-overload" Error;
    POSSIBLY_NULLISH "E0307" "possibly-nullish" Error;
    BAD_OPERANDS "E0308" "bad-operands" Error;
    NOT_ITERABLE "E0309" "not-iterable" Error;
    MISSING_RETURN "E0310" "missing-return" Error;
    IMPLICIT_ANY "E0311" "implicit-any" Error;
    PRIVATE_MEMBER "E0312" "private-member" Error;
    READONLY_MEMBER "E0313" "readonly-member" Error;
    ABSTRACT_CLASS "E0314" "abstract-class" Error;
    BAD_OVERRIDE "E0315" "bad-override" Error;
    WRONG_TYPE_ARGUMENTS "E0316" "wrong-type-arguments" Error;
    NOT_PLAIN_DATA "E0317" "not-plain-data" Error;
    UNINITIALIZED_FIELD "E0318" "uninitialized-field" Error;
    UNASSIGNED_VARIABLE "E0319" "unassigned-variable" Error;
    UNKNOWN_UNIT "E0320" "bad-amount" Error;
    BAD_CAST "E0321" "impossible-cast" Error;
    NO_OVERLAP "E0322" "no-overlap" Error;
    UNKNOWN_NARROW "E0324" "unknown-value" Error;
    PROGRAM_TOO_LARGE "E0325" "program-too-large" Error;
    NO_JAVASCRIPT "E0326" "not-javascript" Error;
    NO_JSON_FORM "E0327" "no-json-form" Error;
    FORGOTTEN_PAYMENT "E0328" "forgotten-payment" Error;
    REQUIRED_AFTER_OPTIONAL "E0329" "required-after-optional" Error;
    BAD_OVERLOAD "E0330" "bad-overload" Error;

    // Warnings
    WIDENED "W0100" "widened-to-any" Warning;
    PREFER_LET "W0101" "prefer-let" Warning;
    UNKNOWN_MEMBER "W0102" "unknown-member" Warning;
    UNKNOWN_SETTING "W0103" "unknown-setting" Warning;
    ASSIGNMENT_THROWS "W0104" "assignment-throws" Warning;
    UNAWAITED_PROMISE "W0105" "unawaited-promise" Warning;
    UNREACHABLE_CODE "W0106" "unreachable-code" Warning;
    UNUSED_IMPORT "W0107" "unused-import" Warning;
    UNUSED_LOCAL "W0108" "unused-local" Warning;
    SELF_COMPARISON "W0109" "self-comparison" Warning;
    CONSTANT_CONDITION "W0110" "constant-condition" Warning;
    ASSIGNMENT_IN_CONDITION "W0111" "assignment-in-condition" Warning;
    USELESS_EXPRESSION "W0112" "useless-expression" Warning;
    UNDECLARED_READ "W0113" "undeclared-read" Warning;
}

/// The entry of a code such as `E0120`.
pub fn entry(code: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().copied().find(|entry| entry.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::{CATALOGUE, Severity};

    #[test]
    fn codes_and_names_are_unique_and_ascend() {
        for pair in CATALOGUE.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
        }
        for entry in CATALOGUE {
            assert_eq!(entry.code.starts_with('E'), entry.severity == Severity::Error, "{}", entry.code);
            assert_eq!(CATALOGUE.iter().filter(|other| other.name == entry.name).count(), 1, "{}", entry.name);
        }
    }
}
