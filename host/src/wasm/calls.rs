//! The functions of `mark:*` as a program imports them: plain data in and out, and the answers that come later.

use mosl_vm::{HostCall, HostError, HostResult, HostValue};
use wasmtime::{AsContextMut, Caller, Func, FuncType, HeapType, Val, ValType, format_err};

use super::host::{Scope, State, strings};
use super::values::Border;
use crate::stage::functions::is_answered_later;

type Answer<T> = wasmtime::Result<T>;

/// The import `index` of those of `mark:*`, with the type that the program gives it: numbers are `f64`, booleans `i32`, strings
/// `externref`, all else `eqref`. Of a function that is answered later, the first argument is the program's number for the answer.
pub fn function(store: &mut Scope<'_>, index: usize, module: &str, name: &str, ty: &FuncType) -> Func {
    let call = Import { index, module: module.to_owned(), name: name.to_owned() };
    let result = ty.results().next();
    Func::new(store, ty.clone(), move |mut caller, params, results| {
        let answer = answer(&mut caller, &call, params, result.as_ref())?;
        if let (Some(place), Some(answer)) = (results.first_mut(), answer) {
            *place = answer;
        }
        Ok(())
    })
}

struct Import {
    index: usize,
    module: String,
    name: String,
}

fn answer(
    caller: &mut Caller<'_, State>,
    call: &Import,
    params: &[Val],
    result: Option<&ValType>,
) -> Answer<Option<Val>> {
    let embed =
        caller.data().embed.clone().ok_or_else(|| format_err!("`{}` is called before the module runs", call.name))?;
    let strings = strings(caller.data())?;
    let border = Border { embed: &embed, strings: &strings };
    let later = is_answered_later(&call.module, &call.name);
    let (number, params) = match params.split_first() {
        Some((Val::F64(bits), rest)) if later => (Some(f64::from_bits(*bits)), rest),
        _ => (None, params),
    };
    let given = read_all(caller, border, params)?;
    let handler = caller.data().handler;
    let asked = HostCall { index: call.index, module: &call.module, name: &call.name, handler };
    let answer = match given {
        Ok(given) => caller.data().host.ask(|host| host.call(asked, &given)),
        Err(error) => Some(HostResult::Throw(error)),
    };
    match (answer.ok_or_else(|| format_err!("no host is there"))?, number) {
        (HostResult::Value(value), None) => return make(caller, border, &value, result),
        (HostResult::Value(value), Some(number)) => {
            let value = border.make(caller, &value)?;
            embed.settle_host.call(&mut *caller, (number, 1, value))?;
        }
        (HostResult::Throw(error), number) => {
            let (name, message) = (strings.of(&mut *caller, &error.name)?, strings.of(&mut *caller, &error.message)?);
            let (name, message) = (Some(name), Some(message));
            match number {
                None => drop(embed.fail_host.call(&mut *caller, (name, message))?),
                Some(number) => {
                    let reason = embed.make_error.call(&mut *caller, (name, message))?;
                    embed.settle_host.call(&mut *caller, (number, 0, reason))?;
                }
            }
        }
        (HostResult::Pending(token), Some(number)) => {
            caller.data_mut().waiting.insert(token, (number, handler));
        }
        (HostResult::Pending(_), None) => return Err(format_err!("`{}` answers later, unlike it says", call.name)),
    }
    empty(result)
}

/// The arguments; `Err` for the script where one is no plain data.
fn read_all(
    caller: &mut Caller<'_, State>,
    border: Border<'_>,
    params: &[Val],
) -> Answer<Result<Vec<HostValue>, HostError>> {
    let mut given = Vec::with_capacity(params.len());
    for param in params {
        given.push(match param {
            Val::F64(bits) => HostValue::Number(f64::from_bits(*bits)),
            Val::I32(flag) => HostValue::Bool(*flag != 0),
            Val::ExternRef(None) | Val::AnyRef(None) => HostValue::Undefined,
            Val::ExternRef(text) => HostValue::Str(border.strings.text(&mut *caller, *text)?),
            Val::AnyRef(Some(any)) => {
                let value = any.as_eqref(&mut *caller)?;
                match border.read(caller, value)? {
                    Some(plain) => plain,
                    None => {
                        let what = border.embed.brief.call(&mut *caller, (value,))?;
                        let what = border.strings.text(&mut *caller, what)?;
                        let message = format!("{what} is not plain data: only numbers, strings, booleans, amounts, vectors, colours, and arrays and records of them go to the host");
                        return Ok(Err(HostError { name: "TypeError".into(), message }));
                    }
                }
            }
            _ => return Err(format_err!("an argument is of a type that does not cross the border")),
        });
    }
    Ok(Ok(given))
}

/// What stands in the place of a result that there is none of.
fn empty(result: Option<&ValType>) -> Answer<Option<Val>> {
    result.map(|ty| Val::default_for_ty(ty).ok_or_else(|| format_err!("a result cannot be left out"))).transpose()
}

fn make(
    mut store: impl AsContextMut,
    border: Border<'_>,
    value: &HostValue,
    result: Option<&ValType>,
) -> Answer<Option<Val>> {
    let Some(ty) = result else { return Ok(None) };
    Ok(Some(match (ty, value) {
        (ValType::F64, HostValue::Number(number)) => Val::from(*number),
        (ValType::I32, HostValue::Bool(flag)) => Val::I32(i32::from(*flag)),
        (ValType::Ref(reference), HostValue::Str(text)) if matches!(reference.heap_type(), HeapType::Extern) => {
            Val::ExternRef(Some(border.strings.of(&mut store, text)?))
        }
        (ValType::Ref(reference), value) if matches!(reference.heap_type(), HeapType::Eq | HeapType::Any) => {
            let made = border.make(&mut store, value)?;
            Val::AnyRef(made.map(|value| value.to_anyref()))
        }
        (_, HostValue::Undefined) => return empty(result),
        (ty, _) => return Err(format_err!("the host's answer is no {ty}")),
    }))
}
