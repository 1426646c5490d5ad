//! Command-line arguments: each command declares its options once, as data; parsing, "did you mean" and help derive from it.
//! Written by hand because `mosl run` of an empty file should take a millisecond or two, not ten.

use std::fmt::Write as _;

/// One command of `mosl`.
pub struct Command {
    pub name: &'static str,
    /// The arguments as the usage line shows them.
    pub usage: &'static str,
    /// One line for the overview.
    pub summary: &'static str,
    /// What a newcomer should know, shown by `mosl NAME --help`.
    pub about: &'static str,
    pub options: &'static [Opt],
    /// How many positional arguments it takes at least and at most.
    pub operands: (usize, usize),
    pub run: fn(&Args) -> Exit,
}

/// One `--option`.
#[derive(Clone, Copy)]
pub struct Opt {
    pub name: &'static str,
    /// What its value is called, empty for a switch.
    pub value: &'static str,
    pub about: &'static str,
}

/// How the process ends. The numbers are part of the command's contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Exit {
    Success = 0,
    /// An uncaught exception, or the work could not be done.
    Failure = 1,
    /// Refused at compile time.
    Refused = 2,
    /// Ended by a limit: fuel, memory or stack.
    Limit = 3,
    /// A top-level `await` waits for what will never happen; the number is Node.js's.
    Unsettled = 13,
    /// The command line makes no sense (`EX_USAGE`).
    Usage = 64,
}

/// Parsed arguments of one command.
#[derive(Debug, Default)]
pub struct Args {
    pub operands: Vec<String>,
    options: Vec<(&'static str, String)>,
}

impl Args {
    pub fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(known, _)| *known == name)
    }

    /// The last value given for an option.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Options in the order in which they were written: a script of actions for `mosl play`.
    pub fn in_order(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.options.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Parses what follows the command's name; `Err` is a sentence for the user.
pub fn parse(command: &Command, raw: impl IntoIterator<Item = String>) -> Result<Args, String> {
    let mut args = Args::default();
    let mut raw = raw.into_iter();
    let mut only_operands = false;
    while let Some(word) = raw.next() {
        if word == "--" && !only_operands {
            only_operands = true;
        } else if let Some(option) = word.strip_prefix("--").filter(|_| !only_operands) {
            let (name, inline) =
                option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value.to_owned())));
            let known =
                command.options.iter().find(|known| known.name == name).ok_or_else(|| unknown(command, name))?;
            let value = match (known.value, inline) {
                ("", None) => String::new(),
                ("", Some(_)) => return Err(format!("`--{name}` takes no value")),
                (_, Some(value)) => value,
                (what, None) => raw.next().ok_or_else(|| format!("`--{name}` needs a value: --{name} {what}"))?,
            };
            args.options.push((known.name, value));
        } else if word.len() > 1 && word.starts_with('-') && !only_operands {
            return Err(unknown(command, word.trim_start_matches('-')));
        } else {
            args.operands.push(word);
        }
    }
    let (least, most) = command.operands;
    if args.operands.len() < least {
        return Err(format!("`mosl {}` needs more: mosl {} {}", command.name, command.name, command.usage));
    }
    if let Some(extra) = args.operands.get(most) {
        return Err(format!("`mosl {}` does not know what to do with `{extra}`", command.name));
    }
    Ok(args)
}

fn unknown(command: &Command, name: &str) -> String {
    let near = nearest(name, command.options.iter().map(|option| option.name));
    let hint = near.map_or(String::new(), |near| format!("; did you mean `--{near}`?"));
    format!("`mosl {}` has no option `--{name}`{hint}", command.name)
}

/// The name that differs least, if it differs little.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.len() / 3;
    names.map(|name| (distance(word, name), name)).filter(|(far, _)| *far <= limit).min().map(|(_, name)| name)
}

/// Levenshtein distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let cost = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

/// The page that `mosl NAME --help` prints.
pub fn help(command: &Command) -> String {
    let mut out =
        format!("{}\n\nUsage: mosl {} {}\n\n{}\n", command.summary, command.name, command.usage, command.about.trim());
    if !command.options.is_empty() {
        out.push_str("\nOptions:\n");
        let label = |option: &Opt| format!("--{} {}", option.name, option.value).trim_end().to_owned();
        let width = command.options.iter().map(|option| label(option).len()).max().unwrap_or(0);
        for option in command.options {
            let _ = writeln!(out, "  {:width$}  {}", label(option), option.about);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAY: Command = Command {
        name: "play",
        usage: "DIR",
        summary: "",
        about: "",
        options: &[
            Opt { name: "ticks", value: "N", about: "" },
            Opt { name: "deltas", value: "", about: "" },
            Opt { name: "click", value: "NAME", about: "" },
        ],
        operands: (1, 1),
        run: |_| Exit::Success,
    };

    #[track_caller]
    fn check(line: &str, expect: &str) {
        let parsed = parse(&PLAY, line.split_whitespace().map(str::to_owned));
        let shown = match parsed {
            Ok(args) => format!("{:?} {:?}", args.operands, args.options),
            Err(message) => message,
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn options_take_values_in_both_forms_and_keep_their_order() {
        check("a --ticks 3 --click=Door --deltas", r#"["a"] [("ticks", "3"), ("click", "Door"), ("deltas", "")]"#);
    }

    #[test]
    fn two_dashes_end_the_options() {
        check("-- --ticks", r#"["--ticks"] []"#);
    }

    #[test]
    fn mistakes_are_named_and_corrected() {
        check("a --tick 3", "`mosl play` has no option `--tick`; did you mean `--ticks`?");
        check("a -x", "`mosl play` has no option `--x`");
        check("a --ticks", "`--ticks` needs a value: --ticks N");
        check("a --deltas=1", "`--deltas` takes no value");
        check("", "`mosl play` needs more: mosl play DIR");
        check("a b", "`mosl play` does not know what to do with `b`");
    }
}
