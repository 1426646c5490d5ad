//! What a module imports, in its order: constants, strings' functions, the host's, those of `mark:*`.

use wasmtime::{Extern, ExternType, Global, GlobalType, Linker, Mutability, Val, format_err};

use super::calls;
use super::host::{self, Scope};
use super::module::WasmModule;
use super::strings::Strings;

/// `Err` where an import has another type than what is offered, or is not offered at all.
pub fn resolve(store: &mut Scope<'_>, module: &WasmModule, strings: &Strings) -> wasmtime::Result<Vec<Extern>> {
    let mut linker = Linker::new(module.engine());
    host::link(&mut linker)?;
    let mut index = 0;
    let mut resolved = Vec::new();
    for import in module.code.imports() {
        let (from, name) = (import.module(), import.name());
        let found = match (from, import.ty()) {
            ("_", ExternType::Global(ty)) => Some(constant(store, strings, ty, name)?),
            ("wasm:js-string", _) => strings.function(store, name),
            ("mosl:host", _) => linker.get(&mut *store, from, name).ok(),
            (_, ExternType::Func(ty)) => {
                index += 1;
                Some(calls::function(store, index - 1, from, name, &ty).into())
            }
            _ => None,
        };
        resolved
            .push(found.ok_or_else(|| format_err!("it imports `{name}` from `{from}`, which is not offered here"))?);
    }
    Ok(resolved)
}

/// The string that an import is named by.
fn constant(store: &mut Scope<'_>, strings: &Strings, ty: GlobalType, text: &str) -> wasmtime::Result<Extern> {
    if ty.mutability() == Mutability::Var {
        return Err(format_err!("a constant is not to be changed"));
    }
    let string = strings.of(&mut *store, text)?;
    Ok(Global::new(store, ty, Val::ExternRef(Some(string)))?.into())
}
