//! Owns executable memory: one Cranelift module for each of ours, filled function by function, freed with it. Pages are written
//! first and made executable afterwards, never both at a time.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};

use cranelift_codegen::ir::{AbiParam, Signature, types};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module as _, default_libcall_names};
use mosl_bytecode::StrId;
use rustc_hash::FxHashMap;

use super::inline::{self, Guesses};
use super::layout::Layout;
use super::plan::Refused;
use super::translate::{self, LEFT, PUSHED, THROWN, entry_signature};
use crate::code::Code;
use crate::interp::cache::FuncRt;
use crate::interp::frame::Frame;
use crate::native::{Completion, Throw};
use crate::value::Value;
use crate::vm::Vm;

/// How machine code is entered from Rust: code, VM, function, frame, registers, fuel, place of entry. Yields 0 where that frame
/// returned, else what [`THROWN`], [`PUSHED`] and [`LEFT`] say, negated.
type Enter = unsafe extern "C" fn(*const u8, *mut Vm, *const FuncRt, *mut Frame, *mut Value, i64, u32) -> u32;

/// Machine code of one function.
#[derive(Debug)]
struct Compiled {
    code: *const u8,
    /// By instruction; see [`FuncRt::entries`].
    entries: Box<[u16]>,
    bytes: usize,
}

// SAFETY: `code` points to executable memory, which nobody writes any more.
unsafe impl Send for Compiled {}
// SAFETY: as above.
unsafe impl Sync for Compiled {}

/// Machine code of one module's functions, shared by its instances.
pub(crate) struct MachineCode {
    functions: Box<[OnceLock<Result<Compiled, Refused>>]>,
    module: Mutex<Option<JITModule>>,
    enter: OnceLock<Enter>,
    /// The methods whose names are theirs alone.
    methods: OnceLock<FxHashMap<StrId, Option<u16>>>,
}

impl fmt::Debug for MachineCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineCode").field("functions", &self.functions).finish_non_exhaustive()
    }
}

impl Drop for MachineCode {
    fn drop(&mut self) {
        let module = self.module.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(module) = module {
            // SAFETY: an instance keeps the code that it runs alive (`FuncRt`), so that nothing of it runs any more.
            unsafe { module.free_memory() };
        }
    }
}

/// The layouts that machine code relies on and the code generator for this machine; `None` where there is none.
fn backend() -> Option<&'static (Layout, OwnedTargetIsa)> {
    static BACKEND: OnceLock<Option<(Layout, OwnedTargetIsa)>> = OnceLock::new();
    let make = || {
        let mut flags = settings::builder();
        for (name, value) in [
            ("opt_level", "speed"),
            ("use_colocated_libcalls", "false"),
            ("is_pic", "false"),
            // What Cranelift's tail calls need, which keep the native stack of machine code at one small frame.
            ("preserve_frame_pointers", "true"),
            ("enable_probestack", "false"),
            ("unwind_info", "false"),
            // Every function of every program in the tests passes it.
            ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
        ] {
            flags.set(name, value).ok()?;
        }
        let isa = cranelift_native::builder().ok()?.finish(settings::Flags::new(flags)).ok()?;
        Some((Layout::of_this_build()?, isa))
    };
    BACKEND.get_or_init(make).as_ref()
}

impl MachineCode {
    pub fn new(functions: usize) -> Self {
        Self {
            functions: (0..functions).map(|_| OnceLock::new()).collect(),
            module: Mutex::new(None),
            enter: OnceLock::new(),
            methods: OnceLock::new(),
        }
    }

    /// Compiles every function that can be.
    pub fn make_all(&self, code: &Code) {
        for func in 0..self.functions.len() {
            let _ = self.get(code, func as u16, &|_| None);
        }
    }

    /// Bytes of a function's machine code, or why it has none; `None` where nobody asked.
    pub fn outcome(&self, func: u16) -> Option<Result<usize, Refused>> {
        let outcome = self.functions.get(usize::from(func))?.get()?;
        Some(outcome.as_ref().map(|compiled| compiled.bytes).map_err(|refused| *refused))
    }

    /// A function's machine code, made where there is none yet; `seen` tells which function a site of it names.
    fn get(&self, code: &Code, func: u16, seen: &dyn Fn(u16) -> Option<u16>) -> Result<&Compiled, Refused> {
        let make = || catch_unwind(AssertUnwindSafe(|| self.make(code, func, seen))).unwrap_or(Err(Refused::Backend));
        let made = self.functions[usize::from(func)].get_or_init(make);
        made.as_ref().map_err(|refused| *refused)
    }

    fn make(&self, code: &Code, func: u16, seen: &dyn Fn(u16) -> Option<u16>) -> Result<Compiled, Refused> {
        let Some((layout, isa)) = backend() else { return Err(Refused::Machine) };
        let mut held = self.module.lock().unwrap_or_else(PoisonError::into_inner);
        let builders = &mut FunctionBuilderContext::new();
        let module =
            held.get_or_insert_with(|| JITModule::new(JITBuilder::with_isa(isa.clone(), default_libcall_names())));
        if self.enter.get().is_none() {
            let enter = make_enter(module, builders, layout).ok_or(Refused::Backend)?;
            // Only who holds the lock comes here.
            let _ = self.enter.set(enter);
        }
        let mut context = module.make_context();
        context.func.signature = entry_signature();
        let target = module.target_config();
        let guesses = Guesses { seen, by_name: self.methods.get_or_init(|| inline::methods_by_name(code)) };
        let entries = translate::translate(code, func, &guesses, layout, target, &mut context.func, builders)?;
        let (code, bytes) = define(module, &mut context).ok_or(Refused::Backend)?;
        Ok(Compiled { code, entries, bytes })
    }
}

/// Compiles what a context holds; its address and size.
fn define(module: &mut JITModule, context: &mut cranelift_codegen::Context) -> Option<(*const u8, usize)> {
    let id = module.declare_anonymous_function(&context.func.signature).ok()?;
    if let Err(error) = module.define_function(id, context) {
        debug_assert!(false, "the code generator refused a function: {error:?}\n{}", context.func.display());
        module.clear_context(context);
        return None;
    }
    let bytes = context.compiled_code().map_or(0, |code| code.code_buffer().len());
    module.clear_context(context);
    module.finalize_definitions().ok()?;
    Some((module.get_finalized_function(id), bytes))
}

/// The way from Rust's calling convention to that of machine code.
fn make_enter(module: &mut JITModule, builders: &mut FunctionBuilderContext, layout: &Layout) -> Option<Enter> {
    use cranelift_codegen::ir::InstBuilder;
    use cranelift_codegen::ir::condcodes::IntCC;
    let mut context = module.make_context();
    let mut signature = Signature::new(module.isa().default_call_conv());
    signature.params = vec![AbiParam::new(types::I64); 6];
    signature.params.push(AbiParam::new(types::I32));
    signature.returns.push(AbiParam::new(types::I32));
    context.func.signature = signature;
    let mut builder = FunctionBuilder::new(&mut context.func, builders);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    let params = builder.block_params(block).to_vec();
    let signature = builder.import_signature(entry_signature());
    let call = builder.ins().call_indirect(signature, params[0], &params[1..]);
    let (value, fuel) = (builder.inst_results(call)[0], builder.inst_results(call)[1]);
    let plain = translate::plain();
    let (returned, otherwise) = (builder.create_block(), builder.create_block());
    let zero = builder.ins().iconst(types::I64, 0);
    let has_returned = builder.ins().icmp(IntCC::SignedGreaterThanOrEqual, fuel, zero);
    builder.ins().brif(has_returned, returned, &[], otherwise, &[]);
    builder.switch_to_block(returned);
    builder.ins().store(plain, value, params[1], layout.vm_returned);
    builder.ins().store(plain, fuel, params[1], layout.vm_fuel);
    let status = builder.ins().iconst(types::I32, 0);
    builder.ins().return_(&[status]);
    builder.switch_to_block(otherwise);
    let status = builder.ins().ineg(fuel);
    let status = builder.ins().ireduce(types::I32, status);
    builder.ins().return_(&[status]);
    builder.seal_all_blocks();
    builder.finalize(module.target_config());
    let (code, _) = define(module, &mut context)?;
    // SAFETY: the function just made has this signature in the platform's calling convention.
    Some(unsafe { std::mem::transmute::<*const u8, Enter>(code) })
}

/// The calling convention of machine code: arguments and results in registers, none of which survives a call.
pub(super) const CONVENTION: CallConv = CallConv::Tail;

/// Native stack that machine code takes at most between two entries; what it calls finds as much again ([`crate::interp::call`]).
const NATIVE_STACK: usize = 96 << 10;

impl Vm {
    /// Gives a function its machine code, if there can be some.
    pub(super) fn compile(&mut self, rt: *const FuncRt) {
        let code = &self.code;
        // SAFETY: the instance's caches keep the function and what its sites name.
        let seen = |site: u16| unsafe { (*(*rt).sites.add(usize::from(site))).callee().map(|callee| (*callee).func) };
        // SAFETY: as above.
        unsafe {
            if let Ok(compiled) = code.machine.get(code, (*rt).func, &seen) {
                (*rt).entries.set(compiled.entries.as_ptr());
                (*rt).machine.set(compiled.code);
                if (*rt).plain_call {
                    (*rt).plain_machine.set(compiled.code);
                }
            }
        }
    }

    /// Runs machine code of the topmost frame from a place of entry on, and of the frames that it returns to, until the interpreter
    /// must go on at the topmost frame's place. `Err`: something was thrown there.
    pub(crate) fn enter_machine_code(
        &mut self,
        mut rt: *const FuncRt,
        mut frame: *mut Frame,
        mut regs: *mut Value,
        mut entry: u16,
    ) -> Completion<()> {
        // Each stack unit is room for sixteen registers, so that machine code asks for units alone.
        let units = self.limits.stack.saturating_sub(self.depth) as usize;
        if self.stack.top + 16 * units > self.stack.capacity() {
            return Ok(());
        }
        let enter = *self.code.machine.enter.get().expect("it was made with the first function");
        let here = std::ptr::from_ref(&enter) as usize;
        let outer = std::mem::replace(&mut self.jit.native_end, here.saturating_sub(NATIVE_STACK));
        let result = loop {
            let fuel = self.fuel;
            // SAFETY: the code was made for this function; frame and registers are the topmost frame's, and `entry` is the number
            // of its place. Machine code does to the VM what the interpreter would do.
            let status = unsafe { enter((*rt).machine.get(), self, rt, frame, regs, fuel, u32::from(entry)) };
            match -i64::from(status) {
                // SAFETY: the frame has returned, so that its caller's is below it; the place behind a call is within the code.
                0 => unsafe {
                    self.stack.top = (*frame).base as usize;
                    self.frames.set_len(frame.offset_from(self.frames.as_ptr()) as usize);
                    let dst = usize::from((*frame).dst);
                    frame = frame.sub(1);
                    *self.stack.at((*frame).base as usize + dst) = Value::from_bits(self.jit.returned);
                    (*frame).pc = (*frame).pc.add(1);
                },
                PUSHED => frame = self.frames.last_mut().expect("a frame was pushed"),
                LEFT => break Ok(()),
                THROWN => break Err(self.jit.thrown.take().unwrap_or(Throw::Trap)),
                _ => break Err(self.fault("machine code ended in an unknown way")),
            }
            // SAFETY: this frame is the topmost one; the instance's caches keep its function.
            unsafe {
                rt = (*frame).rt;
                regs = self.stack.at((*frame).base as usize);
                if !(*rt).has_machine_code() {
                    break Ok(());
                }
                match (*rt).entry_at((*frame).pc) {
                    Some(place) => entry = place,
                    None => break Ok(()),
                }
            }
        };
        self.jit.native_end = outer;
        result
    }
}
