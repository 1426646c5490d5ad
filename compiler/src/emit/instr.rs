//! One MIR instruction as bytecode.

use mosl_bytecode::{Instr, Reg};

use super::body::Body;
use super::pools::Full;
use crate::mir::{CheckSite, Inst, Op, Repr, Temp};

impl Body<'_, '_> {
    pub(super) fn inst(&mut self, inst: &Inst) -> Result<(), Full> {
        let arg = |index: usize| inst.args[index];
        if matches!(inst.op, Op::F64(_) | Op::Str(_) | Op::Bool(_) | Op::Undefined | Op::Null | Op::Box)
            && self.is_constant(inst.results[0])
        {
            return Ok(());
        }
        match inst.op {
            Op::GetLocal(local) => {
                let (dst, src) = (self.reg(inst.results[0]), self.local(local));
                self.move_to(dst, src);
            }
            Op::SetLocal(local) => {
                let (dst, src) = (self.local(local), self.reg(arg(0)));
                self.move_to(dst, src);
            }
            Op::Box => self.emit_box(inst),
            Op::Plain(plain) => {
                let (mut args, mut results) = (inst.args.iter(), inst.results.iter());
                let next = |temps: &mut std::slice::Iter<'_, Temp>| {
                    temps.next().map(|&temp| self.reg(temp)).unwrap_or_default()
                };
                let instr = plain.instr(|| next(&mut args), || next(&mut results));
                self.push(instr);
            }
            _ => {
                let skipped = inst.results.first().is_some_and(|temp| self.places.skipped[temp.0 as usize]);
                if !skipped {
                    let instr = self.instr(inst)?;
                    self.push(instr);
                }
            }
        }
        Ok(())
    }

    fn emit_box(&mut self, inst: &Inst) {
        let (source, dst) = (inst.args[0], self.reg(inst.results[0]));
        if let Some(&constant) = self.places.boxed.get(&inst.results[0]) {
            let value = self.emitter.consts.value(constant);
            return self.push(Instr::LoadConst { dst, value });
        }
        if matches!(self.func.repr(source), Repr::Bool | Repr::I32) {
            let src = self.reg(source);
            self.push(Instr::Box { dst, src });
        }
    }

    fn list(&mut self, temps: &[Temp]) -> Result<u16, Full> {
        let list: Box<[Reg]> = temps.iter().map(|&temp| self.reg(temp)).collect();
        self.pools.lists.add(list)
    }

    fn check(&mut self, site: CheckSite) -> Result<u16, Full> {
        self.pools.checks.add((site.expr, site.expected))
    }

    fn instr(&mut self, inst: &Inst) -> Result<Instr, Full> {
        let dst = inst.results.first().map(|&temp| self.reg(temp)).unwrap_or_default();
        let arg = |body: &Self, index: usize| body.reg(inst.args[index]);
        Ok(match inst.op {
            Op::F64(value) => self.number(dst, value),
            Op::I32(value) => Instr::LoadI32 { dst, value },
            Op::Bool(value) => Instr::LoadBool { dst, value: u8::from(value) },
            Op::Str(id) => Instr::LoadConst { dst, value: self.emitter.consts.str(id) },
            Op::Undefined => Instr::LoadUndefined { dst },
            Op::Null => Instr::LoadNull { dst },
            Op::Uninit => Instr::LoadUninit { dst },
            Op::Mrk(amount) => Instr::LoadConst { dst, value: self.emitter.consts.mrk(amount) },
            Op::Intrinsic(intrinsic) => Instr::LoadIntrinsic { dst, intrinsic },
            Op::RegExp { pattern, flags } => {
                Instr::NewRegExp { dst, regexp: self.emitter.consts.regexp(pattern, flags) }
            }
            Op::Template(index) => {
                let parts = self.emitter.template(index);
                Instr::TemplateObject { dst, template: self.emitter.consts.template(index, || parts) }
            }
            Op::Namespace(index) => Instr::ModuleNamespace { dst, index },
            Op::GetCapture(index) => Instr::GetCapture { dst, index },
            Op::GetGlobal(global) => Instr::GetGlobal { dst, global },
            Op::SetGlobal(global) => Instr::SetGlobal { src: arg(self, 0), global },
            Op::CheckInit(name) => Instr::CheckInit { src: arg(self, 0), name: self.emitter.consts.str(name) },
            Op::Check(repr, site) | Op::Unbox(repr, site) => self.check_repr(dst, arg(self, 0), repr, site)?,
            Op::CheckKind(kind, site) => {
                Instr::CheckKind { src: arg(self, 0), kind: kind as u8, check: self.check(site)? }
            }
            Op::GetProp(name) => Instr::GetProp { dst, object: arg(self, 0), site: self.pools.site(name)? },
            Op::SetProp(name) => {
                Instr::SetProp { object: arg(self, 0), value: arg(self, 1), site: self.pools.site(name)? }
            }
            Op::GetField(_, slot) => Instr::GetField { dst, object: arg(self, 0), slot },
            Op::SetField(_, slot) => Instr::SetField { object: arg(self, 0), value: arg(self, 1), slot },
            Op::DefineMethod(kind) => {
                Instr::DefineMethod { kind, object: arg(self, 0), key: arg(self, 1), func: arg(self, 2) }
            }
            Op::ObjectRest => Instr::ObjectRest { dst, source: arg(self, 0), except: self.list(&inst.args[1..])? },
            Op::SuperGet => Instr::SuperGet { dst, args: self.list(&inst.args)? },
            Op::SuperSet => Instr::SuperSet { args: self.list(&inst.args)? },
            Op::NewPrivateName(name) => Instr::NewPrivateName { dst, description: self.emitter.consts.str(name) },
            Op::DefinePrivate(kind) => {
                Instr::DefinePrivate { kind, object: arg(self, 0), name: arg(self, 1), value: arg(self, 2) }
            }
            Op::NewArray => Instr::NewArray { dst, items: self.list(&inst.args)? },
            Op::IterCall => Instr::IterCall { dst, args: self.list(&inst.args)? },
            Op::NewClosure(func) => Instr::NewClosure { dst, func: func.0 as u16, captures: self.list(&inst.args)? },
            Op::SetFunctionName(flag) => Instr::SetFunctionName { flag, func: arg(self, 0), key: arg(self, 1) },
            Op::Call => Instr::Call { dst, callee: arg(self, 0), args: self.list(&inst.args[1..])? },
            Op::CallMethod(name) => {
                Instr::CallMethod { dst, args: self.list(&inst.args)?, site: self.pools.site(name)? }
            }
            Op::CallDirect(func) => Instr::CallDirect { dst, func: func.0 as u16, args: self.list(&inst.args)? },
            Op::CallNative(native) => Instr::CallNative { dst, native, args: self.list(&inst.args)? },
            Op::CallHost(host) => Instr::CallHost { dst, host, args: self.list(&inst.args)? },
            Op::CallSpread => Instr::CallSpread { dst, callee: arg(self, 0), args: self.list(&inst.args[1..])? },
            Op::New => Instr::New { dst, callee: arg(self, 0), args: self.list(&inst.args[1..])? },
            Op::SuperCall => Instr::SuperCall { dst, ctor: arg(self, 0), args: self.list(&inst.args[1..])? },
            Op::SuperCallSpread => Instr::SuperCallSpread { dst, args: self.list(&inst.args)? },
            Op::Plain(_) | Op::GetLocal(_) | Op::SetLocal(_) | Op::Box => unreachable!("emitted before"),
        })
    }

    /// A number: small whole ones are immediates.
    fn number(&mut self, dst: Reg, value: f64) -> Instr {
        #[expect(clippy::cast_possible_truncation, reason = "compared with the original right below")]
        let whole = value as i32;
        if f64::from(whole).to_bits() == value.to_bits() {
            Instr::LoadInt { dst, value: whole }
        } else {
            Instr::LoadConst { dst, value: self.emitter.consts.f64(value) }
        }
    }

    fn check_repr(&mut self, dst: Reg, src: Reg, repr: Repr, site: CheckSite) -> Result<Instr, Full> {
        let check = self.check(site)?;
        Ok(match repr {
            Repr::F64 => Instr::CheckF64 { dst, src, check },
            Repr::Bool => Instr::CheckBool { dst, src, check },
            Repr::Str => Instr::CheckStr { dst, src, check },
            Repr::Obj(_) => Instr::CheckClass { dst, src, check },
            Repr::Any | Repr::I32 => unreachable!("no check yields {repr:?}"),
        })
    }
}
