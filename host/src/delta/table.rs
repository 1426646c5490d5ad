//! The tables of the scene-delta protocol: node kinds, properties, easings, repeats, and the deltas themselves. One line
//! declares one of them; the Rust types, the binary and the text form and the TypeScript decoder are derived.
//!
//! The protocol grows by new lines with new numbers. A number is never reused; changing what a line means, or a layout,
//! raises [`super::VERSION`].

/// Hands the table of node kinds to the macro `$use`, as lines `code Name "text" "meaning";`.
#[macro_export]
macro_rules! for_each_node_kind {
    ($use:ident) => { $use! {
        1 Group "group" "nothing of its own: it holds other nodes";
        2 Box "box" "a box of `size`";
        3 Sphere "sphere" "a ball of `radius`";
        4 Cylinder "cylinder" "an upright cylinder: `radius`, `radiusTop`, `height`";
        5 Cone "cone" "an upright cone: `radius`, `height`";
        6 Plane "plane" "a flat rectangle facing +z: `size` (x, y)";
        7 Torus "torus" "a ring around the z axis: `radius`, `thickness` of the tube";
        8 Text "text" "lettering facing +z: `text`, `fontSize`, `align`, `maxWidth`";
        9 Line "line" "a line through `points`";
        10 Points "points" "a dot at each of `points`, `thickness` metres wide";
        11 Model "model" "a glTF model: `source`";
        12 Image "image" "a picture facing +z: `source`, `size`";
        13 Video "video" "a screen facing +z: `source`, `size`; started by `play`";
        14 Sound "sound" "a sound at a place: `source`, `volume`, `loop`; started by `play`";
        15 Panel "panel" "a page facing +z: `source` (an address) or `html`, `size`";
        16 Sprite "sprite" "a picture that always faces the visitor: `source`, `size`";
        17 PointLight "point-light" "light in all directions: `color`, `intensity`, `range`";
        18 SpotLight "spot-light" "a cone of light along `direction`: `color`, `intensity`, `range`, `angle`, `penumbra`";
        19 DirectionalLight "directional-light" "parallel light along `direction`: `color`, `intensity`";
        20 AmbientLight "ambient-light" "light from everywhere: `color`, `intensity`";
    } };
}

/// Hands the table of properties to the macro `$use`, as lines `code Name "text" type "meaning";`. The type is one of
/// `flag number vec2 vec3 quat color text texts points`; `number vec2 vec3 quat color` can be animated.
#[macro_export]
macro_rules! for_each_property {
    ($use:ident) => { $use! {
        // Place and standing in the tree
        1 Position "position" vec3 "metres, relative to the parent";
        2 Rotation "rotation" quat "relative to the parent";
        3 Scale "scale" vec3 "factor along each axis";
        4 Visible "visible" flag "false hides the node and all under it; true at first";
        5 Name "name" text "for look-up and tests; empty at first";
        6 Clickable "clickable" flag "a click on it or anything under it is for it";
        7 Hoverable "hoverable" flag "the pointer's coming and going is for it";
        8 NearRadius "nearRadius" number "metres within which a visitor is near; 0 is off";
        // Shape
        16 Size "size" vec3 "width, height, depth in metres; 1 1 1 at first";
        17 Radius "radius" number "metres; 0.5 at first";
        18 RadiusTop "radiusTop" number "of a cylinder, metres; like `radius` until it is set";
        19 Height "height" number "metres; 1 at first";
        20 Thickness "thickness" number "of a tube, line or point, metres; 0.1 for a torus, 0.02 for lines and points at first";
        21 Points "points" points "metres, relative to the node";
        // Material
        32 Color "color" color "surface, lettering or light; white at first";
        33 Texture "texture" text "a picture's address; empty is none";
        34 TextureRepeat "textureRepeat" vec2 "how often it repeats across and up; 1 1 at first";
        35 Metalness "metalness" number "0 to 1; 0 at first";
        36 Roughness "roughness" number "0 to 1; 0.6 at first";
        37 Emissive "emissive" color "light given off by the surface; black at first";
        38 EmissiveIntensity "emissiveIntensity" number "factor; 1 at first";
        39 Opacity "opacity" number "0 to 1; 1 at first";
        40 DoubleSided "doubleSided" flag "both faces are drawn; false at first";
        41 Wireframe "wireframe" flag "edges only; false at first";
        // Content
        48 Text "text" text "what the lettering says";
        49 FontSize "fontSize" number "height of a line, metres; 0.2 at first";
        50 Align "align" text "`left`, `center` (at first) or `right`";
        51 MaxWidth "maxWidth" number "metres after which lines wrap; 0 is never";
        52 Source "source" text "address of a picture, video, sound, model or page, relative to the project";
        53 Html "html" text "what a panel shows when it has no `source`";
        54 Volume "volume" number "0 to 1; 1 at first";
        55 Loop "loop" flag "starts again at its end; false at first";
        // Light
        64 Intensity "intensity" number "factor; 1 at first";
        65 Range "range" number "metres after which the light is gone; 0 is never";
        66 Angle "angle" number "half the opening of a cone of light, radians; 0.5 at first";
        67 Penumbra "penumbra" number "how soft the edge of a cone of light is, 0 to 1; 0.3 at first";
        68 Direction "direction" vec3 "where the light goes, relative to the node; 0 -1 0 at first";
        69 CastShadow "castShadow" flag "the light casts shadows; false at first";
        // Surroundings: only of node 0, the scene itself
        80 Panorama "panorama" texts "six pictures in the order of a WebGL cube map (px nx py ny pz nz: what is seen towards -x +x +y -y +z -z); none is no panorama";
        81 TimeOfDay "timeOfDay" number "hours, 0 to 24; 12 at first";
        82 FogColor "fogColor" color "white at first";
        83 FogNear "fogNear" number "metres at which fog begins";
        84 FogFar "fogFar" number "metres at which fog hides all; 0 (at first) is no fog";
        85 AmbientColor "ambientColor" color "white at first";
        86 AmbientIntensity "ambientIntensity" number "factor; 1 at first";
        87 Background "background" color "seen where no panorama is; transparent (at first) is the client's own";
        88 Ground "ground" color "the floor; transparent is none; the client's own until it is set";
        89 AmbientSound "ambientSound" text "address of a sound that plays everywhere; empty is none";
    } };
}

/// Hands the table of easings to the macro `$use`, as lines `code Name "text";`. What each computes: [`crate::scene::tween`].
#[macro_export]
macro_rules! for_each_easing {
    ($use:ident) => {
        $use! {
            0 Linear "linear";
            1 QuadIn "quad-in";
            2 QuadOut "quad-out";
            3 QuadInOut "quad-in-out";
            4 CubicIn "cubic-in";
            5 CubicOut "cubic-out";
            6 CubicInOut "cubic-in-out";
            7 QuartIn "quart-in";
            8 QuartOut "quart-out";
            9 QuartInOut "quart-in-out";
            10 BackIn "back-in";
            11 BackOut "back-out";
            12 BackInOut "back-in-out";
            13 BounceIn "bounce-in";
            14 BounceOut "bounce-out";
            15 BounceInOut "bounce-in-out";
            16 SineIn "sine-in";
            17 SineOut "sine-out";
            18 SineInOut "sine-in-out";
            19 ElasticOut "elastic-out";
        }
    };
}

/// Hands the table of what happens at a tween's end to the macro `$use`, as lines `code Name "text";`.
#[macro_export]
macro_rules! for_each_repeat {
    ($use:ident) => {
        $use! {
            0 Once "once";
            1 Restart "restart";
            2 Alternate "alternate";
        }
    };
}

/// Hands the table of deltas to the macro `$use`, as lines `code Name "text" { field: type, … } "meaning";`. Field types:
///
/// | type | Rust | bytes |
/// | --- | --- | --- |
/// | `node` `count` | `u32` | unsigned LEB128 |
/// | `kind` `property` `easing` `repeat` | the table's enum | its code, one byte |
/// | `value` | [`super::Value`] | by the type of the `property` before it: `flag` 1 byte; `number vec2 vec3 quat` f32 each; `color` 4 bytes RGBA; `text` length + UTF-8; `texts` count + texts; `points` count + 3 f32 each |
/// | `number` | `f64` | f32, little endian |
/// | `time` | `f64` | f64, little endian |
/// | `vec3` | `[f64; 3]` | three f32 |
/// | `text` | `String` | length as LEB128, then UTF-8 |
#[macro_export]
macro_rules! for_each_delta {
    ($use:ident) => { $use! {
        1 Reset "reset" { } "forget everything: a whole scene follows";
        2 Create "create" { node: node, kind: kind } "a new node, in no tree yet, with the kind's properties at first";
        3 Remove "remove" { node: node } "the node and all under it are gone; its number is not used again";
        4 Attach "attach" { node: node, parent: node } "the node becomes the last child of parent; 0 is the scene";
        5 Detach "detach" { node: node } "the node leaves its parent, and is not seen until it is attached again";
        6 Set "set" { node: node, property: property, value: value } "also ends a tween of this property";
        7 Animate "animate" { node: node, property: property, from: value, to: value, duration: number, elapsed: number, easing: easing, repeat: repeat } "from `from` at `elapsed` seconds ago to `to`; rotations take the shorter arc; at the end `to` stays";
        8 Play "play" { node: node, elapsed: number } "start a video or sound, `elapsed` seconds into it";
        9 Stop "stop" { node: node } "stop a video or sound and return to its start";
        10 Camera "camera" { position: vec3, target: vec3 } "a good view: where to stand and what to look at";
        11 Avatar "avatar" { visitor: count, name: text, position: vec3 } "another visitor is here, or moved";
        12 AvatarLeft "avatar-left" { visitor: count } "another visitor left";
        13 Notify "notify" { text: text } "show a message to this visitor";
        14 Turn "turn" { number: count, time: time } "the end of a turn, and the scene's time in seconds";
    } };
}
