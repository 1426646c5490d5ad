//! Machine code for functions that are worth it: bytecode goes to Cranelift function by function, when an instance has spent enough
//! fuel in it. What it means is the interpreter's business: machine code does in the open what is common, and leaves any
//! instruction to the interpreter's loop by returning with that instruction's place in the frame, nothing of it done.
//!
//! - **One frame.** Machine code works on the interpreter's frame: registers are in memory where they always are, except that a node
//!   ([`plan`]) keeps them in machine registers and writes back those that are newer wherever someone else may look: at calls, at
//!   operations done by the interpreter, when it leaves. So the collector, traces, handlers and re-entry see one layout.
//! - **The native stack holds nothing.** A call pushes the callee's frame and calls its machine code, which returns the value. Whoever
//!   cannot go on (a limit, a throw, a function that is not compiled) returns a mark instead, at which every caller returns at once:
//!   their frames are complete, and the interpreter continues the topmost one, entering machine code again behind the call that it
//!   returns to. So limits, unwinding, and functions that are not compiled need no second mechanism.
//! - **No speculation.** A guard that fails takes the general way, in place: there is nothing to undo.
//! - **Fuel** is charged at the same places by the same amounts: entering a block pays for it, or leaves the jump to the interpreter.
//! - **Shared.** Machine code holds no address of an instance: everything comes from the VM, the frame and the instance's [`FuncRt`].

#[cfg(feature = "jit")]
mod allocate;
#[cfg(feature = "jit")]
mod arith;
#[cfg(feature = "jit")]
mod call;
#[cfg(feature = "jit")]
mod compile;
#[cfg(feature = "jit")]
mod helpers;
#[cfg(feature = "jit")]
mod inline;
#[cfg(feature = "jit")]
mod layout;
#[cfg(feature = "jit")]
mod machine;
mod plan;
#[cfg(feature = "jit")]
mod property;
#[cfg(feature = "jit")]
mod translate;

#[cfg(feature = "jit")]
pub(crate) use machine::MachineCode;
pub use plan::Refused;

use crate::interp::cache::FuncRt;
use crate::native::Throw;
use crate::vm::Vm;

/// Which functions run as machine code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum JitMode {
    /// None.
    #[default]
    Off,
    /// Those that spend much.
    Lazy,
    /// All that can, from their first call on.
    Eager,
}

impl JitMode {
    pub const NAMES: [&'static str; 3] = ["off", "lazy", "eager"];

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Off, Self::Lazy, Self::Eager]
            .into_iter()
            .zip(Self::NAMES)
            .find(|(_, known)| *known == name)
            .map(|(mode, _)| mode)
    }
}

/// What one instance knows of its machine code.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub mode: JitMode,
    /// What an operation threw that machine code had done for it.
    pub thrown: Option<Throw>,
    /// What the function returned that machine code was entered for.
    #[cfg(feature = "jit")]
    pub returned: u64,
    /// Machine code calls no further where the native stack is below this address.
    #[cfg(feature = "jit")]
    pub native_end: usize,
}

/// What became of a function.
#[derive(Clone, Debug)]
pub struct FunctionStatus {
    pub function: u16,
    /// Empty for the entry and for functions without a name.
    pub name: String,
    /// How many instructions of bytecode it has.
    pub instructions: usize,
    /// Bytes of machine code, or why there are none; `None` where it never was worth it.
    pub outcome: Option<Result<usize, Refused>>,
}

/// Fuel that a function spends in the interpreter before it is compiled, and how much more for each of its instructions: compiling
/// costs about 2 microseconds an instruction, which the interpreter needs for about 500 units of fuel. Checked builds compile early, so
/// that the tests' small programs change over in the middle of their loops.
const WARM: i64 = if cfg!(debug_assertions) { 300 } else { 20_000 };
const WARM_EACH: i64 = if cfg!(debug_assertions) { 1 } else { 100 };

impl Vm {
    /// Counts what the interpreter spent since `fuel` was left, and compiles where it is enough.
    #[inline(always)]
    pub(crate) fn warm_up(&mut self, rt: *const FuncRt, fuel: i64) {
        if self.jit.mode == JitMode::Lazy {
            // SAFETY: the instance's caches keep the function.
            unsafe {
                let heat = (*rt).heat.get() + (fuel - self.fuel);
                (*rt).heat.set(heat);
                if heat >= WARM && !(*rt).has_machine_code() {
                    self.consider(rt);
                }
            }
        }
    }

    #[cold]
    fn consider(&mut self, rt: *const FuncRt) {
        // SAFETY: the instance's caches keep the function.
        let (func, heat) = unsafe { ((*rt).func, (*rt).heat.get()) };
        let length = self.code.module.functions[usize::from(func)].code.len() as i64;
        if heat >= WARM + WARM_EACH * length {
            self.compile(rt);
            // SAFETY: as above. A function that cannot be compiled is not asked for again.
            unsafe { (*rt).heat.set(i64::MIN / 2) };
        }
    }

    /// A function runs for the first time in this instance.
    pub(crate) fn first_use(&mut self, rt: *const FuncRt) {
        if self.jit.mode == JitMode::Eager {
            self.compile(rt);
        }
    }
}

impl crate::Module {
    /// Compiles every function that can be, so that [`Self::machine_code`] tells of all of them.
    pub fn compile_all(&self) {
        self.code.machine.make_all(&self.code);
    }

    /// Whether a function became machine code, in whichever instance.
    pub fn has_machine_code(&self) -> bool {
        let machine = &self.code.machine;
        (0..self.code.module.functions.len()).any(|func| matches!(machine.outcome(func as u16), Some(Ok(_))))
    }

    /// What became of each function so far, in whichever instance.
    pub fn machine_code(&self) -> Vec<FunctionStatus> {
        let module = &self.code.module;
        let status = |(at, function): (usize, &mosl_bytecode::Function)| FunctionStatus {
            function: at as u16,
            name: function.name.map_or_else(String::new, |id| String::from_utf16_lossy(&module.strings[id.0 as usize])),
            instructions: function.code.len(),
            outcome: self.code.machine.outcome(at as u16),
        };
        module.functions.iter().enumerate().map(status).collect()
    }
}

#[cfg(not(feature = "jit"))]
mod without {
    use super::*;
    use crate::interp::frame::Frame;
    use crate::native::Completion;
    use crate::value::Value;

    /// Without the feature there is none.
    #[derive(Debug)]
    pub(crate) struct MachineCode;

    impl MachineCode {
        pub fn new(_: usize) -> Self {
            Self
        }

        pub fn make_all(&self, _: &crate::code::Code) {}

        pub fn outcome(&self, _: u16) -> Option<Result<usize, Refused>> {
            None
        }
    }

    impl Vm {
        pub(super) fn compile(&mut self, _: *const FuncRt) {}

        pub(crate) fn enter_machine_code(
            &mut self,
            _: *const FuncRt,
            _: *mut Frame,
            _: *mut Value,
            _: u16,
        ) -> Completion<()> {
            unreachable!("without the feature `jit` no function has machine code")
        }
    }
}
#[cfg(not(feature = "jit"))]
pub(crate) use without::MachineCode;
