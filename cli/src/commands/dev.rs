//! `mosl dev`: the project in the browser, reloaded on save.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use crate::args::{Args, Command, Exit, Opt};
use crate::dev::{DevOptions, serve};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "dev",
    usage: "[DIR] [--port N] [--in-browser] [--open]",
    summary: "Shows a project in the browser and reloads it on save",
    about: "\
Runs the project in DIR (this folder if left out) and serves a page that shows
it. Save a file and the running object changes within a moment and keeps its
state; a version that does not compile leaves the old one running and says in
the page what is wrong. Every browser is a visitor with a wallet of play money.

With --in-browser the object runs in each visitor's page, as WebAssembly, as a
published one does; a browser that cannot run it sees the one on the server.

The ledger and what the object persists live in DIR/.mosl; remove that folder
to start from nothing.",
    options: &[
        Opt { name: "port", value: "N", about: "the port to use (a free one from 4300 on if left out)" },
        Opt {
            name: "host",
            value: "ADDRESS",
            about: "the address to listen on (127.0.0.1; 0.0.0.0 lets other devices in)",
        },
        Opt { name: "in-browser", value: "", about: "run the object in the page instead of on the server" },
        Opt { name: "open", value: "", about: "open the page in your browser" },
    ],
    operands: (0, 1),
    run,
};

fn run(args: &Args) -> Exit {
    match options(args) {
        Ok(options) => serve(&options),
        Err(message) => {
            terminal::error(&message);
            Exit::Usage
        }
    }
}

fn options(args: &Args) -> Result<DevOptions, String> {
    let project = PathBuf::from(args.operands.first().map_or(".", String::as_str));
    if !project.is_dir() {
        let folder = project.display();
        return Err(format!("There is no folder `{folder}`. `mosl new {folder}` makes a project there."));
    }
    let port = args
        .value("port")
        .map(|text| text.parse::<u16>().map_err(|_| format!("`--port {text}` is no port: 1 to 65535")))
        .transpose()?;
    let host = match args.value("host") {
        None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some("localhost") => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some(text) => text.parse().map_err(|_| format!("`--host {text}` is no address such as 127.0.0.1"))?,
    };
    Ok(DevOptions { project, host, port, in_browser: args.has("in-browser"), open: args.has("open") })
}
