//! The development server: HTTP and WebSocket on one thread, the running project on another, the compiler and its file watch on a
//! third. They talk by messages only.

mod assets;
mod compiler_thread;
mod editor;
mod monaco;
mod protocol;
mod server;
mod session;
mod stage_thread;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;

use crate::args::Exit;
use crate::terminal;

pub struct DevOptions {
    pub project: PathBuf,
    pub host: IpAddr,
    /// The port that was asked for; without one, the first free one from [`FIRST_PORT`].
    pub port: Option<u16>,
    /// Whether the object runs in the pages.
    pub in_browser: bool,
    pub open: bool,
}

const FIRST_PORT: u16 = 4300;
const PORTS_TRIED: u16 = 20;

/// Serves until it is told to stop.
pub fn serve(options: &DevOptions) -> Exit {
    let listener = match bind(options) {
        Ok(listener) => listener,
        Err(message) => {
            terminal::error(&message);
            return Exit::Failure;
        }
    };
    let stage = match stage_thread::start(&options.project) {
        Ok(stage) => stage,
        Err(message) => {
            terminal::error(&message);
            return Exit::Failure;
        }
    };
    compiler_thread::start(options.project.clone(), options.in_browser, stage.commands.clone());
    match server::run(listener, options, stage) {
        Ok(()) => Exit::Success,
        Err(error) => {
            terminal::error(&format!("The server stopped: {error}"));
            Exit::Failure
        }
    }
}

fn bind(options: &DevOptions) -> Result<TcpListener, String> {
    let ports = match options.port {
        Some(port) => port..=port,
        None => FIRST_PORT..=FIRST_PORT + PORTS_TRIED,
    };
    let mut last = String::new();
    for port in ports.clone() {
        match TcpListener::bind(SocketAddr::new(options.host, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = describe(&error, options.host, port),
        }
    }
    let advice = match options.port {
        Some(_) => "Choose another with --port, or leave --port out and a free one is found.".to_owned(),
        None => format!("All ports from {} to {} were tried.", ports.start(), ports.end()),
    };
    Err(format!("{last} {advice}"))
}

fn describe(error: &std::io::Error, host: IpAddr, port: u16) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => format!("Port {port} is in use by another program."),
        std::io::ErrorKind::PermissionDenied => format!("Port {port} may not be used without more rights."),
        std::io::ErrorKind::AddrNotAvailable => format!("This machine has no address {host}."),
        _ => format!("Port {port} cannot be opened: {error}."),
    }
}
