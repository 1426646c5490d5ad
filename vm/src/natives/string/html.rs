//! The methods that wrap a string in an HTML tag (ECMAScript B.2.2): old programs call them.

use super::super::Family;
use super::super::coerce::{rooted_string, this_string};
use crate::cost::VISIT;
use crate::native::{Args, Completion};
use crate::string::StrBuilder;
use crate::vm::Vm;

/// `name => tag attribute`, the attribute empty where there is none.
macro_rules! html {
    ($($name:literal $tag:literal $attribute:literal,)*) => {
        pub static FAMILY: Family = &[$(
            (concat!("String.prototype.", $name), |vm, args| wrap(vm, args, $name, $tag, $attribute)),
        )*];
    };
}

html! {
    "anchor" "a" "name",
    "big" "big" "",
    "blink" "blink" "",
    "bold" "b" "",
    "fixed" "tt" "",
    "fontcolor" "font" "color",
    "fontsize" "font" "size",
    "italics" "i" "",
    "link" "a" "href",
    "small" "small" "",
    "strike" "strike" "",
    "sub" "sub" "",
    "sup" "sup" "",
}

/// CreateHTML.
fn wrap(vm: &mut Vm, args: Args, name: &str, tag: &str, attribute: &str) -> Completion {
    let text = this_string(vm, args, name)?;
    let mut html = StrBuilder::default();
    html.push_str("<");
    html.push_str(tag);
    if !attribute.is_empty() {
        let value = rooted_string(vm, args.get(0))?;
        vm.charge(VISIT.of(value.len()))?;
        html.push_str(&format!(" {attribute}=\""));
        for &unit in value.to_utf16().iter() {
            match unit {
                0x22 => html.push_str("&quot;"),
                _ => html.push_unit(unit),
            }
        }
        html.push_str("\"");
    }
    html.push_str(">");
    html.push(text);
    html.push_str(&format!("</{tag}>"));
    vm.finish(html)
}
