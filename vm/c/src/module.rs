//! Modules: bytes that were decoded and verified.

use std::ffi::{CString, c_char};

use mosl_vm::Module;

use crate::{c_text, free, make};

/// A verified module; any number of instances share it.
#[derive(Debug)]
pub struct MoslModule(pub(crate) Module);

/// Decodes and verifies the bytes of a `.mvm` file, in one pass. Null where they are no module that may run; then `error`, unless it is
/// null, gets a text to be given to `mosl_text_free`.
///
/// # Safety
/// `bytes` points to `length` bytes; `error` is null or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_module_load(bytes: *const u8, length: usize, error: *mut *mut c_char) -> *mut MoslModule {
    make(|| {
        if bytes.is_null() {
            return None;
        }
        // SAFETY: the caller's promise.
        let loaded = Module::load(unsafe { std::slice::from_raw_parts(bytes, length) });
        match loaded {
            Ok(module) => Some(MoslModule(module)),
            Err(refused) => {
                if !error.is_null() {
                    // SAFETY: the caller's promise.
                    unsafe { error.write(c_text(&refused.to_string()).into_raw()) };
                }
                None
            }
        }
    })
}

/// Lets go of a module. Its instances live on.
///
/// # Safety
/// `module` is null or came from `mosl_module_load`, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_module_free(module: *mut MoslModule) {
    // SAFETY: the caller's promise.
    unsafe { free(module) };
}

/// Writes the SHA-256 that the module is known by, 32 bytes. Costs a pass over the module the first time.
///
/// # Safety
/// `module` is null or a module; `hash` points to room for 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_module_hash(module: *const MoslModule, hash: *mut u8) {
    // SAFETY: the caller's promise.
    if let Some(module) = unsafe { module.as_ref() }
        && !hash.is_null()
    {
        let digest = module.0.hash().0;
        // SAFETY: the caller's promise.
        unsafe { hash.copy_from_nonoverlapping(digest.as_ptr(), digest.len()) };
    }
}

/// Lets go of a text that was the caller's.
///
/// # Safety
/// `text` is null or was handed out as the caller's, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_text_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { CString::from_raw(text) });
    }
}
