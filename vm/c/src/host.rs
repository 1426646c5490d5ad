//! The host as C implements it: a table of functions.

use std::ffi::{CString, c_char, c_void};

use mosl_vm::{Host, HostCall, HostError, HostResult, HostValue, Stream};

use crate::{MoslValue, c_text, host_value, text};

/// A host function answers with the value in `MoslReply::value`.
pub const MOSL_ANSWER_VALUE: i32 = 0;
/// It answers later, by `mosl_instance_resolve` or `mosl_instance_reject` with the number in `MoslReply::pending`.
pub const MOSL_ANSWER_PENDING: i32 = 1;
/// It throws an error of the class in `MoslReply::name` with the text in `MoslReply::message`, as it does for any other number.
pub const MOSL_ANSWER_THROW: i32 = 2;

/// Where a host function leaves its answer. The host keeps what it points to; it is read when the function has returned and not
/// afterwards. `value` alone becomes the VM's, which frees it.
#[repr(C)]
#[derive(Debug)]
pub struct MoslReply {
    pub value: *mut MoslValue,
    /// A number that the host chose and has not used before.
    pub pending: u64,
    pub name: *const c_char,
    pub message: *const c_char,
}

/// What instances need of the world. Functions that are null do nothing, answer `undefined` or 0. `context` is passed to each.
/// None may unwind or jump out, and none may use the instance that runs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MoslHost {
    pub context: *mut c_void,
    /// A host function is called: its module and name, the arguments, which live as long as the call. Yields one of
    /// `MOSL_ANSWER_…`.
    pub call: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            module: *const c_char,
            name: *const c_char,
            args: *const *const MoslValue,
            count: usize,
            reply: *mut MoslReply,
        ) -> i32,
    >,
    /// A line of output without its end.
    pub print: Option<unsafe extern "C" fn(context: *mut c_void, is_error: bool, line: *const c_char)>,
    /// Milliseconds since 1970, UTC.
    pub now_ms: Option<unsafe extern "C" fn(context: *mut c_void) -> f64>,
    /// Milliseconds since some fixed point.
    pub monotonic_ms: Option<unsafe extern "C" fn(context: *mut c_void) -> f64>,
    /// From 0 up to but not including 1.
    pub random: Option<unsafe extern "C" fn(context: *mut c_void) -> f64>,
    /// A turn begins.
    pub begin: Option<unsafe extern "C" fn(context: *mut c_void)>,
    /// A turn has ended well: its effects happen.
    pub commit: Option<unsafe extern "C" fn(context: *mut c_void)>,
    /// A turn was ended by a limit or fault: its effects never happened.
    pub discard: Option<unsafe extern "C" fn(context: *mut c_void)>,
}

/// A host in the VM's terms, for one turn.
pub(crate) struct InC(pub MoslHost);

impl InC {
    /// What a pointer says; a host that does nothing where it is null.
    ///
    /// # Safety
    /// The pointer is null or a host whose functions keep to their types.
    pub unsafe fn new(host: *const MoslHost) -> Self {
        const NOBODY: MoslHost = MoslHost {
            context: std::ptr::null_mut(),
            call: None,
            print: None,
            now_ms: None,
            monotonic_ms: None,
            random: None,
            begin: None,
            commit: None,
            discard: None,
        };
        // SAFETY: the caller's promise.
        Self(unsafe { host.as_ref() }.copied().unwrap_or(NOBODY))
    }

    fn number(&self, function: Option<unsafe extern "C" fn(*mut c_void) -> f64>) -> f64 {
        // SAFETY: whoever made the host promised that its functions may be called.
        function.map_or(0.0, |function| unsafe { function(self.0.context) })
    }

    fn tell(&self, function: Option<unsafe extern "C" fn(*mut c_void)>) {
        if let Some(function) = function {
            // SAFETY: as above.
            unsafe { function(self.0.context) };
        }
    }
}

impl Host for InC {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        let Some(function) = self.0.call else { return HostResult::Value(HostValue::Undefined) };
        let (module, name): (CString, CString) = (c_text(call.module), c_text(call.name));
        let args: Vec<MoslValue> = args.iter().cloned().map(MoslValue::from).collect();
        let pointers: Vec<*const MoslValue> = args.iter().map(std::ptr::from_ref).collect();
        let null = std::ptr::null();
        let mut reply = MoslReply { value: std::ptr::null_mut(), pending: 0, name: null, message: null };
        let (context, at) = (self.0.context, pointers.as_ptr());
        // SAFETY: whoever made the host promised that its functions may be called; what they get outlives the call.
        let answer = unsafe { function(context, module.as_ptr(), name.as_ptr(), at, pointers.len(), &raw mut reply) };
        // SAFETY: the host promised that the answer's pointers are null or what their types say.
        unsafe {
            let value = host_value(reply.value);
            crate::free(reply.value);
            match answer {
                MOSL_ANSWER_VALUE => HostResult::Value(value),
                MOSL_ANSWER_PENDING => HostResult::Pending(reply.pending),
                _ => HostResult::Throw(HostError { name: text(reply.name), message: text(reply.message) }),
            }
        }
    }

    fn print(&mut self, stream: Stream, line: &str) {
        if let Some(function) = self.0.print {
            let line = c_text(line);
            // SAFETY: as above.
            unsafe { function(self.0.context, stream == Stream::Err, line.as_ptr()) };
        }
    }

    fn now_ms(&mut self) -> f64 {
        self.number(self.0.now_ms)
    }

    fn monotonic_ms(&mut self) -> f64 {
        self.number(self.0.monotonic_ms)
    }

    fn random(&mut self) -> f64 {
        self.number(self.0.random)
    }

    fn begin(&mut self) {
        self.tell(self.0.begin);
    }

    fn commit(&mut self) {
        self.tell(self.0.commit);
    }

    fn discard(&mut self) {
        self.tell(self.0.discard);
    }
}
