//! Broken MIR, one violation each, and the verifier's word for it.

use super::super::{
    Block, BlockId, FuncId, Function, Inst, Loc, Local, LocalId, Op, Plain, Program, Repr, Strings, Temp, Terminator,
};
use super::verify;

fn program(function: Function) -> Program {
    Program {
        strings: Strings::default(),
        functions: vec![function],
        globals: vec![],
        imports: vec![],
        host_types: vec![],
        classes: vec![],
        templates: vec![],
        namespaces: vec![],
        entry: FuncId(0),
        exports: vec![],
        persisted: vec![],
    }
}

fn inst(op: Op, args: &[u32], results: &[u32]) -> Inst {
    let temps = |ids: &[u32]| ids.iter().map(|&id| Temp(id)).collect();
    Inst { op, args: temps(args), results: temps(results), loc: Loc::default() }
}

fn block(insts: Vec<Inst>, end: Terminator) -> Block {
    Block { params: vec![], insts, end, end_loc: Loc::default(), handler: None }
}

fn function(temps: &[Repr], blocks: Vec<Block>) -> Function {
    Function { temps: temps.to_vec(), blocks, ..Function::default() }
}

#[track_caller]
fn check(function: Function, expect: &str) {
    let found = verify(&program(function));
    assert_eq!(found, [format!("function 0: {expect}")]);
}

fn jump(target: u32, args: &[u32]) -> Terminator {
    Terminator::Jump { target: BlockId(target), args: args.iter().map(|&id| Temp(id)).collect() }
}

#[test]
fn sound_mir_passes() {
    let body = block(vec![inst(Op::Undefined, &[], &[0])], Terminator::Return(Temp(0)));
    assert_eq!(verify(&program(function(&[Repr::Any], vec![body]))), Vec::<String>::new());
}

#[test]
fn a_function_has_blocks() {
    check(function(&[], vec![]), "no blocks");
}

#[test]
fn a_value_is_defined_before_its_use() {
    check(
        function(&[Repr::Any], vec![block(vec![], Terminator::Return(Temp(0)))]),
        "b0: %0 is used before its definition",
    );
}

#[test]
fn a_value_is_defined_once() {
    let insts = vec![inst(Op::Undefined, &[], &[0]), inst(Op::Null, &[], &[0])];
    check(function(&[Repr::Any], vec![block(insts, Terminator::Return(Temp(0)))]), "b0: Null: %0 is defined twice");
}

#[test]
fn operands_have_the_representation_that_the_operation_takes() {
    let insts = vec![inst(Op::Undefined, &[], &[0]), inst(Op::Plain(Plain::F64Neg), &[0], &[1])];
    let body = block(insts, Terminator::Unreachable);
    check(function(&[Repr::Any, Repr::F64], vec![body]), "b0: Plain(F64Neg): %0 is Any, expected F64");
}

#[test]
fn results_have_the_representation_that_the_operation_yields() {
    let body = block(vec![inst(Op::F64(1.0), &[], &[0])], Terminator::Unreachable);
    check(function(&[Repr::Any], vec![body]), "b0: F64(1.0): result %0 is Any, expected F64");
}

#[test]
fn operands_are_counted() {
    let body = block(vec![inst(Op::Plain(Plain::F64Neg), &[], &[0])], Terminator::Unreachable);
    check(function(&[Repr::F64], vec![body]), "b0: Plain(F64Neg): 0 operands, expected 1");
}

#[test]
fn a_return_fits_the_function() {
    let body = block(vec![inst(Op::F64(1.0), &[], &[0])], Terminator::Return(Temp(0)));
    check(function(&[Repr::F64], vec![body]), "b0: %0 is F64, expected Any");
}

#[test]
fn a_jump_leads_to_a_block() {
    check(function(&[], vec![block(vec![], jump(7, &[]))]), "b0: no block b7");
}

#[test]
fn block_arguments_match_parameters() {
    let mut target = block(vec![], Terminator::Unreachable);
    target.params = vec![Temp(0)];
    check(function(&[Repr::Any], vec![block(vec![], jump(1, &[])), target]), "b0: 0 block arguments, expected 1");
}

#[test]
fn block_arguments_have_the_representation_of_parameters() {
    let mut target = block(vec![], Terminator::Unreachable);
    target.params = vec![Temp(0)];
    let first = block(vec![inst(Op::F64(1.0), &[], &[1])], jump(1, &[1]));
    check(function(&[Repr::Any, Repr::F64], vec![first, target]), "b0: %1 is F64, expected Any");
}

#[test]
fn a_branch_passes_no_arguments() {
    let mut target = block(vec![], Terminator::Unreachable);
    target.params = vec![Temp(1)];
    let end = Terminator::Branch { cond: Temp(0), then: BlockId(1), otherwise: BlockId(1) };
    let first = block(vec![inst(Op::Bool(true), &[], &[0])], end);
    check(function(&[Repr::Bool, Repr::Any], vec![first, target]), "b0: a branch target takes parameters");
}

#[test]
fn a_handler_begins_with_catch() {
    let mut first = block(vec![], jump(1, &[]));
    first.handler = Some(BlockId(1));
    check(
        function(&[], vec![first, block(vec![], Terminator::Unreachable)]),
        "b0: the handler does not begin with catch",
    );
}

#[test]
fn catch_is_the_first_instruction_of_a_block() {
    let insts = vec![inst(Op::Undefined, &[], &[0]), inst(Op::Plain(Plain::Catch), &[], &[1])];
    let body = block(insts, Terminator::Unreachable);
    check(function(&[Repr::Any, Repr::Any], vec![body]), "b0: catch in the middle of a block");
}

#[test]
fn a_local_takes_its_own_representation() {
    let insts = vec![inst(Op::Undefined, &[], &[0]), inst(Op::SetLocal(LocalId(0)), &[0], &[])];
    let mut body = function(&[Repr::Any], vec![block(insts, Terminator::Unreachable)]);
    let mut strings = Strings::default();
    body.locals = vec![Local { repr: Repr::F64, name: strings.intern("x") }];
    check(body, "b0: SetLocal(LocalId(0)): %0 is Any, expected F64");
}

#[test]
fn the_entry_block_takes_no_parameters() {
    let mut body = block(vec![], Terminator::Unreachable);
    body.params = vec![Temp(0)];
    check(function(&[Repr::Any], vec![body]), "the entry block takes parameters");
}
