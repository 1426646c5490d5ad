//! What each property is before it is set. The property table's texts say the same to clients.

use crate::delta::{NodeKind, Property, Value};

const WHITE: Value = Value::Color([1.0, 1.0, 1.0, 1.0]);
const CLEAR: Value = Value::Color([0.0, 0.0, 0.0, 0.0]);

/// The value of a property that was never set on a node of that kind.
pub fn default_value(kind: NodeKind, property: Property) -> Value {
    use Property::*;
    match property {
        Position => Value::Vec3([0.0; 3]),
        Rotation => Value::Quat([0.0, 0.0, 0.0, 1.0]),
        Scale | Size => Value::Vec3([1.0; 3]),
        Direction => Value::Vec3([0.0, -1.0, 0.0]),
        TextureRepeat => Value::Vec2([1.0; 2]),
        Visible => Value::Flag(true),
        Clickable | Hoverable | DoubleSided | Wireframe | Loop | CastShadow => Value::Flag(false),
        Name | Texture | Text | Source | Html | AmbientSound => Value::Text(String::new()),
        Align => Value::Text("center".into()),
        Panorama => Value::Texts(Vec::new()),
        Points => Value::Points(Vec::new()),
        Color | FogColor | AmbientColor => WHITE,
        Emissive => Value::Color([0.0, 0.0, 0.0, 1.0]),
        Background | Ground => CLEAR,
        Radius | RadiusTop | Angle => Value::Number(0.5),
        Thickness if kind == NodeKind::Torus => Value::Number(0.1),
        Thickness => Value::Number(0.02),
        Roughness => Value::Number(0.6),
        FontSize => Value::Number(0.2),
        Penumbra => Value::Number(0.3),
        TimeOfDay => Value::Number(12.0),
        Height | EmissiveIntensity | Opacity | Volume | Intensity | AmbientIntensity => Value::Number(1.0),
        NearRadius | Metalness | MaxWidth | Range | FogNear | FogFar => Value::Number(0.0),
    }
}
