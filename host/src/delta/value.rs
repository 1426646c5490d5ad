//! The values of properties, and the enums that the tables declare. Numbers are `f64` here, so that a script reads back
//! exactly what it wrote; on the wire they are `f32`.

use crate::{for_each_easing, for_each_node_kind, for_each_property, for_each_repeat};

/// The number of a node; 0 is the scene itself.
pub type NodeId = u32;

/// The type that a property's values have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(non_camel_case_types, reason = "the names are the words of the property table")]
pub enum ValueType {
    flag,
    number,
    vec2,
    vec3,
    quat,
    color,
    text,
    texts,
    points,
}

impl ValueType {
    /// Whether values between two others make sense.
    pub const fn can_animate(self) -> bool {
        matches!(self, Self::number | Self::vec2 | Self::vec3 | Self::quat | Self::color)
    }

    /// How a message to a creator calls it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::flag => "true or false",
            Self::number => "a number",
            Self::vec2 => "a Vec2",
            Self::vec3 => "a Vec3",
            Self::quat => "a Quat",
            Self::color => "a Color",
            Self::text => "a string",
            Self::texts => "an array of strings",
            Self::points => "an array of Vec3",
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    Flag(bool),
    Number(f64),
    Vec2([f64; 2]),
    Vec3([f64; 3]),
    /// x, y, z, w; of length 1.
    Quat([f64; 4]),
    /// sRGB and alpha, each 0 to 1.
    Color([f64; 4]),
    Text(String),
    Texts(Vec<String>),
    Points(Vec<[f64; 3]>),
}

impl Value {
    pub const fn value_type(&self) -> ValueType {
        match self {
            Self::Flag(_) => ValueType::flag,
            Self::Number(_) => ValueType::number,
            Self::Vec2(_) => ValueType::vec2,
            Self::Vec3(_) => ValueType::vec3,
            Self::Quat(_) => ValueType::quat,
            Self::Color(_) => ValueType::color,
            Self::Text(_) => ValueType::text,
            Self::Texts(_) => ValueType::texts,
            Self::Points(_) => ValueType::points,
        }
    }

    /// The components of a value that consists of numbers; empty for the others.
    pub fn components(&self) -> &[f64] {
        match self {
            Self::Number(number) => std::slice::from_ref(number),
            Self::Vec2(parts) => parts,
            Self::Vec3(parts) => parts,
            Self::Quat(parts) | Self::Color(parts) => parts,
            Self::Points(points) => points.as_flattened(),
            Self::Flag(_) | Self::Text(_) | Self::Texts(_) => &[],
        }
    }
}

/// Declares an enum whose variants have a code and a text.
macro_rules! define_coded_enum {
    ($(#[$meta:meta])* $name:ident { $($code:literal $variant:ident $text:literal $doc:expr;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum $name { $(#[doc = $doc] $variant = $code,)* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            pub const fn code(self) -> u8 {
                self as u8
            }

            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }

            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

macro_rules! define_kinds {
    ($($code:literal $variant:ident $text:literal $doc:literal;)*) => {
        define_coded_enum! {
            /// What a node is.
            NodeKind { $($code $variant $text $doc;)* }
        }
    };
}
for_each_node_kind!(define_kinds);

macro_rules! define_properties {
    ($($code:literal $variant:ident $text:literal $ty:ident $doc:literal;)*) => {
        define_coded_enum! {
            /// What can be set on a node.
            Property { $($code $variant $text $doc;)* }
        }

        impl Property {
            pub const fn value_type(self) -> ValueType {
                match self { $(Self::$variant => ValueType::$ty,)* }
            }
        }
    };
}
for_each_property!(define_properties);

impl Property {
    /// Whether it belongs to the scene itself rather than to a node in it.
    pub const fn is_of_scene(self) -> bool {
        self.code() >= Self::Panorama.code()
    }
}

macro_rules! define_easings {
    ($($code:literal $variant:ident $text:literal;)*) => {
        define_coded_enum! {
            /// How a tween moves from its start to its end.
            Easing { $($code $variant $text $text;)* }
        }
    };
}
for_each_easing!(define_easings);

macro_rules! define_repeats {
    ($($code:literal $variant:ident $text:literal;)*) => {
        define_coded_enum! {
            /// What a tween does at its end: stay, begin again, or run back and forth.
            Repeat { $($code $variant $text $text;)* }
        }
    };
}
for_each_repeat!(define_repeats);
