//! Writes `web/src/deltas.generated.ts`: the types of deltas and their decoder, from the tables.

use std::fmt::Write as _;

use crate::scene::COLOR_NAMES;

use super::{DELTAS, Easing, NodeKind, Property, Repeat, VERSION};

/// The text of the generated file.
pub fn typescript_decoder() -> String {
    let mut out = String::from(HEAD);
    push(&mut out, format_args!("export const DELTA_VERSION = {VERSION};\n\n"));
    push_names(&mut out, "NodeKind", "What a node is.", NodeKind::ALL.iter().map(|kind| (kind.text(), kind.doc())));
    push_names(&mut out, "Easing", "How a tween moves.", Easing::ALL.iter().map(|easing| (easing.text(), "")));
    push_names(
        &mut out,
        "Repeat",
        "What a tween does at its end.",
        Repeat::ALL.iter().map(|repeat| (repeat.text(), "")),
    );
    push_property_types(&mut out);
    push_delta_type(&mut out);
    push_codes(&mut out, "KINDS", "NodeKind", NodeKind::ALL.iter().map(|kind| (kind.code(), kind.text())));
    push_codes(&mut out, "EASINGS", "Easing", Easing::ALL.iter().map(|easing| (easing.code(), easing.text())));
    push_codes(&mut out, "REPEATS", "Repeat", Repeat::ALL.iter().map(|repeat| (repeat.code(), repeat.text())));
    push_property_codes(&mut out);
    push_value_types(&mut out);
    push_colors(&mut out);
    push_decoder(&mut out);
    out.push_str(READER);
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String succeeds");
}

/// A union type of names.
fn push_names<'a>(out: &mut String, name: &str, doc: &str, names: impl Iterator<Item = (&'a str, &'a str)>) {
    push(out, format_args!("/** {doc} */\nexport type {name} =\n"));
    for (text, meaning) in names {
        let comment = if meaning.is_empty() { String::new() } else { format!(" // {meaning}") };
        push(out, format_args!("  | \"{text}\"{comment}\n"));
    }
    out.push_str("  ;\n\n");
}

fn push_property_types(out: &mut String) {
    out.push_str("/** Each property and the type of its values. */\nexport interface PropertyValues {\n");
    for property in Property::ALL {
        let ty = match format!("{:?}", property.value_type()).as_str() {
            "flag" => "boolean",
            "number" => "number",
            "vec2" => "Vec2",
            "vec3" => "Vec3",
            "quat" => "Quat",
            "color" => "Color",
            "text" => "string",
            "texts" => "string[]",
            _ => "Float32Array",
        };
        push(out, format_args!("  /** {} */\n  {}: {ty};\n", property.doc(), property.text()));
    }
    out.push_str(
        "}\nexport type Property = keyof PropertyValues;\nexport type PropertyValue = PropertyValues[Property];\n\n",
    );
}

fn push_delta_type(out: &mut String) {
    out.push_str("/** One change of the scene. */\nexport type Delta =\n");
    for (_, text, fields, doc) in DELTAS {
        let fields: String = fields.iter().map(|(name, ty)| format!("; {name}: {}", typescript_type(ty))).collect();
        push(out, format_args!("  /** {doc} */\n  | {{ op: \"{text}\"{fields} }}\n"));
    }
    out.push_str("  ;\n\n");
}

fn typescript_type(ty: &str) -> &'static str {
    match ty {
        "kind" => "NodeKind",
        "property" => "Property",
        "easing" => "Easing",
        "repeat" => "Repeat",
        "value" => "PropertyValue",
        "vec3" => "Vec3",
        "text" => "string",
        _ => "number",
    }
}

fn push_codes<'a>(out: &mut String, table: &str, ty: &str, codes: impl Iterator<Item = (u8, &'a str)>) {
    push(out, format_args!("export const {table}: Record<number, {ty}> = {{\n"));
    for (code, text) in codes {
        push(out, format_args!("  {code}: \"{text}\",\n"));
    }
    out.push_str("};\n\n");
}

fn push_property_codes(out: &mut String) {
    out.push_str("const PROPERTIES: Record<number, { name: Property; read: (from: Reader) => PropertyValue }> = {\n");
    for property in Property::ALL {
        let (code, name) = (property.code(), property.text());
        let read = format!("{:?}", property.value_type());
        push(out, format_args!("  {code}: {{ name: \"{name}\", read: (from) => from.{read}() }},\n"));
    }
    out.push_str("};\n\n");
}

fn push_value_types(out: &mut String) {
    out.push_str("/** What a property's values are. */\nexport type ValueType = \"flag\" | \"number\" | \"vec2\" | \"vec3\" | \"quat\" | \"color\" | \"text\" | \"texts\" | \"points\";\n\n");
    out.push_str("export const VALUE_TYPES: Record<Property, ValueType> = {\n");
    for property in Property::ALL {
        push(out, format_args!("  {}: \"{:?}\",\n", property.text(), property.value_type()));
    }
    out.push_str("};\n\n");
}

fn push_colors(out: &mut String) {
    out.push_str(
        "/** The names that colours have: 0xrrggbb. */\nexport const COLOR_NAMES: Record<string, number> = {\n",
    );
    for (name, rgb) in COLOR_NAMES {
        push(out, format_args!("  {name}: 0x{rgb:06x},\n"));
    }
    out.push_str("};\n\n");
}

fn push_decoder(out: &mut String) {
    out.push_str("function readDelta(from: Reader): Delta {\n  const code = from.byte();\n  switch (code) {\n");
    for (code, text, fields, _) in DELTAS {
        let fields: String = fields.iter().map(|(name, ty)| format!(", {name}: from.{ty}()")).collect();
        push(out, format_args!("    case {code}:\n      return {{ op: \"{text}\"{fields} }};\n"));
    }
    out.push_str("    default:\n      throw new Error(`unknown delta ${code}`);\n  }\n}\n\n");
}

const HEAD: &str = r#"// Generated from host/src/delta/table.rs by `UPDATE_GENERATED=1 cargo test -p mosl-host`. Do not edit.

export type Vec2 = [x: number, y: number];
export type Vec3 = [x: number, y: number, z: number];
export type Quat = [x: number, y: number, z: number, w: number];
/** sRGB and alpha, each 0 to 1. */
export type Color = [r: number, g: number, b: number, a: number];

"#;

const READER: &str = r#"/** Decodes one batch of scene deltas; throws where the bytes are none. */
export function decodeDeltas(bytes: Uint8Array): Delta[] {
  const from = new Reader(bytes);
  const version = from.byte();
  if (version !== DELTA_VERSION) throw new Error(`scene deltas of version ${version}, expected ${DELTA_VERSION}`);
  const deltas: Delta[] = [];
  while (!from.atEnd()) deltas.push(readDelta(from));
  return deltas;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #utf8 = new TextDecoder();
  #at = 0;
  #read: ((from: Reader) => PropertyValue) | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#view.getUint8(this.#at);
    this.#at += 1;
    return value;
  }

  count(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  node(): number {
    return this.count();
  }

  kind(): NodeKind {
    return known(KINDS[this.byte()], "kind of node");
  }

  easing(): Easing {
    return known(EASINGS[this.byte()], "easing");
  }

  repeat(): Repeat {
    return known(REPEATS[this.byte()], "repeat");
  }

  property(): Property {
    const property = known(PROPERTIES[this.byte()], "property");
    this.#read = property.read;
    return property.name;
  }

  value(): PropertyValue {
    return known(this.#read, "value")(this);
  }

  flag(): boolean {
    return this.byte() !== 0;
  }

  number(): number {
    const value = this.#view.getFloat32(this.#at, true);
    this.#at += 4;
    return value;
  }

  time(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  vec2(): Vec2 {
    return [this.number(), this.number()];
  }

  vec3(): Vec3 {
    return [this.number(), this.number(), this.number()];
  }

  quat(): Quat {
    return [this.number(), this.number(), this.number(), this.number()];
  }

  color(): Color {
    return [this.byte() / 255, this.byte() / 255, this.byte() / 255, this.byte() / 255];
  }

  text(): string {
    const length = this.count();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("scene deltas end early");
    const text = this.#utf8.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  texts(): string[] {
    const texts: string[] = [];
    for (let left = this.count(); left > 0; left -= 1) texts.push(this.text());
    return texts;
  }

  /** x, y, z of each point in turn. */
  points(): Float32Array {
    const count = this.count() * 3;
    if (this.#at + count * 4 > this.#bytes.length) throw new Error("scene deltas end early");
    const points = new Float32Array(count);
    for (let index = 0; index < count; index += 1) points[index] = this.number();
    return points;
  }
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`scene deltas with an unknown ${what}`);
  return value;
}
"#;
