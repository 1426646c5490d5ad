//! Colours in the source: `"#ff8800"` where a colour is wanted or could be meant, and `color(1, 0.5, 0)`.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_compiler::types::{Type, ValueType};
use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Arg, Expr, ExprKind};

/// Red, green, blue and alpha from 0 to 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rgba {
    pub red: f64,
    pub green: f64,
    pub blue: f64,
    pub alpha: f64,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ColorAt {
    pub span: Span,
    pub color: Rgba,
}

/// The colours of a file in order.
pub fn colors(analysis: &Analysis<'_>, file: FileId) -> Vec<ColorAt> {
    let mut finder = Finder { analysis, file, out: Vec::new() };
    visit::walk_stmts(&mut finder, &analysis.loaded.files[usize::from(file.0)].ast.body);
    finder.out
}

/// How a colour can be written in place of what stands at a span.
pub fn presentations(source: &str, span: Span, color: Rgba) -> Vec<String> {
    let text = source.get(span.range()).unwrap_or("");
    let byte = |value: f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let mut hex = format!("#{:02x}{:02x}{:02x}", byte(color.red), byte(color.green), byte(color.blue));
    if color.alpha < 1.0 {
        hex.push_str(&format!("{:02x}", byte(color.alpha)));
    }
    let part = |value: f64| format!("{}", (value * 1000.0).round() / 1000.0);
    let call = format!("color({}, {}, {})", part(color.red), part(color.green), part(color.blue));
    let quote = if text.starts_with('\'') { '\'' } else { '"' };
    let written = format!("{quote}{hex}{quote}");
    if text.starts_with("color") { vec![call, written] } else { vec![written, call] }
}

struct Finder<'f, 'a> {
    analysis: &'f Analysis<'a>,
    file: FileId,
    out: Vec<ColorAt>,
}

impl<'a> Visit<'a> for Finder<'_, '_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let color = match &expr.kind {
            ExprKind::Str(text) => parse_hex(&text.to_utf8_lossy()),
            ExprKind::Call { callee, args, .. } if matches!(&callee.kind, ExprKind::Ident(name) if name.text == "color") =>
            {
                let ty = self.analysis.type_of(self.file, expr.id);
                (self.analysis.kind(ty) == Type::Value(ValueType::Color)).then(|| of_arguments(args)).flatten()
            }
            _ => None,
        };
        self.out.extend(color.map(|color| ColorAt { span: expr.span, color }));
        visit::walk_expr(self, expr);
    }
}

fn of_arguments(args: &[Arg]) -> Option<Rgba> {
    let number = |arg: &Arg| match (arg, &arg.expr().kind) {
        (Arg::Expr(_), ExprKind::Num(value)) => Some(*value),
        _ => None,
    };
    let [red, green, blue] = &args.get(..3)?.iter().map(number).collect::<Option<Vec<f64>>>()?[..] else { return None };
    Some(Rgba { red: *red, green: *green, blue: *blue, alpha: 1.0 })
}

/// `#rgb`, `#rrggbb`, `#rrggbbaa`.
fn parse_hex(text: &str) -> Option<Rgba> {
    let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let at = |from: usize, len: usize| -> Option<f64> {
        let value = u32::from_str_radix(digits.get(from..from + len)?, 16).ok()?;
        Some(f64::from(if len == 1 { value * 17 } else { value }) / 255.0)
    };
    let (len, alpha) = match digits.len() {
        3 => (1, 1.0),
        6 => (2, 1.0),
        8 => (2, at(6, 2)?),
        _ => return None,
    };
    Some(Rgba { red: at(0, len)?, green: at(len, len)?, blue: at(2 * len, len)?, alpha })
}
