//! The host functions of `mark:*`, in one table. They are declared in `stdlib/mark/*.mosl`; a test compares the two.

mod arguments;
mod money;
mod scene;
mod space;

use mosl_vm::{HandlerId, HostError, HostResult, HostValue, Module};

use super::world::World;

/// A host function: the handler on whose behalf it is called, and its arguments.
pub type HostFunction = fn(&mut World, Option<HandlerId>, &[HostValue]) -> Result<HostResult, HostError>;

/// Every host function: module, name, implementation.
pub static FUNCTIONS: &[(&str, &str, HostFunction)] = &[
    ("mark:scene", "createNode", scene::create_node),
    ("mark:scene", "removeNode", scene::remove_node),
    ("mark:scene", "attachNode", scene::attach_node),
    ("mark:scene", "detachNode", scene::detach_node),
    ("mark:scene", "setPosition", scene::set_position),
    ("mark:scene", "setRotation", scene::set_rotation),
    ("mark:scene", "setScale", scene::set_scale),
    ("mark:scene", "setProperty", scene::set_property),
    ("mark:scene", "getProperty", scene::get_property),
    ("mark:scene", "animateProperties", scene::animate_properties),
    ("mark:scene", "playMedia", scene::play_media),
    ("mark:scene", "stopMedia", scene::stop_media),
    ("mark:scene", "setCamera", scene::set_camera),
    ("mark:scene", "visitorName", scene::visitor_name),
    ("mark:scene", "visitorPosition", scene::visitor_position),
    ("mark:scene", "notifyVisitor", scene::notify_visitor),
    ("mark:scene", "needTicks", scene::need_ticks),
    ("mark:scene", "persistedFields", scene::persisted_fields),
    ("mark:scene", "persistedValue", scene::persisted_value),
    ("mark:mrk", "requestPayment", money::request_payment),
    ("mark:mrk", "acceptPayment", money::accept_payment),
    ("mark:mrk", "refundPayment", money::refund_payment),
    ("mark:mrk", "paymentState", money::payment_state),
    ("mark:mrk", "keepPayment", money::keep_payment),
    ("mark:mrk", "walletBalance", money::wallet_balance),
    ("mark:mrk", "walletBudget", money::wallet_budget),
    ("mark:mrk", "walletSend", money::wallet_send),
    ("mark:space", "setSurroundings", space::set_surroundings),
    ("mark:space", "getSurroundings", space::get_surroundings),
];

/// Those whose answer comes later: declared to yield a promise.
const ANSWERED_LATER: [(&str, &str); 2] = [("mark:scene", "animateProperties"), ("mark:mrk", "requestPayment")];

/// Whether a host function's answer comes later.
pub fn is_answered_later(module: &str, name: &str) -> bool {
    ANSWERED_LATER.contains(&(module, name))
}

/// The implementations of a module's imports, in their order.
pub fn resolve(module: &Module) -> Vec<Option<HostFunction>> {
    let find = |of: &str, name: &str| FUNCTIONS.iter().find(|(module, function, _)| *module == of && *function == name);
    module.imports().iter().map(|import| find(&import.module, &import.name).map(|(_, _, function)| *function)).collect()
}

/// A result at once.
fn value(value: impl Into<HostValue>) -> Result<HostResult, HostError> {
    Ok(HostResult::Value(value.into()))
}

/// No result.
fn done() -> Result<HostResult, HostError> {
    Ok(HostResult::Value(HostValue::Undefined))
}

fn error(name: &str, message: impl std::fmt::Display) -> HostError {
    HostError { name: name.into(), message: message.to_string() }
}
