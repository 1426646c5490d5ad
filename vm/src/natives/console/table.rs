//! `console.table`.

use super::super::inspect::layout::units;
use super::super::inspect::{Options, inspect};
use crate::cost::VISIT;
use crate::host::Stream;
use crate::native::{Args, Completion};
use crate::object::data::{MapData, SetData};
use crate::object::property::PropKey;
use crate::value::Value;
use crate::vm::Vm;

/// Longer tables are cut: they are for people.
const MAX_ROWS: usize = 1000;

struct Row {
    index: String,
    /// By column name.
    cells: Vec<(String, String)>,
    /// For rows that are no objects.
    value: Option<String>,
}

pub fn table(vm: &mut Vm, args: Args) -> Completion {
    if !args.get(0).is_object() {
        return super::write(vm, &[args.get(0)], Stream::Out);
    }
    let wanted = match args.get(1).as_object() {
        Some(list) => Some(super::super::function::list_of(vm, list)?),
        None => None,
    };
    let (heading, rows) = rows(vm, args.get(0))?;
    let mut columns: Vec<String> = Vec::new();
    match wanted {
        Some(wanted) => {
            for name in wanted {
                columns.push(vm.to_string(name)?.to_rust());
            }
        }
        None => {
            for (name, _) in rows.iter().flat_map(|row| &row.cells) {
                vm.charge(VISIT.of(columns.len() + 1))?;
                if !columns.contains(name) {
                    columns.push(name.clone());
                }
            }
        }
    }
    let has_values = rows.iter().any(|row| row.value.is_some());
    let mut grid = vec![std::iter::once(heading.to_owned()).chain(columns.iter().cloned()).collect::<Vec<_>>()];
    if has_values {
        grid[0].push("Values".into());
    }
    for row in rows {
        vm.charge(VISIT.of(columns.len() * (row.cells.len() + 4)))?;
        let cell =
            |name: &String| row.cells.iter().find(|(column, _)| column == name).map_or("", |(_, text)| text).to_owned();
        let mut line: Vec<String> = columns.iter().map(cell).collect();
        line.insert(0, row.index);
        if has_values {
            line.push(row.value.unwrap_or_default());
        }
        grid.push(line);
    }
    let text = drawn(&grid);
    super::write_text(vm, &text, Stream::Out)
}

fn rows(vm: &mut Vm, data: Value) -> Completion<(&'static str, Vec<Row>)> {
    if let Some(map) = data.of::<MapData>() {
        let entries: Vec<_> = map.data.0.iter().take(MAX_ROWS).collect();
        let mut rows = Vec::new();
        for (at, (key, value)) in entries.into_iter().enumerate() {
            let cells = vec![("Key".to_owned(), shown(vm, key)?), ("Values".to_owned(), shown(vm, value)?)];
            rows.push(Row { index: at.to_string(), cells, value: None });
        }
        return Ok(("(iteration index)", rows));
    }
    if let Some(set) = data.of::<SetData>() {
        let values: Vec<_> = set.data.0.iter().take(MAX_ROWS).collect();
        let mut rows = Vec::new();
        for (at, (value, _)) in values.into_iter().enumerate() {
            rows.push(Row { index: at.to_string(), cells: Vec::new(), value: Some(shown(vm, value)?) });
        }
        return Ok(("(iteration index)", rows));
    }
    let mut rows = Vec::new();
    if let Some(object) = data.as_object() {
        for key in vm.enumerable_keys(object).into_iter().take(MAX_ROWS) {
            let value = vm.get(data, key)?;
            vm.root(value);
            rows.push(row(vm, key, value)?);
        }
    }
    Ok(("(index)", rows))
}

fn row(vm: &mut Vm, key: PropKey, value: Value) -> Completion<Row> {
    let index = vm.key_text(key);
    let Some(object) = value.as_object().filter(|object| !object.kind().is_callable()) else {
        return Ok(Row { index, cells: Vec::new(), value: Some(shown(vm, value)?) });
    };
    let mut cells = Vec::new();
    for key in vm.enumerable_keys(object) {
        let cell = vm.get(value, key)?;
        cells.push((vm.key_text(key), shown(vm, cell)?));
    }
    Ok(Row { index, cells, value: None })
}

fn shown(vm: &mut Vm, value: Value) -> Completion<String> {
    inspect(vm, value, Options { depth: 0, hidden: false })
}

/// Lines around cells; text at the left.
fn drawn(grid: &[Vec<String>]) -> String {
    let columns = grid.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|at| grid.iter().map(|line| units(&line[at])).max().unwrap_or(0) + 2).collect();
    let rule = |left: &str, middle: &str, right: &str| {
        let bars: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        format!("{left}{}{right}", bars.join(middle))
    };
    let line = |cells: &Vec<String>| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!(" {text}{}", " ".repeat(width - 1 - units(text))))
            .collect();
        format!("│{}│", padded.join("│"))
    };
    let mut out = vec![rule("┌", "┬", "┐")];
    for (at, cells) in grid.iter().enumerate() {
        out.push(line(cells));
        if at == 0 {
            out.push(rule("├", "┼", "┤"));
        }
    }
    out.push(rule("└", "┴", "┘"));
    out.join("\n")
}
