//! TimSort (Peters 2002), comparison for comparison as V8 has it (third_party/v8/builtins/array-sort.tq): a comparison function with side
//! effects, or one that contradicts itself, sees and yields what it does in Node.js. Whatever it answers, no value is lost and the
//! sort ends.

use crate::native::Completion;

/// Wins in a row after which a merge gallops.
const MIN_GALLOP: usize = 7;

/// Sorts; `below(a, b)` tells whether the comparison of `a` with `b` is negative.
pub fn timsort<T: Copy>(values: &mut [T], below: impl FnMut(T, T) -> Completion<bool>) -> Completion<()> {
    let mut sort = Sort { values, below, min_gallop: MIN_GALLOP, runs: Vec::new() };
    let (mut low, mut left) = (0, sort.values.len());
    if left < 2 {
        return Ok(());
    }
    let min_run = min_run_length(left);
    while left > 0 {
        let mut length = sort.count_run(low, low + left)?;
        if length < min_run {
            let forced = min_run.min(left);
            sort.insert(low, low + length, low + forced)?;
            length = forced;
        }
        sort.runs.push(Run { base: low, length });
        sort.collapse()?;
        low += length;
        left -= length;
    }
    sort.collapse_all()
}

/// The six highest bits of the length, and one more if any other is set: runs then merge in nearly equal halves.
fn min_run_length(mut length: usize) -> usize {
    let mut more = 0;
    while length >= 64 {
        more |= length & 1;
        length >>= 1;
    }
    length + more
}

#[derive(Clone, Copy)]
struct Run {
    base: usize,
    length: usize,
}

struct Sort<'a, T, F> {
    values: &'a mut [T],
    below: F,
    min_gallop: usize,
    /// Sorted runs that lie side by side.
    runs: Vec<Run>,
}

impl<T: Copy, F: FnMut(T, T) -> Completion<bool>> Sort<'_, T, F> {
    /// The length of the run that starts at `low`; a descending one is turned round.
    fn count_run(&mut self, low: usize, high: usize) -> Completion<usize> {
        if low + 1 == high {
            return Ok(1);
        }
        let mut before = self.values[low + 1];
        let descends = (self.below)(before, self.values[low])?;
        let mut length = 2;
        for at in low + 2..high {
            let value = self.values[at];
            if (self.below)(value, before)? != descends {
                break;
            }
            before = value;
            length += 1;
        }
        if descends {
            self.values[low..low + length].reverse();
        }
        Ok(length)
    }

    /// Binary insertion: what lies before `start` is sorted.
    fn insert(&mut self, low: usize, start: usize, high: usize) -> Completion<()> {
        for at in start.max(low + 1)..high {
            let pivot = self.values[at];
            let (mut left, mut right) = (low, at);
            while left < right {
                let middle = left + ((right - left) >> 1);
                if (self.below)(pivot, self.values[middle])? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.values.copy_within(left..at, left + 1);
            self.values[left] = pivot;
        }
        Ok(())
    }

    fn length(&self, run: usize) -> usize {
        self.runs[run].length
    }

    /// Whether the run is shorter than the two before it together.
    fn is_balanced(&self, run: usize) -> bool {
        run < 2 || self.length(run - 2) > self.length(run - 1) + self.length(run)
    }

    /// Merges until the lengths of the runs grow like Fibonacci's numbers.
    fn collapse(&mut self) -> Completion<()> {
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if !self.is_balanced(at + 1) || !self.is_balanced(at) {
                if self.length(at - 1) < self.length(at + 1) {
                    at -= 1;
                }
            } else if self.length(at) > self.length(at + 1) {
                break;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    fn collapse_all(&mut self) -> Completion<()> {
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if at > 0 && self.length(at - 1) < self.length(at + 1) {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    fn merge_at(&mut self, at: usize) -> Completion<()> {
        let (mut a, mut b) = (self.runs[at], self.runs.remove(at + 1));
        self.runs[at].length += b.length;
        // What of `a` is in place already, and what of `b`.
        let skipped = gallop_right(&mut self.below, self.values[b.base], &self.values[a.base..][..a.length], 0)?;
        a.base += skipped;
        a.length -= skipped;
        if a.length == 0 {
            return Ok(());
        }
        let last = self.values[a.base + a.length - 1];
        b.length = gallop_left(&mut self.below, last, &self.values[b.base..][..b.length], b.length - 1)?;
        if b.length == 0 {
            return Ok(());
        }
        if a.length <= b.length { self.merge_low(a, b) } else { self.merge_high(a, b) }
    }

    /// Merges from the front; the shorter run `a` moves aside.
    fn merge_low(&mut self, a: Run, b: Run) -> Completion<()> {
        let aside = self.values[a.base..][..a.length].to_vec();
        let mut merge = Merge { to: a.base, aside: 0, aside_left: a.length, from: b.base, from_left: b.length };
        self.values[merge.to] = self.values[merge.from];
        merge.advance_from(1);
        let done = merge.from_left == 0 || merge.aside_left == 1;
        let result = if done { Ok(()) } else { self.merge_low_runs(&aside, &mut merge) };
        // A comparison that throws leaves the rest in order too: nobody sees it.
        if merge.aside_left == 1 && merge.from_left > 0 {
            self.values.copy_within(merge.from..merge.from + merge.from_left, merge.to);
            self.values[merge.to + merge.from_left] = aside[merge.aside];
        } else {
            self.values[merge.to..][..merge.aside_left].copy_from_slice(&aside[merge.aside..][..merge.aside_left]);
        }
        result
    }

    /// Until one value is left aside, or one of the runs is empty.
    fn merge_low_runs(&mut self, aside: &[T], merge: &mut Merge) -> Completion<()> {
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            while wins_a < self.min_gallop && wins_b < self.min_gallop {
                if (self.below)(self.values[merge.from], aside[merge.aside])? {
                    self.values[merge.to] = self.values[merge.from];
                    merge.advance_from(1);
                    (wins_a, wins_b) = (0, wins_b + 1);
                    if merge.from_left == 0 {
                        return Ok(());
                    }
                } else {
                    self.values[merge.to] = aside[merge.aside];
                    merge.advance_aside(1);
                    (wins_a, wins_b) = (wins_a + 1, 0);
                    if merge.aside_left == 1 {
                        return Ok(());
                    }
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop = (self.min_gallop - 1).max(1);
                let rest = &aside[merge.aside..][..merge.aside_left];
                wins_a = gallop_right(&mut self.below, self.values[merge.from], rest, 0)?;
                self.values[merge.to..][..wins_a].copy_from_slice(&rest[..wins_a]);
                merge.advance_aside(wins_a);
                // None is left only where the comparisons contradict each other.
                if wins_a > 0 && merge.aside_left <= 1 {
                    return Ok(());
                }
                self.values[merge.to] = self.values[merge.from];
                merge.advance_from(1);
                if merge.from_left == 0 {
                    return Ok(());
                }
                let rest = &self.values[merge.from..][..merge.from_left];
                wins_b = gallop_left(&mut self.below, aside[merge.aside], rest, 0)?;
                self.values.copy_within(merge.from..merge.from + wins_b, merge.to);
                merge.advance_from(wins_b);
                if merge.from_left == 0 {
                    return Ok(());
                }
                self.values[merge.to] = aside[merge.aside];
                merge.advance_aside(1);
                if merge.aside_left == 1 {
                    return Ok(());
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            // Leaving costs.
            self.min_gallop += 1;
        }
    }

    /// Merges from the back; the shorter run `b` moves aside.
    fn merge_high(&mut self, a: Run, b: Run) -> Completion<()> {
        let aside = self.values[b.base..][..b.length].to_vec();
        // Here places are one past the value: `to` and `from` move down to the runs' starts.
        let mut left = Left { to: b.base + b.length, a: a.length, b: b.length };
        self.values[left.to - 1] = self.values[a.base + left.a - 1];
        left.take_a(1);
        let done = left.a == 0 || left.b == 1;
        let result = if done { Ok(()) } else { self.merge_high_runs(a.base, &aside, &mut left) };
        if left.b == 1 && left.a > 0 {
            self.values.copy_within(a.base..a.base + left.a, left.to - left.a);
            self.values[left.to - left.a - 1] = aside[0];
        } else {
            self.values[left.to - left.b..left.to].copy_from_slice(&aside[..left.b]);
        }
        result
    }

    /// Until one value is left aside, or one of the runs is empty.
    fn merge_high_runs(&mut self, base: usize, aside: &[T], left: &mut Left) -> Completion<()> {
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            while wins_a < self.min_gallop && wins_b < self.min_gallop {
                if (self.below)(aside[left.b - 1], self.values[base + left.a - 1])? {
                    self.values[left.to - 1] = self.values[base + left.a - 1];
                    left.take_a(1);
                    (wins_a, wins_b) = (wins_a + 1, 0);
                    if left.a == 0 {
                        return Ok(());
                    }
                } else {
                    self.values[left.to - 1] = aside[left.b - 1];
                    left.take_b(1);
                    (wins_a, wins_b) = (0, wins_b + 1);
                    if left.b == 1 {
                        return Ok(());
                    }
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop = (self.min_gallop - 1).max(1);
                let rest = &self.values[base..][..left.a];
                wins_a = left.a - gallop_right(&mut self.below, aside[left.b - 1], rest, left.a - 1)?;
                self.values.copy_within(base + left.a - wins_a..base + left.a, left.to - wins_a);
                left.take_a(wins_a);
                if left.a == 0 {
                    return Ok(());
                }
                self.values[left.to - 1] = aside[left.b - 1];
                left.take_b(1);
                if left.b == 1 {
                    return Ok(());
                }
                let last = self.values[base + left.a - 1];
                wins_b = left.b - gallop_left(&mut self.below, last, &aside[..left.b], left.b - 1)?;
                self.values[left.to - wins_b..left.to].copy_from_slice(&aside[left.b - wins_b..left.b]);
                left.take_b(wins_b);
                // None is left only where the comparisons contradict each other.
                if wins_b > 0 && left.b <= 1 {
                    return Ok(());
                }
                self.values[left.to - 1] = self.values[base + left.a - 1];
                left.take_a(1);
                if left.a == 0 {
                    return Ok(());
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            // Leaving costs.
            self.min_gallop += 1;
        }
    }
}

/// Where a merge from the front stands.
struct Merge {
    to: usize,
    aside: usize,
    aside_left: usize,
    from: usize,
    from_left: usize,
}

impl Merge {
    fn advance_from(&mut self, by: usize) {
        self.to += by;
        self.from += by;
        self.from_left -= by;
    }

    fn advance_aside(&mut self, by: usize) {
        self.to += by;
        self.aside += by;
        self.aside_left -= by;
    }
}

/// What a merge from the back has left of both runs, and one past the place that it fills next.
struct Left {
    to: usize,
    a: usize,
    b: usize,
}

impl Left {
    fn take_a(&mut self, count: usize) {
        self.to -= count;
        self.a -= count;
    }

    fn take_b(&mut self, count: usize) {
        self.to -= count;
        self.b -= count;
    }
}

/// How many values of a sorted run are below the key: exponential search from `hint`, then binary.
fn gallop_left<T: Copy>(
    below: &mut impl FnMut(T, T) -> Completion<bool>,
    key: T,
    run: &[T],
    hint: usize,
) -> Completion<usize> {
    let (from, to) = if below(run[hint], key)? {
        let far = run.len() - hint;
        let (last, offset) = gallop(far, |offset| below(run[hint + offset], key))?;
        (hint + last + 1, hint + offset)
    } else {
        let far = hint + 1;
        let (last, offset) = gallop(far, |offset| Ok(!below(run[hint - offset], key)?))?;
        (hint + 1 - offset, hint - last)
    };
    search(from, to, |at| below(run[at], key))
}

/// How many values of a sorted run are not above the key.
fn gallop_right<T: Copy>(
    below: &mut impl FnMut(T, T) -> Completion<bool>,
    key: T,
    run: &[T],
    hint: usize,
) -> Completion<usize> {
    let (from, to) = if below(key, run[hint])? {
        let far = hint + 1;
        let (last, offset) = gallop(far, |offset| below(key, run[hint - offset]))?;
        (hint + 1 - offset, hint - last)
    } else {
        let far = run.len() - hint;
        let (last, offset) = gallop(far, |offset| Ok(!below(key, run[hint + offset])?))?;
        (hint + last + 1, hint + offset)
    };
    search(from, to, |at| Ok(!below(key, run[at])?))
}

/// Doubles the offset while `go_on` holds: the last at which it held (0 at first), and the first at which it is not known to.
fn gallop(far: usize, mut go_on: impl FnMut(usize) -> Completion<bool>) -> Completion<(usize, usize)> {
    let (mut last, mut offset) = (0, 1);
    while offset < far && go_on(offset)? {
        last = offset;
        offset = offset * 2 + 1;
    }
    Ok((last, offset.min(far)))
}

/// The first place in `from..to` that does not lie before what is searched.
fn search(mut from: usize, mut to: usize, mut is_before: impl FnMut(usize) -> Completion<bool>) -> Completion<usize> {
    while from < to {
        let middle = from + ((to - from) >> 1);
        if is_before(middle)? {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::timsort;

    /// Knuth's generator: each call yields another number.
    fn numbers(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        }
    }

    #[test]
    fn sorting_is_stable() {
        let mut next = numbers(1);
        for length in [0, 1, 2, 31, 64, 65, 1000, 5000] {
            for kinds in [1, 3, 50, 100_000] {
                let mut pairs: Vec<(u64, usize)> = (0..length).map(|i| (next() % kinds, i)).collect();
                // Stretches in order, so that merges gallop.
                for stretch in pairs.chunks_mut(1 + (next() % 200) as usize).step_by(2) {
                    stretch.sort_unstable();
                }
                let mut expect = pairs.clone();
                expect.sort_by_key(|pair| pair.0);
                assert!(timsort(&mut pairs, |a, b| Ok(a.0 < b.0)).is_ok());
                assert_eq!(pairs, expect);
            }
        }
    }

    #[test]
    fn nonsense_loses_nothing() {
        for seed in 0..300 {
            let mut next = numbers(seed);
            let mut values: Vec<u64> = (0..next() % 700).collect();
            let expect = values.clone();
            assert!(timsort(&mut values, |_, _| Ok(next() % 5 < seed % 6)).is_ok());
            values.sort_unstable();
            assert_eq!(values, expect);
        }
    }
}
