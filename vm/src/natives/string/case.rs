//! Case, normal forms, order: what depends on Unicode's tables.

use unicode_normalization::UnicodeNormalization;

use super::super::coerce::{rooted_string, this_string};
use crate::cost::{SCAN_TEXT, VISIT};
use crate::native::{Args, Completion};
use crate::string::{StrBuilder, StrView};
use crate::vm::Vm;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Upper,
    Lower,
}

pub fn convert(vm: &mut Vm, args: Args, name: &str, case: Case) -> Completion {
    let text = this_string(vm, args, name)?;
    vm.charge(SCAN_TEXT.of(text.len()))?;
    if let StrView::Latin1(units) = text.view()
        && units.is_ascii()
    {
        let changed = if case == Case::Upper { units.to_ascii_uppercase() } else { units.to_ascii_lowercase() };
        return Ok(if changed == units { text.into() } else { vm.heap.str_latin1(&changed).into() });
    }
    vm.charge(VISIT.of(text.len()))?;
    build(vm, &change_case(text.view().units(), case))
}

fn build(vm: &mut Vm, units: &[u16]) -> Completion {
    let mut out = StrBuilder::default();
    units.iter().for_each(|unit| out.push_unit(*unit));
    vm.finish(out)
}

/// The text in upper or lower case, as Unicode says; lone surrogates stay.
pub fn change_case(units: impl Iterator<Item = u16>, case: Case) -> Vec<u16> {
    by_runs(units, |run, out| match case {
        Case::Upper => out.extend(run.to_uppercase().encode_utf16()),
        Case::Lower => out.extend(run.to_lowercase().encode_utf16()),
    })
}

/// The names of the normal forms.
pub const FORMS: [&str; 4] = ["NFC", "NFD", "NFKC", "NFKD"];

/// The text in a normal form; lone surrogates stay.
pub fn normal_form(units: impl Iterator<Item = u16>, form: &str) -> Vec<u16> {
    by_runs(units, |run, out| {
        let normal: String = match form {
            "NFC" => run.nfc().collect(),
            "NFD" => run.nfd().collect(),
            "NFKC" => run.nfkc().collect(),
            _ => run.nfkd().collect(),
        };
        out.extend(normal.encode_utf16());
    })
}

fn by_runs(units: impl Iterator<Item = u16>, change: impl Fn(&str, &mut Vec<u16>)) -> Vec<u16> {
    let mut out = Vec::new();
    for part in runs(units) {
        match part {
            Ok(run) => change(&run, &mut out),
            Err(surrogate) => out.push(surrogate),
        }
    }
    out
}

/// Well-formed runs, and the lone surrogates between them.
fn runs(units: impl Iterator<Item = u16>) -> Vec<Result<String, u16>> {
    let mut parts: Vec<Result<String, u16>> = Vec::new();
    for c in char::decode_utf16(units) {
        match (c, parts.last_mut()) {
            (Ok(c), Some(Ok(run))) => run.push(c),
            (Ok(c), _) => parts.push(Ok(c.to_string())),
            (Err(lone), _) => parts.push(Err(lone.unpaired_surrogate())),
        }
    }
    parts
}

pub fn normalize(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "normalize")?;
    let form = if args.get(0).is_undefined() { "NFC".to_owned() } else { vm.to_string(args.get(0))?.to_rust() };
    if !FORMS.contains(&form.as_str()) {
        return Err(vm.range_error("The normalization form should be one of NFC, NFD, NFKC, NFKD."));
    }
    vm.charge(VISIT.of(text.len()))?;
    build(vm, &normal_form(text.view().units(), &form))
}

pub fn is_well_formed(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "isWellFormed")?;
    vm.charge(SCAN_TEXT.of(text.len()))?;
    Ok(char::decode_utf16(text.view().units()).all(|c| c.is_ok()).into())
}

pub fn to_well_formed(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "toWellFormed")?;
    vm.charge(SCAN_TEXT.of(text.len()))?;
    let mut out = StrBuilder::default();
    char::decode_utf16(text.view().units())
        .for_each(|c| out.push_str(c.unwrap_or('\u{FFFD}').encode_utf8(&mut [0; 4])));
    vm.finish(out)
}

/// Compares as a dictionary does: by letters, then accents, then case (lower first); canonically equal texts are equal.
pub fn locale_compare(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "localeCompare")?;
    let other = rooted_string(vm, args.get(0))?;
    vm.charge(VISIT.of(text.len() + other.len()))?;
    let order = compare_words(&text.to_rust(), &other.to_rust());
    Ok(f64::from(order as i8).into())
}

/// The order of two texts in a dictionary.
pub fn compare_words(a: &str, b: &str) -> std::cmp::Ordering {
    use unicode_normalization::char::is_combining_mark;
    let (a, b): (Vec<char>, Vec<char>) = (a.nfd().collect(), b.nfd().collect());
    let letters = |text: &[char]| -> Vec<(u8, String)> {
        text.iter().filter(|c| !is_combining_mark(**c)).map(|&c| (class(c), c.to_lowercase().collect())).collect()
    };
    let accents =
        |text: &[char]| -> Vec<u32> { text.iter().map(|&c| if is_combining_mark(c) { c as u32 } else { 0 }).collect() };
    // Lower case sorts before upper case.
    let cases = |text: &[char]| -> Vec<bool> {
        text.iter().filter(|c| !is_combining_mark(**c)).map(|c| c.is_uppercase()).collect()
    };
    letters(&a).cmp(&letters(&b)).then_with(|| accents(&a).cmp(&accents(&b))).then_with(|| cases(&a).cmp(&cases(&b)))
}

/// White space, then punctuation, then symbols, then digits, then letters.
fn class(c: char) -> u8 {
    match c {
        _ if c.is_whitespace() => 0,
        '_' | '-' | ',' | ';' | ':' | '!' | '?' | '.' | '\'' | '"' | '(' | ')' | '[' | ']' | '{' | '}' | '@' | '*'
        | '/' | '\\' | '&' | '#' | '%' => 1,
        _ if c.is_numeric() => 3,
        _ if c.is_alphabetic() => 4,
        _ => 2,
    }
}
