//! What the page's own editor needs: the list of the project's texts, saving them, and the language server over a WebSocket. It writes
//! files, so that only a page of this server in a browser on this machine may have it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use axum::http::{HeaderMap, Response, StatusCode, header};
use serde_json::json;

use super::assets;
use super::server::is_own_page;

/// The largest message of the protocol, and the largest file that can be saved.
pub const MESSAGE_BYTES: usize = 8 << 20;
/// What the editor shows; everything else is an asset.
const TEXTS: [&str; 4] = ["mosl", "json", "md", "txt"];
const SKIPPED: [&str; 2] = ["node_modules", "target"];
const MOST_FILES: usize = 2_000;

/// Whether the request comes from this machine, from a page of this server, under a name that no foreign site can take: a name that
/// somebody else's name server points here (DNS rebinding) would be origin and host alike.
pub fn may_edit(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name).to_ascii_lowercase();
    let local = matches!(&*name, "localhost" | "127.0.0.1" | "[::1]");
    peer.ip().to_canonical().is_loopback() && local && is_own_page(headers)
}

/// The project's folder and the texts in it, the sources first.
pub fn files(project: &Path) -> Response<Body> {
    let root = project.canonicalize().unwrap_or_else(|_| project.to_owned());
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found.sort_by_key(|path: &String| (path.matches('/').count(), !path.ends_with(".mosl"), path.clone()));
    answer(&json!({ "root": root.to_string_lossy().replace('\\', "/"), "files": found }))
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if name.starts_with('.') || SKIPPED.contains(&&*name) || found.len() >= MOST_FILES {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(root, &path, found),
            Ok(kind) if kind.is_file() && is_text(&path) => {
                found.extend(path.strip_prefix(root).ok().map(|path| path.to_string_lossy().replace('\\', "/")));
            }
            _ => {}
        }
    }
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| TEXTS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

#[derive(serde::Deserialize)]
struct Save {
    text: String,
    /// What the editor believes to be on the disk; nothing for a new file.
    was: Option<String>,
}

/// Writes a text of the project, unless something else has changed it since the editor read it.
pub fn save(project: &Path, path: &str, body: &Bytes) -> Response<Body> {
    let Ok(Save { text, was }) = serde_json::from_slice(body) else {
        return refuse(StatusCode::BAD_REQUEST, "That is no text to save.");
    };
    let Some(file) = place(project, path) else {
        return refuse(StatusCode::FORBIDDEN, &format!("`{path}` is no text of this project."));
    };
    let now = match std::fs::read_to_string(&file) {
        Ok(now) => Some(now),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return refuse(StatusCode::CONFLICT, &format!("{path} cannot be read: {error}")),
    };
    match (&was, &now) {
        (None, Some(_)) => return refuse(StatusCode::CONFLICT, &format!("There is a file {path} already.")),
        (Some(was), now) if now.as_ref() != Some(was) => {
            return refuse(StatusCode::CONFLICT, &format!("{path} was changed elsewhere since it was opened here."));
        }
        _ => {}
    }
    match write_whole(&file, &text) {
        Ok(()) => answer(&json!({})),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &format!("{path} cannot be written: {error}")),
    }
}

/// Where a text of the project is or may be made: in a folder that exists inside of the project, also after symbolic links.
fn place(project: &Path, path: &str) -> Option<PathBuf> {
    if let Some(file) = assets::resolve(project, path) {
        return is_text(&file).then_some(file);
    }
    let relative = Path::new(path);
    let name = relative.file_name()?;
    let folder = assets::resolve_folder(project, relative.parent()?)?;
    let file = folder.join(name);
    let new = file.symlink_metadata().is_err();
    (new && is_text(&file) && !name.to_string_lossy().starts_with('.')).then_some(file)
}

/// Writes a file so that who reads it meanwhile sees the old text or the new one. The name of the half-written file is hidden, which
/// the watch passes over.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let part = file.with_file_name(format!(".{name}.{}.part", std::process::id()));
    std::fs::write(&part, text)?;
    if let Ok(data) = std::fs::metadata(file) {
        std::fs::set_permissions(&part, data.permissions())?;
    }
    std::fs::rename(&part, file)
}

/// Serves the language server's messages over one WebSocket, until either end is gone.
pub async fn speak(mut socket: WebSocket) {
    let (to_server, from_client) = tokio::sync::mpsc::unbounded_channel();
    let (to_client, mut from_server) = tokio::sync::mpsc::unbounded_channel::<Vec<u8>>();
    let served = mosl_lsp::serve_messages(from_client, to_client);
    tokio::pin!(served);
    loop {
        tokio::select! {
            () = &mut served => break,
            Some(message) = from_server.recv() => {
                let Ok(text) = Utf8Bytes::try_from(Bytes::from(message)) else { break };
                if socket.send(Message::Text(text)).await.is_err() {
                    break;
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => if to_server.send(text.as_bytes().to_vec()).is_err() { break },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => break,
            },
        }
    }
}

pub fn answer(value: &serde_json::Value) -> Response<Body> {
    assets::response(StatusCode::OK, "application/json").body(Body::from(value.to_string())).expect("plain headers")
}

pub fn refuse(status: StatusCode, reason: &str) -> Response<Body> {
    let reason = Body::from(reason.to_owned());
    assets::response(status, "text/plain; charset=utf-8").body(reason).expect("plain headers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        origin.map(|origin| headers.insert(header::ORIGIN, origin.parse().unwrap()));
        headers
    }

    #[test]
    fn only_this_machines_own_pages_may_edit() {
        let here = SocketAddr::from(([127, 0, 0, 1], 50_000));
        let elsewhere = SocketAddr::from(([192, 168, 0, 7], 50_000));
        assert!(may_edit(here, &headers("localhost:4300", Some("http://localhost:4300"))));
        assert!(may_edit(here, &headers("127.0.0.1:4300", None)));
        assert!(may_edit(here, &headers("[::1]:4300", Some("http://[::1]:4300"))));
        // Another site, another machine, and a foreign name that leads here.
        assert!(!may_edit(here, &headers("localhost:4300", Some("https://evil.example"))));
        assert!(!may_edit(elsewhere, &headers("localhost:4300", Some("http://localhost:4300"))));
        assert!(!may_edit(here, &headers("evil.example:4300", Some("http://evil.example:4300"))));
        assert!(!may_edit(here, &headers("localhost.evil.example", None)));
    }

    #[test]
    fn only_texts_inside_the_project_are_written() {
        let root = std::env::temp_dir().join(format!("mosl-editor-{}", std::process::id()));
        let project = root.join("project");
        std::fs::create_dir_all(project.join("parts")).unwrap();
        std::fs::create_dir_all(project.join(".mosl")).unwrap();
        std::fs::write(project.join("main.mosl"), "one").unwrap();
        std::fs::write(project.join("door.png"), "one").unwrap();
        std::fs::write(root.join("secret.txt"), "one").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&root, project.join("out")).unwrap();
        let put = |path: &str, was: Option<&str>| {
            let body = json!({ "text": "two", "was": was }).to_string();
            save(&project, path, &Bytes::from(body)).status()
        };
        for path in [
            "../secret.txt",
            "out/secret.txt",
            "out/new.mosl",
            ".mosl/new.mosl",
            ".new.mosl",
            "door.png",
            "new.sh",
            "no/new.mosl",
            "",
            "/tmp/new.mosl",
        ] {
            assert_eq!(put(path, Some("one")), StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(put("main.mosl", Some("other")), StatusCode::CONFLICT);
        assert_eq!(put("main.mosl", None), StatusCode::CONFLICT);
        assert_eq!(std::fs::read_to_string(project.join("main.mosl")).unwrap(), "one");
        assert_eq!(put("main.mosl", Some("one")), StatusCode::OK);
        assert_eq!(put("parts/new.mosl", None), StatusCode::OK);
        assert_eq!(std::fs::read_to_string(project.join("main.mosl")).unwrap(), "two");
        assert_eq!(std::fs::read_to_string(project.join("parts/new.mosl")).unwrap(), "two");
        assert_eq!(save(&project, "main.mosl", &Bytes::from("no JSON")).status(), StatusCode::BAD_REQUEST);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
