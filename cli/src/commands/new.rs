//! `mosl new`: a project that runs as it is.

use std::path::Path;

use crate::args::{Args, Command, Exit};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "new",
    usage: "NAME",
    summary: "Makes a project that runs as it is",
    about: "\
Makes a folder NAME with a small object to start from: a lamp that lights up
when a visitor comes near and counts its clicks. Then:

  mosl dev NAME",
    options: &[],
    operands: (1, 1),
    run,
};

/// The files of a new project; `{{name}}` and `{{Name}}` stand for the project's name and the class made of it.
const TEMPLATE: &[(&str, &str)] = &[
    ("mosl.json", include_str!("../../templates/new/mosl.json")),
    ("main.mosl", include_str!("../../templates/new/main.mosl")),
    ("README.md", include_str!("../../templates/new/README.md")),
    (".gitignore", include_str!("../../templates/new/gitignore")),
];

fn run(args: &Args) -> Exit {
    let folder = Path::new(&args.operands[0]);
    match create(folder) {
        Ok(()) => {
            let shown = folder.display().to_string();
            let argument =
                if shown.contains(|c: char| " '\"\\$".contains(c)) { format!("{shown:?}") } else { shown.clone() };
            println!("Made {shown}. See it:\n\n  mosl dev {argument}\n");
            Exit::Success
        }
        Err(message) => {
            terminal::error(&message);
            Exit::Failure
        }
    }
}

fn create(folder: &Path) -> Result<(), String> {
    let name = folder.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.'));
    let name = name.ok_or_else(|| format!("`{}` is no name for a project", folder.display()))?;
    if name.contains(['"', '\\']) || name.contains(char::is_control) {
        return Err(format!(
            "`{name}` has a character that makes trouble in a name: take letters, digits, `-`, `_` and spaces"
        ));
    }
    let class = class_name(name).ok_or_else(|| format!("`{name}` holds no letter to name a class after"))?;
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(format!("The folder `{}` is there already and not empty", folder.display()));
    }
    let write = |(file, text): &(&str, &str)| -> std::io::Result<()> {
        std::fs::write(folder.join(file), text.replace("{{name}}", name).replace("{{Name}}", &class))
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| TEMPLATE.iter().try_for_each(write))
        .map_err(|error| format!("`{}` cannot be written: {error}", folder.display()))
}

/// `my-first lamp` becomes `MyFirstLamp`; `None` if no letter is left.
fn class_name(name: &str) -> Option<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
    let joined = joined.trim_start_matches(|c: char| c.is_ascii_digit());
    let first = joined.get(..1)?.to_ascii_uppercase();
    Some(first + &joined[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names() {
        assert_eq!(class_name("my-first lamp").as_deref(), Some("MyFirstLamp"));
        assert_eq!(class_name("3d_lamp").as_deref(), Some("DLamp"));
        assert_eq!(class_name("42"), None);
        assert_eq!(class_name("…"), None);
    }
}
