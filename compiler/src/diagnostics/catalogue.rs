//! Every diagnostic that this crate can report, once: code, name, severity and what it means. Syntax errors (E0001 to E0099) are
//! the grammar's.

use super::Severity;

#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub name: &'static str,
    pub severity: Severity,
    /// One or two sentences: why it is reported and what to do.
    pub explanation: &'static str,
}

macro_rules! catalogue {
    ($($ident:ident $code:literal $name:literal $severity:ident $explanation:literal;)*) => {
        $(pub static $ident: Entry =
            Entry { code: $code, name: $name, severity: Severity::$severity, explanation: $explanation };)*

        /// In order of their codes.
        pub static CATALOGUE: &[&Entry] = &[$(&$ident),*];
    };
}

catalogue! {
    // Files and modules
    FILE_NOT_FOUND "E0100" "file-not-found" Error "An import names a file that does not exist.";
    FILE_NOT_READABLE "E0101" "file-not-readable" Error "A file exists but could not be read, or is no UTF-8 text.";
    UNKNOWN_MODULE "E0102" "unknown-module" Error "Imports name a file (`./door.mosl`) or a `mark:` module of the platform.";
    MISSING_EXPORT "E0103" "missing-export" Error "The imported module exports nothing of that name.";
    AMBIGUOUS_EXPORT "E0104" "ambiguous-export" Error "Two `export *` give the same name, so neither is exported.";
    DUPLICATE_EXPORT "E0105" "duplicate-export" Error "A module exports each name once.";
    MISSING_CAPABILITY "E0106" "missing-capability" Error "A `mark:` module is used that `mosl.json` does not ask for.";
    BAD_MANIFEST "E0107" "bad-manifest" Error "`mosl.json` is no JSON, or holds a value that means nothing to MOSL.";
    TYPE_ONLY_IMPORT "E0108" "type-only-import" Error "What was imported as a type does not exist at run time.";
    TOO_MANY_FILES "E0109" "too-many-files" Error "A program has at most 65,535 files.";

    // Names
    UNRESOLVED_NAME "E0120" "unresolved-name" Error "Nothing of that name is declared here or built in.";
    UNRESOLVED_TYPE "E0121" "unresolved-type" Error "No type of that name is declared here or built in.";
    DUPLICATE_DECLARATION "E0122" "duplicate-declaration" Error "A scope declares each name once.";
    ASSIGN_TO_CONST "E0123" "assign-to-const" Error "A `const`, an import, a class's or a function expression's own name never changes.";
    TYPE_AS_VALUE "E0124" "type-as-value" Error "A type exists only while the program is compiled: it is no value.";
    VALUE_AS_TYPE "E0125" "value-as-type" Error "A value was written where a type belongs.";
    USED_BEFORE_DECLARATION "E0126" "used-before-declaration" Error "The variable is read where it certainly has no value yet.";
    RESERVED_NAME "E0132" "reserved-name" Error "The word is part of the language and cannot be a name.";

    BAD_PATTERN "E0134" "bad-pattern" Error "What stands between the slashes is no regular expression.";

    // What the language leaves out
    NO_WITH "E0200" "no-with" Error "`with` makes it impossible to know what a name means.";
    NO_EVAL "E0201" "no-eval" Error "Code made from text at run time cannot be checked.";
    NO_ARGUMENTS "E0202" "no-arguments" Error "`arguments` is left out: a rest parameter is a real array.";
    NO_PROTO "E0203" "no-prototype-surgery" Error "Prototypes never change: write a class.";
    NO_NEW_ON_FUNCTION "E0204" "no-new-on-function" Error "Only classes make objects with `new`.";
    NO_DESCRIPTORS "E0205" "no-accessor-members" Error "Getters are written, or defined by `Object.defineProperty`, not by a member of every object.";
    NO_GLOBAL "E0206" "not-in-mosl" Error "This part of JavaScript is left out of MOSL.";
    NO_BIGINT "E0207" "no-bigint" Error "There is no `BigInt`: for money there is `Mrk`.";
    NO_DYNAMIC_IMPORT "E0208" "no-dynamic-import" Error "All imports stand at the top, so that a program is known before it runs.";
    NO_TYPE_FORM "E0209" "no-type-form" Error "This form of TypeScript's types is left out.";
    NO_NAMESPACE "E0210" "no-namespace" Error "Files are the modules.";
    NO_CONST_ENUM "E0211" "no-const-enum" Error "Write a plain `enum`.";
    UNKNOWN_DECORATOR "E0212" "unknown-decorator" Error "The decorators are `@persist` and `@synced`, on class fields.";
    NO_PARAMETER_PROPERTY "E0213" "no-parameter-property" Error "Declare the field in the class and assign it in the constructor.";
    NO_ANGLE_CAST "E0214" "no-angle-cast" Error "Write `x as T`.";
    NO_LOOSE_EQUALITY "E0215" "no-loose-equality" Error "`==` between different types converts: `===` says what is meant.";
    NO_DECLARE "E0216" "no-declare" Error "`declare` belongs into interface files.";
    NO_IMPORT_ATTRIBUTES "E0217" "no-import-attributes" Error "Imports have no attributes.";
    NO_AUTO_ACCESSOR "E0218" "no-auto-accessor" Error "Write a getter and a setter.";

    // Types
    TYPE_MISMATCH "E0300" "type-mismatch" Error "A value meets a place of another type.";
    MISSING_MEMBER "E0301" "missing-member" Error "The type has no member of that name.";
    MISSING_PROPERTY "E0302" "missing-property" Error "An object lacks a property that its type requires.";
    EXCESS_PROPERTY "E0303" "excess-property" Error "An object literal has a property that its type does not know.";
    NOT_CALLABLE "E0304" "not-callable" Error "Only functions can be called, only classes can be used with `new`.";
    WRONG_ARGUMENT_COUNT "E0305" "wrong-argument-count" Error "The call has too few or too many arguments.";
    NO_OVERLOAD "E0306" "no-overload" Error "No overload of the function takes these arguments.";
    POSSIBLY_NULLISH "E0307" "possibly-nullish" Error "The value may be `null` or `undefined` here.";
    BAD_OPERANDS "E0308" "bad-operands" Error "The operator does not work on these types.";
    NOT_ITERABLE "E0309" "not-iterable" Error "Only iterable values can be spread, destructured as an array or looped over.";
    MISSING_RETURN "E0310" "missing-return" Error "A path through the function ends without returning the declared value.";
    IMPLICIT_ANY "E0311" "implicit-any" Error "In strict mode each parameter has a type, written or known from its context.";
    PRIVATE_MEMBER "E0312" "private-member" Error "The member is `private` or `protected`.";
    READONLY_MEMBER "E0313" "readonly-member" Error "The member is `readonly`.";
    ABSTRACT_CLASS "E0314" "abstract-class" Error "An abstract class is extended, not instantiated, and its abstract members are written by the subclass.";
    BAD_OVERRIDE "E0315" "bad-override" Error "A member does not fit the one that it overrides or implements.";
    WRONG_TYPE_ARGUMENTS "E0316" "wrong-type-arguments" Error "The generic type takes another number of arguments, or one does not fit its constraint.";
    NOT_PLAIN_DATA "E0317" "not-plain-data" Error "A `@persist` or `@synced` field holds plain data: it is stored and sent.";
    UNINITIALIZED_FIELD "E0318" "uninitialized-field" Error "The field's type does not admit `undefined`, but nothing gives it a value.";
    UNASSIGNED_VARIABLE "E0319" "unassigned-variable" Error "The variable is read on a path that never gave it a value.";
    UNKNOWN_UNIT "E0320" "bad-amount" Error "An amount of MRK has at most 18 decimals and 128 bits.";
    BAD_CAST "E0321" "impossible-cast" Error "No value is of both types.";
    NO_OVERLAP "E0322" "no-overlap" Error "The two sides can never be equal.";
    UNKNOWN_NARROW "E0324" "unknown-value" Error "An `unknown` value must be narrowed before it is used.";
    PROGRAM_TOO_LARGE "E0325" "program-too-large" Error "A part of the program does not fit the limits of the bytecode.";
    NO_JAVASCRIPT "E0326" "not-javascript" Error "`mosl build --target js` writes what JavaScript has too: units, amounts, vectors, decorators and `mark:` modules are MOSL's own.";

    // Warnings
    WIDENED "W0100" "widened-to-any" Warning "A variable holds values of different types, so nothing is known about it.";
    PREFER_LET "W0101" "prefer-let" Warning "`let` and `const` are scoped to their block; `var` is not.";
    UNKNOWN_MEMBER "W0102" "unknown-member" Warning "No such member is known; it reads as `undefined`.";
    UNKNOWN_SETTING "W0103" "unknown-setting" Warning "`mosl.json` holds a key that means nothing to MOSL.";
    ASSIGNMENT_THROWS "W0104" "assignment-throws" Warning "The variable never changes: the assignment throws a TypeError when it runs.";
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
