//! The nearest known name to a misspelt one.

/// The candidate with the smallest edit distance, if it is near enough to be what was meant.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = wanted.chars().collect();
    let limit = match name.len() {
        0..=1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let mut rows = Rows::default();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let by_case = candidate.eq_ignore_ascii_case(wanted);
        let distance = if by_case { 0 } else { rows.distance(&name, candidate, limit) };
        if candidate != wanted
            && distance <= limit
            && best.is_none_or(|(least, name)| (distance, candidate) < (least, name))
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// The last three rows of the table of distances, and the letters of the name that is compared: one allocation for all candidates.
#[derive(Default)]
struct Rows {
    other: Vec<char>,
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// Edits (insert, delete, replace, swap of neighbours) between both; more than `limit` once that is certain.
    /// Damerau's distance in its optimal string alignment form, along the diagonal only: what lies further off costs more.
    fn distance(&mut self, a: &[char], b: &str, limit: usize) -> usize {
        self.other.clear();
        self.other.extend(b.chars().take(a.len() + limit + 1));
        let Self { other: b, before, last, row } = self;
        if a.len().abs_diff(b.len()) > limit {
            return limit + 1;
        }
        for part in [&mut *before, &mut *last, &mut *row] {
            part.clear();
            part.resize(b.len() + 1, limit + 1);
        }
        last.iter_mut().enumerate().for_each(|(at, cell)| *cell = at);
        for i in 1..=a.len() {
            row.fill(limit + 1);
            row[0] = i;
            for j in i.saturating_sub(limit).max(1)..=(i + limit).min(b.len()) {
                let change = usize::from(a[i - 1] != b[j - 1]);
                row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    row[j] = row[j].min(before[j - 2] + 1);
                }
            }
            if row.iter().all(|cell| *cell > limit) {
                return limit + 1;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        last[b.len()]
    }
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
        check("recieve", &["revive", "receive"], Some("receive"));
        check("größe", &["grösse", "höhe"], Some("grösse"));
        check("contaniers", &["container", "containers"], Some("containers"));
        check("acceptable", &["able", "accept"], None);
    }
}
