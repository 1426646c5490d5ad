//! Files over HTTP: the page itself, embedded in the binary, and the project's assets from disk. Nothing outside the project and
//! nothing hidden in it is served.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, header};

/// The page's files: path, content type, bytes.
const PAGE: &[(&str, &str, &[u8])] = &[
    ("/", "text/html; charset=utf-8", include_bytes!("../../../web/dist/index.html")),
    ("/app.js", "text/javascript; charset=utf-8", include_bytes!("../../../web/dist/app.js")),
    // What only who runs the object in the page loads.
    ("/in-page.js", "text/javascript; charset=utf-8", include_bytes!("../../../web/dist/in-page.js")),
    // What only who edits loads.
    ("/editor.js", "text/javascript; charset=utf-8", include_bytes!("../../../web/dist/editor.js")),
    ("/editor-style.css", "text/css; charset=utf-8", include_bytes!("../../../web/dist/editor-style.css")),
    ("/style.css", "text/css; charset=utf-8", include_bytes!("../../../web/dist/style.css")),
];

const TYPES: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("svg", "image/svg+xml"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("wav", "audio/wav"),
    ("glb", "model/gltf-binary"),
    ("gltf", "model/gltf+json"),
    ("json", "application/json"),
    ("txt", "text/plain; charset=utf-8"),
    ("mosl", "text/plain; charset=utf-8"),
    ("md", "text/plain; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("ttf", "font/ttf"),
];

/// One of the page's own files.
pub fn page(path: &str) -> Option<Response<Body>> {
    let (_, content_type, bytes) = PAGE.iter().find(|(name, ..)| *name == path)?;
    let body = Body::from(axum::body::Bytes::from_static(bytes));
    // No inline scripts, no foreign origins but for pictures and media that a creator names. VS Code's preview frames the page.
    let policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src * data: blob:; media-src * data: blob:; connect-src * data: blob:; \
        style-src 'self' 'unsafe-inline'; font-src 'self' data:; frame-ancestors 'self' vscode-webview: vscode-file:";
    Some(
        response(StatusCode::OK, content_type)
            .header(header::CONTENT_SECURITY_POLICY, policy)
            .body(body)
            .expect("constant headers"),
    )
}

/// A part of the object that runs in the page.
pub fn object(content_type: &'static str, bytes: axum::body::Bytes) -> Response<Body> {
    response(StatusCode::OK, content_type).body(Body::from(bytes)).expect("plain headers")
}

/// A file of the project; `range` as the request's `Range` header says, which videos need for seeking.
pub fn project_file(root: &Path, path: &str, headers: &HeaderMap) -> Response<Body> {
    let Some(file) = resolve(root, path) else { return not_found() };
    let Ok(bytes) = std::fs::read(&file) else { return not_found() };
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_ascii_lowercase();
    let content_type =
        TYPES.iter().find(|(known, _)| *known == extension).map_or("application/octet-stream", |(_, ty)| ty);
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    match range.and_then(|range| parse_range(range, bytes.len())) {
        Some((start, end)) => response(StatusCode::PARTIAL_CONTENT, content_type)
            .header(header::CONTENT_RANGE, format!("bytes {start}-{}/{}", end - 1, bytes.len()))
            .body(Body::from(bytes[start..end].to_vec())),
        None => response(StatusCode::OK, content_type).body(Body::from(bytes)),
    }
    .expect("plain headers")
}

pub fn response(status: StatusCode, content_type: &str) -> axum::http::response::Builder {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::ACCEPT_RANGES, "bytes")
}

pub fn not_found() -> Response<Body> {
    response(StatusCode::NOT_FOUND, "text/plain; charset=utf-8")
        .body(Body::from("There is no such file."))
        .expect("constant headers")
}

/// The file behind a decoded URL path, if it is inside the project (also after symbolic links) and no part of it is hidden.
pub fn resolve(root: &Path, path: &str) -> Option<PathBuf> {
    inside(root, Path::new(path)).filter(|file| file.is_file())
}

/// The folder behind a path, under the same conditions; the project itself for the empty path.
pub fn resolve_folder(root: &Path, path: &Path) -> Option<PathBuf> {
    inside(root, path).filter(|folder| folder.is_dir())
}

fn inside(root: &Path, relative: &Path) -> Option<PathBuf> {
    let plain = relative.components().all(|part| match part {
        Component::Normal(name) => !name.to_string_lossy().starts_with('.'),
        _ => false,
    });
    if !plain {
        return None;
    }
    let root = root.canonicalize().ok()?;
    let found = root.join(relative).canonicalize().ok()?;
    found.starts_with(&root).then_some(found)
}

/// `bytes=from-to` with either end left out; one range only, as browsers ask for media.
fn parse_range(range: &str, len: usize) -> Option<(usize, usize)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, to.saturating_add(1).min(len)),
        (Ok(from), Err(_)) if to.is_empty() => (from, len),
        (Err(_), Ok(last)) if from.is_empty() => (len.saturating_sub(last), len),
        _ => return None,
    };
    (start < end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_inside_the_project_are_served() {
        let root = std::env::temp_dir().join(format!("mosl-assets-{}", std::process::id()));
        std::fs::create_dir_all(root.join("project/assets")).unwrap();
        std::fs::create_dir_all(root.join("project/.mosl")).unwrap();
        for file in ["secret", "project/assets/a b.png", "project/.mosl/data.redb"] {
            std::fs::write(root.join(file), "x").unwrap();
        }
        let project = root.join("project");
        assert!(resolve(&project, "assets/a b.png").is_some());
        let outside = root.join("secret");
        for path in
            ["../secret", "assets/../../secret", ".mosl/data.redb", "assets", "nothing", "", outside.to_str().unwrap()]
        {
            assert_eq!(resolve(&project, path), None, "{path}");
        }
        std::fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn ranges() {
        assert_eq!(parse_range("bytes=0-", 10), Some((0, 10)));
        assert_eq!(parse_range("bytes=2-4", 10), Some((2, 5)));
        assert_eq!(parse_range("bytes=-3", 10), Some((7, 10)));
        assert_eq!(parse_range("bytes=5-99", 10), Some((5, 10)));
        for bad in ["bytes=11-", "bytes=4-2", "bytes=a-b", "bytes=-", "items=0-1", "bytes=0-1,4-5"] {
            assert_eq!(parse_range(bad, 10), None, "{bad}");
        }
    }
}
