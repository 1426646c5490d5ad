//! What natives charge for work that grows with its input, beside what their line in the native table says for each call: one rate for
//! each kind of work. A unit of fuel is about what the interpreter does in two nanoseconds; `tests/attacks/` measures whether rates keep
//! to that. What is done once for each element that script may see costs [`VISIT`], before it is done.

/// So many units of fuel for so much of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    pub units: usize,
    pub size: usize,
}

impl Rate {
    /// What so much of it costs, in units of fuel, rounded down.
    #[inline]
    pub const fn of(self, size: usize) -> usize {
        size.saturating_mul(self.units) / self.size
    }
}

/// The UTF-16 units of a text on the host's side.
pub fn units_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

macro_rules! rates {
    ($($name:ident $units:literal for $size:literal $what:literal;)*) => {
        $(#[doc = $what]
        pub const $name: Rate = Rate { units: $units, size: $size };)*

        /// All rates: name, rate, of what.
        pub const RATES: &[(&str, Rate, &str)] = &[$((stringify!($name), $name, $what)),*];
    };
}

rates! {
    // Arrays, objects, tables
    VISIT 1 for 1 "an element, key or entry that is looked at, copied or called back for by itself";
    LIST_KEYS 8 for 1 "keys of an object that are listed, copied or gone through with their properties";
    COPY_ELEMENTS 1 for 16 "elements of a dense array that are copied at once";
    MOVE_ELEMENTS 1 for 32 "elements of a dense array that move within it";
    SORT_ELEMENTS 1 for 4 "comparisons that a sort is expected to make";
    // Texts, in UTF-16 units
    COPY_TEXT 1 for 16 "units that are copied or printed";
    SCAN_TEXT 1 for 8 "units that are searched, replaced or change their case";
    READ_TEXT 1 for 4 "units that are read one by one: dates, escapes, long keys that are hashed";
    PARSE_TEXT 1 for 2 "units that are parsed or decoded: JSON, numbers, addresses";
    WORK_OUT_DIGITS 8 for 1 "digits of a number in another base or with a given precision";
    COMPARE_TEXT 1 for 16 "units of long texts that are compared";
    SORT_TEXT 1 for 32 "units that each round of a sort by texts compares";
    FLATTEN_TEXT 1 for 8 "bytes of a buffer that a concatenation is made flat in";
    // Typed arrays and buffers
    CONVERT_NUMBERS 1 for 4 "elements of a typed array that are converted from another type";
    SCAN_NUMBERS 1 for 8 "elements of a typed array that are filled, moved or copied";
    COPY_BYTES 1 for 64 "bytes of a buffer that are made or copied";
    // The border
    CROSS_BYTES 1 for 16 "bytes that a value takes on the host's side";
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Calls of `charge` in a folder that divide by themselves.
    fn strays(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the sources are there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                strays(&path, found);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let calls = text.lines().filter(|line| line.contains(".charge(") && line.contains(" / "));
                found.extend(calls.map(|line| format!("{}: {}", path.display(), line.trim())));
            }
        }
    }

    #[test]
    fn every_rate_is_in_the_table() {
        let mut found = Vec::new();
        strays(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        found.retain(|call| !call.contains("line.contains"));
        assert!(found.is_empty(), "{found:#?}");
    }
}
