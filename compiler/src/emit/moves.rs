//! Parallel moves: several registers get new values at once, as at a jump with arguments.

use mosl_bytecode::Reg;

/// The moves in an order that reads every source before it is overwritten; `scratch` breaks cycles.
pub(super) fn sequence<E>(
    moves: &[(Reg, Reg)],
    mut scratch: impl FnMut(Reg) -> Result<Reg, E>,
) -> Result<Vec<(Reg, Reg)>, E> {
    let mut pending: Vec<(Reg, Reg)> = moves.iter().copied().filter(|(to, from)| to != from).collect();
    let mut ordered = Vec::with_capacity(pending.len());
    while !pending.is_empty() {
        let ready = pending.iter().position(|(to, _)| pending.iter().all(|(_, from)| from != to));
        match ready {
            Some(index) => ordered.push(pending.swap_remove(index)),
            None => {
                let (_, from) = pending[0];
                let saved = scratch(from)?;
                ordered.push((saved, from));
                pending.iter_mut().filter(|(_, source)| *source == from).for_each(|(_, source)| *source = saved);
            }
        }
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use mosl_bytecode::Reg;

    use super::sequence;

    #[track_caller]
    fn check(moves: &[(u16, u16)], expect: &[(u16, u16)]) {
        let moves: Vec<_> = moves.iter().map(|&(to, from)| (Reg(to), Reg(from))).collect();
        let ordered = sequence(&moves, |_| Ok::<_, ()>(Reg(99))).expect("scratch registers never run out");
        let ordered: Vec<_> = ordered.iter().map(|(to, from)| (to.0, from.0)).collect();
        assert_eq!(ordered, expect);
    }

    #[test]
    fn a_chain_moves_from_its_end() {
        check(&[(1, 0), (2, 1)], &[(2, 1), (1, 0)]);
    }

    #[test]
    fn a_swap_goes_through_scratch() {
        check(&[(0, 1), (1, 0)], &[(99, 1), (1, 0), (0, 99)]);
    }

    #[test]
    fn a_move_to_itself_is_none() {
        check(&[(3, 3)], &[]);
    }
}
