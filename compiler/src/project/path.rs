//! Paths as text: `/`-separated, no file system involved.

/// The folder of a path; empty for a bare name.
pub fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

/// `relative` seen from `folder`, normalised.
pub fn join(folder: &str, relative: &str) -> String {
    if folder.is_empty() || relative.starts_with('/') {
        normalize(relative)
    } else {
        normalize(&format!("{folder}/{relative}"))
    }
}

/// Without `.`, inner `..` and doubled slashes.
pub fn normalize(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::{join, normalize, parent};

    #[test]
    fn paths_are_normalised_as_text() {
        assert_eq!(normalize("./a//b/../c.mosl"), "a/c.mosl");
        assert_eq!(normalize("../../x"), "../../x");
        assert_eq!(normalize("/../x"), "/x");
        assert_eq!(join("src/deep", "../door.mosl"), "src/door.mosl");
        assert_eq!(join("", "./door.mosl"), "door.mosl");
        assert_eq!(join("src", "../../up.mosl"), "../up.mosl");
        assert_eq!((parent("a/b"), parent("a"), parent("/a")), ("a", "", "/"));
    }
}
