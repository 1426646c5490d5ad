//! The nearest known name to a misspelt one.

/// The candidate with the smallest edit distance, if it is near enough to be what was meant.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match wanted.chars().count() {
        0..=1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let by_case = candidate.eq_ignore_ascii_case(wanted);
        let distance = if by_case { 0 } else { distance(wanted, candidate, limit) };
        if candidate != wanted
            && distance <= limit
            && best.is_none_or(|(least, name)| (distance, candidate) < (least, name))
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Edits (insert, delete, replace, swap of neighbours) between both; more than `limit` once that is certain.
/// Damerau's distance in its optimal string alignment form.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(wanted: &str, known: &[&str], expect: Option<&str>) {
        assert_eq!(nearest(wanted, known.iter().copied()), expect);
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        check("lenght", &["length", "left"], Some("length"));
        check("Visiter", &["Visitor", "Video"], Some("Visitor"));
        check("color", &["Color"], Some("Color"));
        check("x", &["y"], None);
        check("container", &["payment"], None);
        check("pish", &["push", "pop"], Some("push"));
    }
}
