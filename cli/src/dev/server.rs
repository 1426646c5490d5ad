//! HTTP and WebSocket: hands out files and carries messages between pages and the stage. Only pages that this server itself served
//! may connect: a foreign site in the same browser must not be able to click and pay here.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use tokio::sync::Notify;

use super::protocol::FromPage;
use super::session::{Outbox, account_of};
use super::stage_thread::{Command, ObjectFile, Published, StageHandle};
use super::{DevOptions, assets, editor, monaco};

/// The largest message that a page may send.
const MESSAGE_BYTES: usize = 64 * 1024;

struct Shared {
    project: PathBuf,
    object: Published,
    commands: Sender<Command>,
    next_session: AtomicU64,
}

pub fn run(listener: TcpListener, options: &DevOptions, stage: StageHandle) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let commands = stage.commands.clone();
    let shared = Arc::new(Shared {
        project: options.project.clone(),
        object: stage.object.clone(),
        commands: commands.clone(),
        next_session: AtomicU64::new(1),
    });
    let routes = Router::new()
        .route("/ws", get(connect))
        .route("/object.wasm", get(object_file))
        .route("/object.wasm.map", get(object_source_map))
        .route("/lsp", get(language))
        .route("/files", get(files))
        .route("/monaco", post(prepare_monaco))
        .route("/monaco/{*path}", get(monaco_file))
        .route("/project/{*path}", get(project_file).put(save))
        .layer(DefaultBodyLimit::max(editor::MESSAGE_BYTES))
        .fallback(get(page_file))
        .with_state(shared);
    let url = format!(
        "http://{}:{}/",
        if address.ip().is_loopback() { "localhost".into() } else { address.ip().to_string() },
        address.port()
    );
    println!("\n  {}  {url}\n\n  Save a file and the object changes. Ctrl-C stops.\n", stage.project);
    if options.open {
        crate::terminal::open_browser(&url);
    }
    let stage_ended = stage.ended.clone();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::select! {
            result = async { axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await } => result,
            () = stop_signal() => Ok(()),
            () = stage_ended.notified() => Err(std::io::Error::other("the stage ended; its message is above")),
        }
    })?;
    let _ = commands.send(Command::Stop);
    stage.join();
    Ok(())
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("signals can be watched");
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}

async fn page_file(uri: Uri) -> Response<Body> {
    assets::page(uri.path()).unwrap_or_else(assets::not_found)
}

/// The object that pages run.
async fn object_file(State(shared): State<Arc<Shared>>) -> Response<Body> {
    published(&shared, "application/wasm", |object| object.bytes)
}

/// For their debuggers.
async fn object_source_map(State(shared): State<Arc<Shared>>) -> Response<Body> {
    published(&shared, "application/json", |object| object.source_map)
}

fn published(shared: &Shared, content_type: &'static str, part: fn(ObjectFile) -> Bytes) -> Response<Body> {
    let object = shared.object.lock().unwrap_or_else(PoisonError::into_inner).clone();
    object.map_or_else(assets::not_found, |object| assets::object(content_type, part(object)))
}

async fn project_file(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    assets::project_file(&shared.project, &path, &headers)
}

/// Answers what only the editor may ask.
fn guarded(peer: SocketAddr, headers: &HeaderMap, answer: impl FnOnce() -> Response<Body>) -> Response<Body> {
    if editor::may_edit(peer, headers) { answer() } else { forbidden() }
}

fn forbidden() -> Response<Body> {
    editor::refuse(StatusCode::FORBIDDEN, "Only pages of this server, in a browser on this machine, may edit.")
}

type Peer = ConnectInfo<SocketAddr>;

async fn files(State(shared): State<Arc<Shared>>, ConnectInfo(peer): Peer, headers: HeaderMap) -> Response<Body> {
    guarded(peer, &headers, || editor::files(&shared.project))
}

async fn save(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): Peer,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    guarded(peer, &headers, || editor::save(&shared.project, &path, &body))
}

async fn language(ConnectInfo(peer): Peer, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response<Body> {
    let upgrade = upgrade.max_message_size(editor::MESSAGE_BYTES).max_frame_size(editor::MESSAGE_BYTES);
    guarded(peer, &headers, || upgrade.on_upgrade(editor::speak))
}

async fn prepare_monaco(ConnectInfo(peer): Peer, headers: HeaderMap) -> Response<Body> {
    if editor::may_edit(peer, &headers) { monaco::prepare().await } else { forbidden() }
}

async fn monaco_file(Path(path): Path<String>) -> Response<Body> {
    monaco::file(&path)
}

#[derive(serde::Deserialize)]
struct Who {
    #[serde(default)]
    visitor: String,
}

async fn connect(
    State(shared): State<Arc<Shared>>,
    Query(who): Query<Who>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let Some(account) = account_of(&who.visitor).filter(|_| is_own_page(&headers)) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let upgrade = upgrade.max_message_size(MESSAGE_BYTES).max_frame_size(MESSAGE_BYTES);
    upgrade.on_upgrade(move |socket| converse(socket, shared, account))
}

/// Whether the request comes from a page of this server: browsers name the origin, and scripts cannot change it.
pub fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(host))
        }
        (None, _) => true, // No browser.
        _ => false,
    }
}

async fn converse(mut socket: WebSocket, shared: Arc<Shared>, account: String) {
    let session = shared.next_session.fetch_add(1, Ordering::Relaxed);
    let (outbox, mut frames) = Outbox::new();
    if shared.commands.send(Command::Join { session, account, outbox }).is_err() {
        return;
    }
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => if socket.send(frame).await.is_err() { break },
                None => break,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => match FromPage::parse(&text) {
                    Some(message) => if shared.commands.send(Command::Page { session, message }).is_err() { break },
                    None => break,
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => break,
            },
        }
    }
    let _ = shared.commands.send(Command::Leave { session });
}

/// Told when the stage's thread ends by itself, which only a bug or a full disk makes happen.
pub type Ended = Arc<Notify>;
