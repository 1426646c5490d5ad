//! The delta protocol: both forms of every delta, hostile bytes, and the generated TypeScript.

use mosl_host::delta::{
    Delta, Easing, NodeKind, Property, Repeat, VERSION, Value, ValueType, decode_batch, encode_batch, print_batch,
    typescript_decoder,
};

/// A value of each type that survives the wire unchanged.
fn sample(ty: ValueType) -> Value {
    match ty {
        ValueType::flag => Value::Flag(true),
        ValueType::number => Value::Number(0.75),
        ValueType::vec2 => Value::Vec2([1.0, -2.5]),
        ValueType::vec3 => Value::Vec3([0.0, 1.5, -3.25]),
        ValueType::quat => Value::Quat([0.0, 0.5, 0.0, 0.5]),
        ValueType::color => Value::Color([1.0, 0.2, 0.0, 1.0]),
        ValueType::text => Value::Text("grüße \"quoted\"\n".into()),
        ValueType::texts => Value::Texts(vec!["a.png".into(), String::new()]),
        ValueType::points => Value::Points(vec![[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]),
    }
}

fn every_delta() -> Vec<Delta> {
    let mut all = vec![Delta::Reset {}];
    for (node, &kind) in (1..).zip(NodeKind::ALL) {
        all.push(Delta::Create { node, kind });
    }
    all.push(Delta::Attach { node: 300, parent: 0 });
    all.push(Delta::Detach { node: u32::MAX });
    all.push(Delta::Remove { node: 128 });
    for &property in Property::ALL {
        all.push(Delta::Set { node: 7, property, value: sample(property.value_type()) });
    }
    for (&easing, &repeat) in Easing::ALL.iter().zip(Repeat::ALL.iter().cycle()) {
        let (from, to) = (Value::Number(0.0), Value::Number(1.0));
        all.push(Delta::Animate {
            node: 7,
            property: Property::Opacity,
            from,
            to,
            duration: 0.5,
            elapsed: 0.25,
            easing,
            repeat,
        });
    }
    all.push(Delta::Play { node: 9, elapsed: 0.0 });
    all.push(Delta::Stop { node: 9 });
    all.push(Delta::Camera { position: [0.0, 1.5, 4.0], target: [0.0, 1.0, 0.0] });
    all.push(Delta::Avatar { visitor: 2, name: "Ada".into(), position: [1.0, 0.0, 2.0] });
    all.push(Delta::AvatarLeft { visitor: 2 });
    all.push(Delta::Notify { text: "hello".into() });
    all.push(Delta::Turn { number: 12, time: 1.1 });
    all
}

#[test]
fn every_delta_survives_the_wire() {
    let all = every_delta();
    assert_eq!(decode_batch(&encode_batch(&all)), Ok(all));
}

#[test]
fn text_form() {
    insta::assert_snapshot!(print_batch(&every_delta()));
}

#[test]
fn a_moved_node_is_small() {
    let moved = Delta::Set { node: 5, property: Property::Position, value: Value::Vec3([1.0; 3]) };
    assert_eq!(encode_batch(&[moved]).len(), 1 + 3 + 12);
}

#[test]
fn every_cut_and_every_flipped_bit_is_an_answer() {
    let bytes = encode_batch(&every_delta());
    for end in 0..bytes.len() {
        let _ = decode_batch(&bytes[..end]);
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(deltas) = decode_batch(&flipped) {
            print_batch(&deltas);
        }
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..20_000 {
        let bytes: Vec<u8> = std::iter::once(VERSION)
            .chain((0..state % 64).map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                // Small bytes are often codes, so that decoding gets far.
                if state & 0x100 == 0 { (state & 0x1f) as u8 } else { state as u8 }
            }))
            .collect();
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let _ = decode_batch(&bytes);
    }
}

#[test]
fn a_claimed_length_allocates_nothing() {
    // set #1 points, 2^32-1 of them
    assert!(decode_batch(&[VERSION, 6, 1, 21, 0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
    assert!(decode_batch(&[VERSION, 13, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    assert!(decode_batch(&[]).is_err());
    assert!(decode_batch(&[VERSION + 1]).is_err());
}

#[test]
fn the_generated_decoder_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/src/deltas.generated.ts");
    let generated = typescript_decoder();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, &generated).expect("web/src is there");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == generated, "stale: run UPDATE_GENERATED=1 cargo test -p mosl-host");
}
